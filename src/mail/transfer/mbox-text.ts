/**
 * Mail data written as an entry of an mbox file: LF line ends, `From ` lines quoted so that reading gives the same bytes
 * again. Sources: RFC 4155; mboxrd quoting.
 */
const LF = Buffer.from('\n');
const QUOTE = Buffer.from('>');
const LINE_LIMIT = 65_536;

/** `From sender Tue Mar  3 10:00:00 2026`, in UTC as RFC 4155 wants it. */
export function separatorLine(sender: string, receivedAt: number): string {
  const [weekday, day, month, year, time] = new Date(receivedAt).toUTCString().replace(',', '').split(' ');
  return `From ${sender === '' ? 'MAILER-DAEMON' : sender.replace(/\s+/g, '')} ${weekday} ${month} ${day} ${time} ${year}\n`;
}

/** The text behind the separator line, with the empty line that ends it. @param text  as `unixText` gives it */
export async function* mboxText(text: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isLineStart = true;
  for await (const bytes of text) {
    if (bytes.byteLength === 0) continue;
    yield* quoted(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), isLineStart);
    isLineStart = bytes.at(-1) === 0x0a;
  }
  yield isLineStart ? LF : Buffer.from('\n\n');
}

/** A `>` before every line that begins with `From `, or with one that was quoted before. */
function* quoted(bytes: Buffer, isLineStart: boolean): Generator<Uint8Array> {
  let start = 0;
  for (let at = bytes.indexOf('From '); at !== -1; at = bytes.indexOf('From ', at + 1)) {
    let from = at;
    while (from > 0 && bytes[from - 1] === 0x3e) from--;
    if (from === 0 ? !isLineStart : bytes[from - 1] !== 0x0a) continue;
    yield bytes.subarray(start, from);
    yield QUOTE;
    start = from;
  }
  yield bytes.subarray(start);
}

/**
 * Mail data with LF instead of CRLF; a bare CR stays. What comes ends with a line, unless that is longer than 64 KiB.
 */
export async function* unixText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let end = bytes.lastIndexOf(0x0a) + 1;
    // The last byte of a long line stays: it may be the CR of its end.
    if (end === 0 && bytes.length > LINE_LIMIT) end = bytes.length - 1;
    rest = bytes.subarray(end);
    if (end > 0) yield withoutCr(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield rest;
}

const withoutCr = (bytes: Buffer): Buffer =>
  bytes.includes('\r\n') ? Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : bytes;
