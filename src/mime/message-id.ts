/** The Message-ID of a message, for whoever looks for it in a log. Source: RFC 5322 §2.2.3, §3.6.4. */

/** As most write it: found without looking at the other fields. */
const usual = ['\nMessage-ID:', '\nMessage-Id:', '\nMessage-id:'];
const any = /(?:^|\n)message-id[ \t]*:/i;
const value = /^(?:[ \t]|\r?\n[ \t])*([^\s]{1,998})/;
/** Of a header that never ends, so much is looked at. */
const HEADER_BYTES = 65_536;
const FIELD_BYTES = 2_048;

/** With its angle brackets, as it stands there; undefined where there is none. @param start  a text, or its beginning */
export function messageId(start: Uint8Array): string | undefined {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(start.byteLength, HEADER_BYTES));
  if (bytes.indexOf('\r\n') === 0) return undefined;
  const end = bytes.indexOf('\r\n\r\n');
  const header = end === -1 ? bytes : bytes.subarray(0, end);
  const at = fieldBody(header);
  return at === undefined ? undefined : value.exec(header.toString('utf8', at, at + FIELD_BYTES))?.[1];
}

function fieldBody(header: Buffer): number | undefined {
  for (const name of usual) {
    const at = header.indexOf(name);
    if (at !== -1) return at + name.length;
  }
  const found = any.exec(header.toString('latin1'));
  return found === null ? undefined : found.index + found[0].length;
}
