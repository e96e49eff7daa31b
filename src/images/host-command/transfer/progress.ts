/** How far a long transfer is, on a terminal only; and the end of one that somebody breaks off with Ctrl/C. */
const EVERY_MS = 200;
const INTERRUPTED_STATUS = 130;

export class Progress implements Disposable {
  readonly #isShown = process.stderr.isTTY === true;
  readonly #abort = new AbortController();
  readonly #interrupt = (): void => this.#abort.abort();
  #shownAt = 0;

  constructor() {
    process.once('SIGINT', this.#interrupt);
    process.once('SIGTERM', this.#interrupt);
  }

  /** Aborted when somebody wants it to end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isInterrupted(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Exit status of what was done. */
  get status(): number {
    return this.isInterrupted ? INTERRUPTED_STATUS : 0;
  }

  show(text: () => string): void {
    if (!this.#isShown || Date.now() - this.#shownAt < EVERY_MS) return;
    this.#shownAt = Date.now();
    process.stderr.write(`\r\x1b[K${text().slice(0, (process.stderr.columns ?? 80) - 1)}`);
  }

  /** Takes the line away again. */
  clear(): void {
    if (this.#isShown && this.#shownAt > 0) process.stderr.write('\r\x1b[K');
    this.#shownAt = 0;
  }

  [Symbol.dispose](): void {
    this.clear();
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#interrupt);
  }
}

export const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;

export const megabytes = (bytes: number): string =>
  `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
