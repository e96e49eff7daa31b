/**
 * Ends sessions of accounts that are not to be used any more, whether they speak or wait. One for each server process: a glance at the
 * accounts tells whether any has changed, and one question for each user, however many sessions he has.
 */
import { reasonOf } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { Glances } from './glances.ts';

/** Between two glances. */
const GLANCE_MS = 2_000;
/** Accounts end at their time, too, without a change. */
const LOOK_MS = 60_000;
/** Users asked about before others have their turn. */
const AT_ONCE = 100;

export interface WatchedAccounts {
  /** Whether a user who has logged in may go on. */
  mayStay(userName: string): Promise<boolean>;
  /** Another value than before whenever an account may have changed. */
  stamp(): number;
}

export class AccountWatcher {
  readonly #accounts: WatchedAccounts;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Of each user, what ends his sessions. */
  readonly #sessions = new Map<string, Set<() => void>>();
  #stamp: number | undefined;
  #lookedAt = 0;
  readonly #glances: Glances;

  constructor(accounts: WatchedAccounts, clock: Clock, log: Log) {
    this.#accounts = accounts;
    this.#clock = clock;
    this.#log = log;
    this.#glances = new Glances(
      clock,
      GLANCE_MS,
      () => this.#sessions.size > 0,
      () => this.#glance(),
    );
  }

  /** Asked before each command: no glance is waited for. */
  mayStay(userName: string): Promise<boolean> {
    return this.#accounts.mayStay(userName);
  }

  /** @param end  called when the user may not go on, until the function returned is called */
  watch(userName: string, end: () => void): () => void {
    const ends = this.#sessions.get(userName) ?? new Set();
    this.#sessions.set(userName, ends);
    ends.add(end);
    this.#glances.adjust();
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#sessions.get(userName) === ends) this.#sessions.delete(userName);
      this.#glances.adjust();
    };
  }

  async #glance(): Promise<void> {
    try {
      const stamp = this.#accounts.stamp();
      const now = this.#clock.steadyMs();
      if (stamp === this.#stamp && now < this.#lookedAt + LOOK_MS) return;
      for (const [index, userName] of [...this.#sessions.keys()].entries()) {
        if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
        if (await this.#accounts.mayStay(userName)) continue;
        for (const end of [...(this.#sessions.get(userName) ?? [])]) end();
      }
      this.#stamp = stamp;
      this.#lookedAt = now;
    } catch (failure) {
      // The accounts cannot be read now: the next glance sees what there is.
      this.#log.warn({ reason: reasonOf(failure) }, 'accounts of sessions could not be looked at');
    }
  }
}
