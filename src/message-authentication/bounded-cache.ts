/** Answers that are good for a while, a bounded number of them; the oldest goes first. */
import type { Clock } from '../ports/clock.ts';

export class BoundedCache<T> {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #kept = new Map<string, { readonly value: T; readonly at: number; readonly forMs: number }>();

  constructor(clock: Clock, size: number) {
    this.#clock = clock;
    this.#size = size;
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    // A clock set back must not keep an answer alive.
    if (Math.abs(this.#clock.now() - found.at) < found.forMs) return found.value;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, value: T, forMs: number): void {
    this.#kept.delete(key);
    if (this.#kept.size >= this.#size) {
      const oldest = this.#kept.keys().next();
      if (oldest.done !== true) this.#kept.delete(oldest.value);
    }
    this.#kept.set(key, { value, at: this.#clock.now(), forMs });
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }
}
