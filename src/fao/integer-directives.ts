/** The integer directives of FAO: `!SL !UW !ZB !XL !OB` and the like. Source: dcl.md §17. */
const sizes: Readonly<Record<string, number>> = { B: 8, W: 16, L: 32, Q: 64, J: 64, I: 64, H: 64, A: 64 };

/** S signed, U unsigned, Z zero-filled, X hexadecimal, O octal; B 8, W 16, L 32, Q 64 bits. */
export const isIntegerCode = (code: string): boolean => /^[SUZXO][BWLQ]$/.test(code);

export function toInteger(value: string | number | bigint | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  return /^\s*[+-]?[0-9]+\s*$/.test(value ?? '') ? BigInt((value ?? '').trim().replace(/^\+/, '')) : 0n;
}

export function formatInteger(code: string, value: bigint, width: number | undefined): string {
  const bits = sizes[code.charAt(1)] ?? 32;
  const unsigned = BigInt.asUintN(bits, value);
  switch (code.charAt(0)) {
    case 'S':
      return decimal(BigInt.asIntN(bits, value), width, ' ');
    case 'U':
      return decimal(unsigned, width, ' ');
    case 'Z':
      return decimal(unsigned, width, '0');
    case 'X':
      return digits(unsigned.toString(16).toUpperCase(), bits / 4, width);
    default:
      return digits(unsigned.toString(8), Math.ceil(bits / 3), width);
  }
}

/** A field that is too narrow is filled with asterisks. */
function decimal(value: bigint, width: number | undefined, fill: string): string {
  const text = value.toString();
  if (width === undefined) return text;
  return text.length > width ? '*'.repeat(width) : text.padStart(width, fill);
}

/** Hexadecimal and octal have a fixed number of digits: a narrow field keeps the low ones, a wide one gets blanks. */
function digits(text: string, natural: number, width = natural): string {
  const full = text.padStart(natural, '0');
  return width <= natural ? full.slice(natural - width) : full.padStart(width, ' ');
}
