/**
 * Text from outside before a person sees it: nothing in it may steer a terminal or hide what it says. C0 and C1 controls
 * show as `.`; marks that turn or hide text (bidirectional controls, zero-width, tags) are left out.
 * Sources: vms-mail.md §3.4; Unicode UAX #9, UTR #36; ECMA-48 (C1 as 8-bit controls).
 */
const controls = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;
const controlsButFormFeed = /[\x00-\x08\x0a\x0b\x0d-\x1f\x7f-\x9f]/g;
/** Format characters (bidirectional, zero-width, tags), line and paragraph separators, and letters without a picture. */
const invisible = /[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const suspicious = /[^\x20-\x7e]/;

/** One line of a text: TAB and FF stay. */
export function safeLine(line: string): string {
  return suspicious.test(line) ? visible(line.replace(controlsButFormFeed, '.')) : line;
}

/** A field of a header, a name, a notice: one line, without TAB and FF. */
export function safeText(text: string): string {
  return suspicious.test(text) ? visible(text.replace(/[\t\r\n]+/g, ' ').replace(controls, '.')) : text;
}

const visible = (text: string): string => text.replace(invisible, '').toWellFormed();
