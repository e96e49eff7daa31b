/** Sequence sets: `2:4,7,12:*`. Source: RFC 9051 §9 (sequence-set), §4.1.1. */
import { firstBehind } from '../../system/first-behind.ts';

/** `*` is the largest number in use. */
export type SetNumber = number | '*';
export type NumberSet = readonly { readonly from: SetNumber; readonly to: SetNumber }[];

const LARGEST = 0xffff_ffff;

/** Undefined when it is none. A set costs what its text costs: ranges stay ranges. */
export function parseNumberSet(text: string): NumberSet | undefined {
  const set: { from: SetNumber; to: SetNumber }[] = [];
  for (const element of text.split(',')) {
    const [, first, second] = /^(\*|[1-9]\d{0,9})(?::(\*|[1-9]\d{0,9}))?$/.exec(element) ?? [];
    if (first === undefined) return undefined;
    const from = setNumber(first);
    const to = second === undefined ? from : setNumber(second);
    if (from === undefined || to === undefined) return undefined;
    set.push({ from, to });
  }
  return set;
}

const setNumber = (text: string): SetNumber | undefined => {
  if (text === '*') return '*';
  const number = Number(text);
  return number <= LARGEST ? number : undefined;
};

export interface NumberRange {
  readonly first: number;
  /** Not less than `first`. */
  readonly last: number;
}

/** Ascending ranges that do not meet. @param largest  what `*` stands for; 0: nothing is in use, and `*` is no number */
export function rangesOf(set: NumberSet, largest: number): readonly NumberRange[] {
  const numbers = set
    .map(({ from, to }) => [from === '*' ? largest : from, to === '*' ? largest : to] as const)
    .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }))
    .filter(({ last }) => last > 0)
    .sort((a, b) => a.first - b.first);
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of numbers) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** @param ranges  as rangesOf has them */
export function isInRanges(ranges: readonly NumberRange[], number: number): boolean {
  const place = firstBehind(ranges.length, (each) => ranges[each]!.last < number);
  return place < ranges.length && ranges[place]!.first <= number;
}

/** The shortest set of ascending numbers: `1:3,7`. */
export const formatNumbers = (numbers: Iterable<number>): string => formatRanges(inARow(numbers));

/** @param ranges  ascending, and do not meet */
export function formatRanges(ranges: Iterable<NumberRange>): string {
  const parts: string[] = [];
  for (const { first, last } of ranges) parts.push(first === last ? String(first) : `${first}:${last}`);
  return parts.join(',');
}

function* inARow(numbers: Iterable<number>): Generator<NumberRange> {
  let range: { first: number; last: number } | undefined;
  for (const number of numbers) {
    if (range !== undefined && number === range.last + 1) range.last = number;
    else {
      if (range !== undefined) yield range;
      range = { first: number, last: number };
    }
  }
  if (range !== undefined) yield range;
}
