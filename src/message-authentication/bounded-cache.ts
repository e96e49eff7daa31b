/** Answers that are good for a while, a bounded number of them; the oldest goes first. */
import type { Clock } from '../ports/clock.ts';

export class BoundedCache<T> {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #kept = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(clock: Clock, size: number) {
    this.#clock = clock;
    this.#size = size;
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    if (this.#clock.now() < found.until) return found.value;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, value: T, milliseconds: number): void {
    this.#kept.delete(key);
    if (this.#kept.size >= this.#size) {
      const oldest = this.#kept.keys().next();
      if (oldest.done !== true) this.#kept.delete(oldest.value);
    }
    this.#kept.set(key, { value, until: this.#clock.now() + milliseconds });
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }
}
