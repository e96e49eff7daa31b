/** The fields of a header section with their places. Source: RFC 5322 §2.2, §2.2.3. */

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface HeaderField extends ByteRange {
  /** Lower case, without blanks before the colon. */
  readonly name: string;
  /** Behind the colon, folded as it came. */
  readonly value: string;
}

/** @param block  one character per byte (latin1), so that places are true; lines that are no field are passed over */
export function headerFields(block: string): readonly HeaderField[] {
  const fields: HeaderField[] = [];
  let start = 0;
  // Looked for once, however many lines are without.
  let colon = -1;
  while (start < block.length) {
    const end = fieldEnd(block, start);
    if (colon < start) colon = block.indexOf(':', start);
    if (colon === -1) break;
    if (colon < end) {
      const name = block.slice(start, colon).trimEnd().toLowerCase();
      fields.push({ name, value: block.slice(colon + 1, end), start, end });
    }
    start = end;
  }
  return fields;
}

/** Behind the line end that no folded line follows. */
function fieldEnd(block: string, start: number): number {
  let from = start;
  for (;;) {
    const lineEnd = block.indexOf('\n', from);
    if (lineEnd === -1) return block.length;
    const next = block[lineEnd + 1];
    if (next !== ' ' && next !== '\t') return lineEnd + 1;
    from = lineEnd + 1;
  }
}

/** `bytes`, which stand at `offset` of a text, without the given ranges of the text, which are in order. */
export function without(bytes: Uint8Array, ranges: readonly ByteRange[], offset = 0): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let position = 0;
  for (const range of ranges) {
    const start = Math.min(Math.max(range.start - offset, position), bytes.byteLength);
    if (start > position) parts.push(bytes.subarray(position, start));
    position = Math.min(Math.max(range.end - offset, position), bytes.byteLength);
  }
  if (position < bytes.byteLength) parts.push(position === 0 ? bytes : bytes.subarray(position));
  return parts;
}

const LONG_BLANK = /(?:[ \t]|\r\n(?=[ \t])){64,}/g;

/**
 * A header section with one blank for many: they say the same (RFC 6376 §3.4.2), and whoever looks for the end of thousands from each
 * of them takes minutes.
 */
export function withoutLongBlanks(header: Uint8Array): Uint8Array {
  const block = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1');
  const shorter = block.replace(LONG_BLANK, ' ');
  return shorter.length === block.length ? header : Buffer.from(shorter, 'latin1');
}
