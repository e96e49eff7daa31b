/**
 * How long to wait before a process that ended is started again: twice as long each time, from the beginning once one
 * has lived for a minute. Measured on the monotonic clock: a change of the date moves nothing.
 */
const LONGEST_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;

export class RestartWait {
  readonly #firstMs: number;
  readonly #waits = new Map<string, number>();

  constructor(firstMs: number) {
    this.#firstMs = firstMs;
  }

  /**
   * The wait before the next start of `name`, milliseconds.
   * @param livedMs  how long the one that ended was there
   */
  next(name: string, livedMs: number): number {
    if (livedMs > HEALTHY_AFTER_MS) this.#waits.delete(name);
    const wait = this.#waits.get(name) ?? this.#firstMs;
    this.#waits.set(name, Math.min(wait * 2, LONGEST_MS));
    return wait;
  }

  /** The longest that any of them will wait next. */
  get longest(): number {
    return Math.max(0, ...this.#waits.values());
  }
}
