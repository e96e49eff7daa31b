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

/** A client sends more than one message. */
const KEPT_MS = 60_000;

/** The answer under this key, or a new one, kept for a minute where it is worth it. */
export function kept<T>(
  cache: BoundedCache<Promise<T>>,
  key: string,
  ask: () => Promise<T>,
  isWorthKeeping: (answer: T) => boolean,
): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const asked = ask();
  cache.set(key, asked, KEPT_MS);
  asked.then(
    (answer) => {
      if (!isWorthKeeping(answer)) cache.delete(key);
    },
    () => cache.delete(key),
  );
  return asked;
}
