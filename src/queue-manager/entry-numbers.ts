/**
 * Entry numbers: for people, increasing, 1 to 9,999,999, then from 1 again over those still in use. What must never
 * come twice is the entry id, which carries a tag of its own for every start. Source: queues.md §1, §18.
 */

import { signal } from '../condition/index.ts';
import type { QueueChange, QueueStore } from '../ports/queue-store.ts';
import { JBC } from './messages.ts';

/** As wide as the Entry column of SHOW QUEUE. */
const HIGHEST_ENTRY = 9_999_999;
/** So many numbers are set aside by one write; a crash skips the rest of them. */
const RESERVE = 1_000;

export class EntryNumbers {
  readonly #store: QueueStore;
  readonly #highest: number;
  #next: number;
  /** Numbers from #next up to here, exclusive, are known to be free. */
  #freeEnd: number;
  #reservedTo = 0;

  constructor(store: QueueStore, next: number, highest: number = HIGHEST_ENTRY) {
    this.#store = store;
    this.#highest = highest;
    this.#next = next > highest ? 1 : next;
    this.#freeEnd = this.#next;
  }

  /** Makes sure that `count` numbers can be taken. Throws JBC TOOMANYENT when there are not that many. */
  async prepare(count: number): Promise<readonly number[]> {
    const numbers: number[] = [];
    let wraps = 0;
    while (numbers.length < count) {
      if (this.#next < this.#freeEnd) {
        numbers.push(this.#next++);
        continue;
      }
      if (this.#next > this.#highest) {
        if (++wraps > 2) signal(JBC.TOOMANYENT);
        this.#next = 1;
      }
      const used = await this.#store.entryInUse(this.#next);
      if (used === this.#next) this.#next = this.#freeEnd = used + 1;
      else this.#freeEnd = Math.min(used ?? Number.POSITIVE_INFINITY, this.#highest + 1);
    }
    return numbers;
  }

  /** The change that must be part of the commit that uses the prepared numbers, where one is due. */
  reservation(): QueueChange | undefined {
    if (this.#next <= this.#reservedTo && this.#reservedTo - this.#next <= RESERVE) return undefined;
    this.#reservedTo = this.#next + RESERVE;
    return { kind: 'nextEntry', entry: this.#reservedTo };
  }

  /** At an orderly stop: nothing was skipped. */
  exact(): QueueChange {
    return { kind: 'nextEntry', entry: this.#next };
  }

  /** The commit failed: the reservation has to be made again. */
  forgetReservation(): void {
    this.#reservedTo = 0;
  }
}
