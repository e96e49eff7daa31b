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
  if (lineEnd !== -1 && lineEnd - from <= LONGEST_RECORD)
    return { end: withoutReturn(bytes, from, lineEnd), next: lineEnd + 1 };
  if (bytes.length - from > LONGEST_RECORD) {
    let end = from + LONGEST_RECORD;
    while (end > from + 1 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
    return { end: withoutReturn(bytes, from, end), next: end };
  }
  if (!isWhole || from === bytes.length) return undefined;
  return { end: withoutReturn(bytes, from, bytes.length), next: bytes.length };
}

const withoutReturn = (bytes: Buffer, from: number, end: number): number =>
  end > from && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
