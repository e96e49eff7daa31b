/** What takes long leaves time for everybody else, says now and then that it goes on, and ends when nobody waits for it any more. */

/** Its client has gone. */
export class SearchStopped extends Error {}

const AT_ONCE_MS = 15;
/** Clients that hear nothing for a minute give up. */
const SILENT_MS = 15_000;

export interface BreathOptions {
  /** Called every `silentMs` (15_000): how much is done, 0 to 1. */
  readonly tell?: (done: number) => Promise<void>;
  readonly silentMs?: number;
}

export class Breath {
  readonly stop: AbortSignal;
  /** Of what there is to do, 0 to 1: set by whoever does it. */
  done = 0;
  readonly #options: BreathOptions;
  #since = performance.now();
  #told = this.#since;

  constructor(stop: AbortSignal, options: BreathOptions = {}) {
    this.stop = stop;
    this.#options = options;
  }

  /** To be called often: seldom it lets others go on. Throws SearchStopped. */
  async take(): Promise<void> {
    if (this.stop.aborted) throw new SearchStopped();
    if (performance.now() - this.#since < AT_ONCE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
    if (this.stop.aborted) throw new SearchStopped();
    const { tell, silentMs = SILENT_MS } = this.#options;
    if (tell === undefined || this.#since - this.#told < silentMs) return;
    this.#told = this.#since;
    await tell(this.done);
  }
}
