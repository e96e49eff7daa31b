/**
 * Units of F$CUNITS. `BYTES` as the result is a size for people: the largest unit that keeps a digit in front of the point,
 * `512KB`, `1.5MB`. Source: dcl.md §16.2.
 */

const bytesOf = { BLOCKS: 512, BYTES: 1, B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 } as const;
const suffixes = ['TB', 'GB', 'MB', 'KB'] as const;

export type Unit = keyof typeof bytesOf;

export const isUnit = (word: string): word is Unit => Object.hasOwn(bytesOf, word);

/** Blocks are whole and counted up; everything else has at most two decimals and its suffix. */
export function convertUnits(value: number, from: Unit, to: Unit): string {
  const bytes = value * bytesOf[from];
  if (to === 'BLOCKS') return String(Math.ceil(bytes / bytesOf.BLOCKS));
  if (to !== 'BYTES') return withSuffix(bytes, to);
  return withSuffix(bytes, suffixes.find((each) => Math.abs(bytes) >= bytesOf[each]) ?? 'B');
}

const withSuffix = (bytes: number, unit: Exclude<Unit, 'BLOCKS' | 'BYTES'>): string =>
  `${Number((bytes / bytesOf[unit]).toFixed(2))}${unit}`;
