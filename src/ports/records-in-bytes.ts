/** Records of a file of lines, as RMS reads them: dcl.md §13. */
import { LONGEST_RECORD } from './file-header.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

export interface RecordPlace {
  /** Behind its last byte: without the end of the line. */
  readonly end: number;
  /** Where the next one begins. */
  readonly next: number;
}

/**
 * The record that begins at `from`. A line longer than a record is several, and no character stands in two of them.
 * @param isWhole  nothing comes behind these bytes
 * @returns undefined where more bytes are needed, or there are none
 */
export function recordAt(bytes: Buffer, from: number, isWhole: boolean): RecordPlace | undefined {
  const lineEnd = bytes.indexOf(NEWLINE, from);
  if (lineEnd !== -1) {
    const end = withoutReturn(bytes, from, lineEnd);
    if (end - from <= LONGEST_RECORD) return { end, next: lineEnd + 1 };
  }
  const isLast = isWhole && lineEnd === -1;
  // One more than a record may be the return of its end.
  const length = isLast ? withoutReturn(bytes, from, bytes.length) - from : bytes.length - from;
  if (length > LONGEST_RECORD + (isWhole ? 0 : 1)) {
    const end = pieceEnd(bytes, from + LONGEST_RECORD);
    return { end, next: end };
  }
  if (!isWhole || from === bytes.length) return undefined;
  return { end: from + length, next: bytes.length };
}

export interface FoundRecord extends RecordPlace {
  readonly start: number;
}

/** All that can be told apart so far, one after the other. */
export function* recordsIn(bytes: Buffer, isWhole: boolean): Generator<FoundRecord> {
  for (let start = 0, place: RecordPlace | undefined; ; start = place.next) {
    place = recordAt(bytes, start, isWhole);
    if (place === undefined) return;
    yield { start, ...place };
  }
}

/** Octets of a character of UTF-8 behind its first, at most. */
const CONTINUATION = 3;

/** `limit`, or the beginning of the character that stands there. */
function pieceEnd(bytes: Buffer, limit: number): number {
  for (let end = limit; end >= limit - CONTINUATION; end--) if ((bytes[end]! & 0xc0) !== 0x80) return end;
  return limit;
}

const withoutReturn = (bytes: Buffer, from: number, end: number): number =>
  end > from && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
