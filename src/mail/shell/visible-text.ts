/**
 * Text that others wrote, made harmless for a screen. Everything of a message, a folder or a file name that MAIL shows
 * passes through here: control characters (C0, C1), and the marks that reorder a line, never reach the terminal.
 * Source: vms-mail.md §3.4; Unicode TR 36 §2.
 */
const hostile = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** One line of text: TABs stay, what could drive the terminal becomes `?`. */
export const visibleLine = (text: string): string => text.replace(hostile, '?');

/** A field of a header: as visibleLine, and TABs and line ends are blanks. */
export const visibleField = (text: string): string =>
  text.replace(/(?:\r\n|[\t\r\n])+[ \t]*/g, ' ').replace(hostile, '?');
