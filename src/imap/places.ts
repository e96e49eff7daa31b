/**
 * The messages that a command names, ascending. They are held as ranges of sequence numbers, so that `1:*` costs a folder of a million
 * no more than one of ten. Of use while the command lasts: sequence numbers do not change then.
 */
import { isInRanges, type NumberRange } from './syntax/number-set.ts';

/** A message by both its numbers. */
export interface Place {
  readonly sequence: number;
  readonly uid: number;
}

export class Places implements Iterable<Place> {
  readonly length: number;
  /** Of sequence numbers, ascending; they do not meet. */
  readonly ranges: readonly NumberRange[];
  readonly #view: { uidAt(sequence: number): number };

  constructor(view: { uidAt(sequence: number): number }, ranges: readonly NumberRange[]) {
    this.#view = view;
    this.ranges = ranges.filter(({ first, last }) => first <= last);
    this.length = this.ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  *[Symbol.iterator](): Generator<Place> {
    for (const { first, last } of this.ranges)
      for (let sequence = first; sequence <= last; sequence++)
        yield { sequence, uid: this.#view.uidAt(sequence) };
  }

  has(sequence: number): boolean {
    return isInRanges(this.ranges, sequence);
  }

  uids(): number[] {
    const uids: number[] = [];
    for (const { first, last } of this.ranges)
      for (let sequence = first; sequence <= last; sequence++) uids.push(this.#view.uidAt(sequence));
    return uids;
  }
}
