/**
 * Something that does not work for a while: said once when it begins and once when it is over, not with every message it
 * hits. A disk that is nearly full takes one text and refuses the next: it is over when nothing has failed for a while.
 */
import { failureFields } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Nothing must fail so long after the first success. */
const QUIET_MS = 5_000;

export interface OutageWords {
  /** `no space for mail` */
  readonly begins: string;
  /** `there is space for mail again` */
  readonly ends: string;
}

export class Outage {
  readonly #deps: { readonly clock: Clock; readonly log: Log };
  readonly #words: OutageWords;
  readonly #told: { begins?(error: unknown): void; ends?(): void };
  /** Reasons said of the present outage; empty when there is none. */
  readonly #reasons = new Set<string>();
  #cancelEnd: (() => void) | undefined;

  /** @param told  hears of the beginning and the end too: to tell operators */
  constructor(
    deps: { readonly clock: Clock; readonly log: Log },
    words: OutageWords,
    told: { begins?(error: unknown): void; ends?(): void } = {},
  ) {
    this.#deps = deps;
    this.#words = words;
    this.#told = told;
  }

  /** It did not work. A bug is logged each time, with its stack. */
  failed(error: unknown): void {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    const fields = failureFields(error);
    const isFirst = this.#reasons.size === 0;
    const reason = 'reason' in fields ? fields.reason : 'bug';
    if ('err' in fields) this.#deps.log.error(fields, this.#words.begins);
    else if (!this.#reasons.has(reason)) this.#deps.log.warn(fields, this.#words.begins);
    this.#reasons.add(reason);
    if (isFirst) this.#told.begins?.(error);
  }

  /** It worked. */
  worked(): void {
    if (this.#reasons.size === 0 || this.#cancelEnd !== undefined) return;
    const { clock, log } = this.#deps;
    this.#cancelEnd = clock.after(QUIET_MS, () => {
      this.#cancelEnd = undefined;
      this.#reasons.clear();
      log.info({}, this.#words.ends);
      this.#told.ends?.();
    });
  }
}
