/** Values of symbols and expressions: signed 32-bit integers and strings, and how one becomes the other. Source: dcl.md §4. */
export type DclValue = number | string;

const DIGITS = /^[0-9]+$/;
const RADIX = /^%([XOD])([0-9A-F]+)$/;
const radixOf: Readonly<Record<string, number>> = { X: 16, O: 8, D: 10 };
const radixDigits: Readonly<Record<string, RegExp>> = { X: /^[0-9A-F]+$/, O: /^[0-7]+$/, D: /^[0-9]+$/ };

/** Blanks around, a sign, %X %O %D are understood; otherwise 1 when the first letter is T or Y, else 0. Overflow wraps. */
export function toInteger(value: DclValue): number {
  if (typeof value === 'number') return value;
  return readInteger(value) ?? (/^\s*[TtYy]/.test(value) ? 1 : 0);
}

/** The integer a string spells, or undefined: what F$TYPE calls INTEGER. */
export function readInteger(value: string): number | undefined {
  const text = value.trim().toUpperCase();
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const magnitude = readUnsigned(digits);
  if (magnitude === undefined) return undefined;
  return sign === '-' ? -magnitude | 0 : magnitude;
}

/** `12`, `%X1F`, `%O17`, `%D99`, upper case; undefined when a digit is wrong. */
export function readUnsigned(digits: string): number | undefined {
  if (DIGITS.test(digits)) return wrap(digits, 10);
  const [, letter = '', rest = ''] = RADIX.exec(digits) ?? [];
  const radix = radixOf[letter];
  if (radix === undefined || !radixDigits[letter]?.test(rest)) return undefined;
  return wrap(rest, radix);
}

function wrap(digits: string, radix: number): number {
  if (digits.length <= 12) return Number.parseInt(digits, radix) | 0;
  const prefix = radix === 16 ? '0x' : radix === 8 ? '0o' : '';
  return Number(BigInt.asIntN(32, BigInt(prefix + digits)));
}

export const toText = (value: DclValue): string => (typeof value === 'number' ? String(value) : value);

/** Odd is true. dcl.md §4 */
export const isTrue = (value: DclValue): boolean => (toInteger(value) & 1) === 1;
