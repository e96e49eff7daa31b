/** Renews the leases of what symbionts hold, long before they end, with one timer while anything is in hand. */
import type { Clock } from '../ports/clock.ts';
import type { Desk } from './desk.ts';
import { TurnPlan } from './turn-plan.ts';

/** A lease is renewed long before it ends, as long as the symbiont is there. */
export const LEASE_MS = 30 * 60_000;

export interface LeaseRenewalDeps {
  readonly clock: Clock;
  readonly desk: Desk;
  /** Commits a plan when nothing else changes entries. */
  commitAlone(plan: () => TurnPlan): Promise<void>;
}

export class LeaseRenewal {
  readonly #deps: LeaseRenewalDeps;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(deps: LeaseRenewalDeps) {
    this.#deps = deps;
  }

  /** Something was handed out. */
  watch(now: number): void {
    if (this.#stopped) return;
    this.#cancel ??= this.#deps.clock.at(now + LEASE_MS / 2, () => {
      this.#cancel = undefined;
      void this.#deps.commitAlone(() => this.#plan()).catch(() => undefined);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #plan(): TurnPlan {
    const now = this.#deps.clock.now();
    const plan = new TurnPlan();
    let inHand = 0;
    for (const held of this.#deps.desk.inHand()) {
      inHand++;
      if (held.entry.lease === undefined || held.entry.lease.until > now + LEASE_MS * 0.75) continue;
      const entry = { ...held.entry, lease: { ...held.entry.lease, until: now + LEASE_MS } };
      plan.change({ kind: 'stand', entry: entry.entry, standing: entry });
      plan.afterwards(() => {
        held.entry = entry;
      });
    }
    if (inHand > 0) this.watch(now);
    return plan;
  }
}
