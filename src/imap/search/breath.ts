/** What takes long leaves time for everybody else, and ends when nobody waits for it any more. */

/** Its client has gone, or the node is being stopped. */
export class SearchStopped extends Error {}

const AT_ONCE_MS = 15;

export class Breath {
  readonly stop: AbortSignal;
  #since = performance.now();

  constructor(stop: AbortSignal) {
    this.stop = stop;
  }

  /** To be called often: seldom it lets others go on. Throws SearchStopped. */
  async take(): Promise<void> {
    if (this.stop.aborted) throw new SearchStopped();
    if (performance.now() - this.#since < AT_ONCE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
    if (this.stop.aborted) throw new SearchStopped();
  }
}
