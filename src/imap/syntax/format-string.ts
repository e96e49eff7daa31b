/** Strings as answers carry them. One character per octet. Source: RFC 9051 §4.3, §9 (string, nstring). */
import { isUtf8 } from 'node:buffer';

/** With more of them a literal is shorter. */
const MOST_ESCAPED = 4;

/** Quoted where that is possible, else a literal. @param utf8  UTF-8 may be quoted: IMAP4rev2, or UTF8=ACCEPT (RFC 6855 §3) */
export function formatString(text: string, utf8: boolean): string {
  // What nearly all texts are.
  if (/^[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]*$/.test(text)) return `"${text}"`;
  const octets = text.includes('\0') ? text.replaceAll('\0', '\x80') : text;
  const isQuotable =
    !/[\r\n]/.test(octets) &&
    (!/[\x80-\xff]/.test(octets) || (utf8 && isUtf8(Buffer.from(octets, 'latin1')))) &&
    (octets.match(/["\\]/g)?.length ?? 0) <= MOST_ESCAPED;
  return isQuotable ? `"${octets.replace(/["\\]/g, '\\$&')}"` : `{${octets.length}}\r\n${octets}`;
}

export const formatNstring = (text: string | undefined, utf8: boolean): string =>
  text === undefined ? 'NIL' : formatString(text, utf8);
