/**
 * How DUMP writes octets: numbers from right to left, their characters from left to right, and where the line begins.
 * Source: DCL Dictionary, DUMP, the listings of its examples.
 */
export interface DumpForm {
  readonly radix: 'HEXADECIMAL' | 'OCTAL';
  /** Octets of a number. */
  readonly size: 1 | 2 | 4;
  /** Characters a line may have: /WIDTH. */
  readonly width: number;
}

/** Digits of a number of so many octets. */
const digits: Readonly<Record<DumpForm['radix'], Readonly<Record<DumpForm['size'], number>>>> = {
  HEXADECIMAL: { 1: 2, 2: 4, 4: 8 },
  OCTAL: { 1: 3, 2: 6, 4: 11 },
};
const base = { HEXADECIMAL: 16, OCTAL: 8 } as const;
const OFFSET_DIGITS = 6;

/** What a line cannot show of a text, and what stands behind its end. */
const NOTHING = '.';

export function dumpLines(bytes: Uint8Array, form: DumpForm): readonly string[] {
  const count = bytesOfLine(form);
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += count) {
    const part = bytes.subarray(offset, offset + count);
    lines.push(`${numbersOf(part, count, form)} ${charactersOf(part, count)} ${offsetText(offset, form)}`);
  }
  return lines;
}

/** The most that fit, of 8, 16 and 32. */
function bytesOfLine({ radix, size, width }: DumpForm): number {
  const length = (count: number): number =>
    (count / size) * (digits[radix][size] + 1) + 1 + count + 1 + OFFSET_DIGITS;
  return [32, 16].find((count) => length(count) <= width) ?? 8;
}

/** The lowest is the rightmost; of the last one there may be only some octets. */
function numbersOf(part: Uint8Array, count: number, { radix, size }: DumpForm): string {
  let text = '';
  for (let at = 0; at < count; at += size)
    text = ` ${numberOf(part.subarray(at, at + size), radix).padStart(digits[radix][size])}${text}`;
  return text;
}

/** As many digits as its octets need; none of none. */
function numberOf(bytes: Uint8Array, radix: DumpForm['radix']): string {
  if (bytes.length === 0) return '';
  const width = Math.ceil((bytes.length * 8) / Math.log2(base[radix]));
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return value.toString(base[radix]).toUpperCase().padStart(width, '0');
}

function charactersOf(part: Uint8Array, count: number): string {
  const text = [...part].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : NOTHING));
  return text.join('').padEnd(count, NOTHING);
}

const offsetText = (offset: number, { radix }: DumpForm): string =>
  offset.toString(base[radix]).toUpperCase().padStart(OFFSET_DIGITS, '0');
