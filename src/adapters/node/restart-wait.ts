/**
 * How long to wait before a process that ended is started again: twice as long each time, from the beginning once one
 * has lived for a minute. Measured on the monotonic clock: a change of the date moves nothing.
 */
const LONGEST_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;
/** So many ends within an hour are no accident any more. */
const ACCIDENTS = 2;
const HOUR_MS = 3_600_000;

export class RestartWait {
  readonly #firstMs: number;
  readonly #waits = new Map<string, number>();

  readonly #now: () => number;
  /** Of the last hour, by name. */
  readonly #ends = new Map<string, readonly number[]>();

  constructor(firstMs: number, now = () => performance.now()) {
    this.#firstMs = firstMs;
    this.#now = now;
  }

  /**
   * The wait before the next start of `name`, milliseconds.
   * @param livedMs  how long the one that ended was there
   */
  next(name: string, livedMs: number): number {
    const now = this.#now();
    this.#ends.set(name, [...(this.#ends.get(name) ?? []).filter((each) => now - each < HOUR_MS), now]);
    if (livedMs > HEALTHY_AFTER_MS) this.#waits.delete(name);
    const wait = this.#waits.get(name) ?? this.#firstMs;
    this.#waits.set(name, Math.min(wait * 2, LONGEST_MS));
    return wait;
  }

  /** It has ended again and again within the last hour: somebody has to look. */
  isUnwell(name: string): boolean {
    return (this.#ends.get(name)?.length ?? 0) > ACCIDENTS;
  }

  /** The longest that any of them will wait next. */
  get longest(): number {
    return Math.max(0, ...this.#waits.values());
  }
}
