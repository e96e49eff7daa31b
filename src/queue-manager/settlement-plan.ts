/**
 * What a turn does with the entries that leave symbionts' hands: recipients off the entry, the entry gone, kept or
 * waiting for its next attempt, bounces as new entries, stopping queues that are empty now.
 */
import { condition } from '../condition/index.ts';
import type { Log } from '../ports/log.ts';
import type { MessageEvent, MessageJournal } from '../ports/message-journal.ts';
import { OPCOM_USER, type OperatorCommunication } from '../ports/operator-communication.ts';
import type { RecipientOutcome, Submission } from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';
import { comesAgain, type Desk, type InHand, type Symbiont } from './desk.ts';
import { QMAN } from './messages.ts';
import type { NodeQueues } from './node-queues.ts';
import type { Room } from './room.ts';
import { type Leaving, type Settled, settle } from './settlement.ts';
import type { Statistics } from './statistics.ts';
import type { TurnPlan } from './turn-plan.ts';

export interface Settlement {
  readonly symbiont: Symbiont;
  readonly entry: number;
  readonly leaving: Leaving;
}

export interface SettlementPlanDeps {
  readonly log: Log;
  readonly opcom: OperatorCommunication;
  readonly queues: NodeQueues;
  readonly desk: Desk;
  readonly statistics: Statistics;
  readonly journal?: MessageJournal;
  /** An entry holds until this instant now. */
  timedRelease(instant: number): void;
  /** The spooled text of an entry that is gone. */
  removeText(spoolId: string): void;
}

export class SettlementPlan {
  readonly #deps: SettlementPlanDeps;
  readonly #plan: TurnPlan;
  readonly #room: Room;
  readonly #now: number;
  /** New entries of the same transaction. */
  readonly bounces: Submission[] = [];
  readonly #settled = new Set<number>();
  /** How many left each execution queue. */
  readonly #left = new Map<string, number>();

  constructor(deps: SettlementPlanDeps, plan: TurnPlan, room: Room, now: number) {
    this.#deps = deps;
    this.#plan = plan;
    this.#room = room;
    this.#now = now;
  }

  isSettled(entry: number): boolean {
    return this.#settled.has(entry);
  }

  /** False when the entry was not in the symbiont's hands: nothing is planned for it then. */
  add({ symbiont, entry, leaving }: Settlement): boolean {
    const held = symbiont.inHand.get(entry);
    const isOther = leaving.kind === 'outcome' && leaving.outcome.entryId !== held?.entry.entryId;
    if (held === undefined || isOther || this.#settled.has(entry)) {
      this.#deps.log.warn({ entry, leaving: leaving.kind }, 'an entry that is not in hand was reported');
      return false;
    }
    this.#settled.add(entry);
    this.#left.set(held.queueName, (this.#left.get(held.queueName) ?? 0) + 1);
    this.#plan.afterwards(() => symbiont.letGo(entry));
    this.#room.gain(symbiont, held.weight, comesAgain(held.entry));
    this.#settle(held, leaving);
    return true;
  }

  #settle(held: InHand, leaving: Leaving): void {
    const plan = this.#plan;
    const { entry } = held.entry;
    const settled = settle(held, leaving, this.#now);
    const { standing, changedRecipients, submissions, poison } = settled;
    plan.moves(held.entry.state, standing?.state);
    plan.afterwards(() => this.#tell(held, leaving, settled));
    this.bounces.push(...submissions);
    if (standing === undefined) {
      plan.change({ kind: 'remove', entry });
      this.#planTextRemoval(held.entry, submissions);
      return;
    }
    if (changedRecipients.length > 0)
      plan.change({ kind: 'recipients', entry, recipients: changedRecipients });
    plan.change({ kind: 'stand', entry, standing });
    if (standing.state === 'holdingUntil')
      plan.afterwards(() => this.#deps.timedRelease(standing.after ?? this.#now));
    if (poison) {
      const text = condition(QMAN.POISON, entry).message;
      const alarm = held.entry.userName === OPCOM_USER ? undefined : { about: 'entries retained on error' };
      plan.afterwards(() => this.#deps.opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', text, alarm));
    }
  }

  #tell({ entry, recipients }: InHand, leaving: Leaving, { standing, isComplete }: Settled): void {
    const { statistics, journal } = this.#deps;
    const { entry: number, submittedAt } = entry;
    if (leaving.kind === 'outcome') {
      for (const { index, outcome } of leaving.outcome.recipients) {
        statistics.recipient(outcome.kind);
        journal?.(() => attempt(number, recipients[index]?.forwardPath, outcome));
      }
    }
    if (standing === undefined) {
      const ms = this.#now - submittedAt;
      if (isComplete) statistics.complete(ms);
      journal?.(() => ({
        event: isComplete ? 'completed' : 'deleted',
        entry: number,
        seconds: ms / 1_000,
      }));
    } else if (standing.state === 'retainedOnError')
      journal?.(() => ({ event: 'retained', entry: number, reason: standing.errorText ?? '' }));
  }

  /** A bounce may have taken the text over. */
  #planTextRemoval({ spoolId }: StoredEntry, bounces: readonly Submission[]): void {
    if (spoolId === undefined) return;
    if (bounces.some(({ text }) => text.kind === 'file' && text.spoolId === spoolId)) return;
    this.#plan.afterwards(() => this.#deps.removeText(spoolId));
  }

  /** A queue on its way to a stop is stopped with the last entry that leaves it. */
  stopDrainedQueues(): void {
    const { queues, desk } = this.#deps;
    for (const { name } of queues.all()) {
      const queue = queues.after(name, 'drained');
      if (queue === undefined || desk.count(name) > (this.#left.get(name) ?? 0)) continue;
      this.#plan.change({ kind: 'queue', queue });
      this.#plan.afterwards(() => queues.set(queue));
    }
  }
}

const attempt = (
  entry: number,
  forwardPath: string | undefined,
  outcome: RecipientOutcome,
): MessageEvent => ({
  event: 'attempt',
  entry,
  forwardPath,
  outcome: outcome.kind,
  ...('host' in outcome ? { host: outcome.host } : {}),
  ...('reply' in outcome ? { reply: outcome.reply } : {}),
  ...('tls' in outcome ? { tls: outcome.tls } : {}),
});
