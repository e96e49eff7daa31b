/** Gives symbionts the entries that were assigned to them, once the commit that says so is durable. */
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { MessageText } from '../ports/message-text.ts';
import { OPCOM_USER, type OperatorCommunication } from '../ports/operator-communication.ts';
import type { Assignment, RecipientInfo } from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';
import { assignment, returningOf } from './assignment.ts';
import { SUSPICION_MS } from './claim.ts';
import type { Symbiont } from './desk.ts';
import type { Place } from './room.ts';
import type { Settlement } from './settlement-plan.ts';

/** An entry, and in whose hands it comes. */
export interface Assigned extends Place {
  readonly entry: StoredEntry;
  readonly text: MessageText;
  readonly recipients: readonly RecipientInfo[];
  readonly weight: number;
  /** See ClaimedEntry. */
  readonly damage?: string | undefined;
}

export interface HandingOverDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  /** Something is in hand: its leases are renewed from now on. */
  watchLeases(now: number): void;
  /** What cannot be handed over comes back. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** A turn is due. */
  schedule(): void;
}

export class HandingOver {
  readonly #deps: HandingOverDeps;

  constructor(deps: HandingOverDeps) {
    this.#deps = deps;
  }

  /** One batch for each symbiont. What is damaged goes to none, and is kept for the operator. */
  hand(assigned: readonly Assigned[], now: number): void {
    const batches = new Map<Symbiont, Assignment[]>();
    for (const { symbiont, entry, text, recipients, queueName, weight, damage } of assigned) {
      if (entry.symbiontDeaths > 0) this.#deps.clock.at(now + SUSPICION_MS, () => this.#deps.schedule());
      const isReturning = returningOf(entry).returning !== undefined;
      symbiont.take({
        entry: withoutText(entry),
        recipients,
        queueName,
        assignedAt: now,
        weight,
        isReturning,
      });
      if (damage !== undefined) {
        this.#keepDamaged(symbiont, entry, damage);
        continue;
      }
      const batch = batches.get(symbiont) ?? [];
      if (batch.length === 0) batches.set(symbiont, batch);
      batch.push(assignment(entry, text, recipients, queueName, now));
    }
    for (const [symbiont, batch] of batches) this.#push(symbiont, batch, now);
  }

  /** For the operator: nobody can deliver it. */
  #keepDamaged(symbiont: Symbiont, { entry, entryId, userName }: StoredEntry, damage: string): void {
    this.#deps.log.warn({ entry, damage }, 'an entry is damaged and is kept, retained on error');
    const text = `Entry ${entry} retained on error: ${damage}`;
    const alarm = userName === OPCOM_USER ? undefined : { about: 'entries retained on error' };
    this.#deps.opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', text, alarm);
    const outcome = { entry, entryId, recipients: [], retainedOnError: damage };
    this.#deps.settle([{ symbiont, entry, leaving: { kind: 'outcome', outcome } }]).catch(() => undefined);
  }

  #push(symbiont: Symbiont, batch: readonly Assignment[], now: number): void {
    const giveBack = (): void => {
      const settlements = batch.map(({ entry }) => ({
        symbiont,
        entry,
        leaving: { kind: 'giveBack' } as const,
      }));
      this.#deps.settle(settlements).catch(() => undefined);
    };
    // It went while the commit was under way.
    if (!symbiont.present) {
      giveBack();
      return;
    }
    this.#deps.watchLeases(now);
    try {
      symbiont.port.process(batch);
    } catch (error) {
      this.#deps.log.error({ err: error, entries: batch.length }, 'work could not be handed to the symbiont');
      giveBack();
    }
  }
}

/**
 * The symbiont has it. Texts that live as long as their delivery make the collector mark the whole heap for every 50 MB of
 * them.
 */
const withoutText = (entry: StoredEntry): StoredEntry & { readonly text: undefined } => ({
  ...entry,
  text: undefined,
});
