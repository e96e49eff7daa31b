/** Wakes at the earliest instant an entry holds until: one timer, no polling. Source: queues.md §10. */
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { QueueStore } from '../ports/queue-store.ts';
import { Outage } from '../system/outage.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Counts } from './turn-plan.ts';

/** Entries released by one transaction. */
const BATCH = 500;
/** While mail comes, a great many that are due leave it that much time between two transactions. */
const PAUSE_MS = 50;
/** The clock of the host may be set meanwhile, and timers do not see it. */
const LONGEST_SLEEP_MS = 60_000;
/** After a store that failed. */
const RETRY_MS = 1_000;

interface Deps {
  readonly store: QueueStore;
  readonly clock: Clock;
  readonly log: Log;
}

export class TimedRelease {
  readonly #deps: Deps;
  readonly #commits: GroupCommit;
  readonly #outage: Outage;
  readonly #counts: Counts;
  #earliest = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(deps: Deps, commits: GroupCommit, counts: Counts) {
    this.#deps = deps;
    this.#commits = commits;
    this.#outage = new Outage(deps, {
      begins: 'timed entries could not be released',
      ends: 'timed entries are released again',
    });
    this.#counts = counts;
  }

  async start(): Promise<void> {
    const earliest = await this.#deps.store.earliestRelease();
    if (earliest !== undefined) this.note(earliest);
  }

  /** An entry holds until `instant`. */
  note(instant: number): void {
    if (instant >= this.#earliest || this.#stopped) return;
    this.#earliest = instant;
    this.#sleepUntil(instant);
  }

  /** The clock was set back by so much: the next attempts that were reckoned by it come as soon as they would have. */
  async bringForward(byMs: number): Promise<void> {
    await this.#commits.exclusive(async () => {
      if (this.#stopped) return;
      await this.#deps.store.bringForward(byMs);
      await this.#release();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #sleepUntil(instant: number): void {
    this.#cancel?.();
    const wake = Math.min(instant, this.#deps.clock.now() + LONGEST_SLEEP_MS);
    this.#cancel = this.#deps.clock.at(wake, () => {
      this.#commits
        .exclusive(() => this.#release())
        .catch((error: unknown) => {
          this.#outage.failed(error);
          if (!this.#stopped) this.#sleepUntil(this.#deps.clock.now() + RETRY_MS);
        });
    });
  }

  async #release(): Promise<void> {
    if (this.#stopped) return;
    const { store, clock } = this.#deps;
    const released = await store.releaseDue(clock.now(), BATCH);
    this.#outage.worked();
    this.#counts.holdingUntil -= released;
    this.#counts.pending += released;
    this.#earliest = Number.POSITIVE_INFINITY;
    const earliest = await store.earliestRelease();
    const soonest = this.#commits.isBusy ? clock.now() + PAUSE_MS : 0;
    if (earliest !== undefined) this.note(Math.max(earliest, soonest));
    if (released > 0) this.#commits.schedule();
  }
}
