/** New entries of a turn: what was submitted, and the bounces of what leaves. Those that find room go to a symbiont with the commit. */
import type { MessageJournal } from '../ports/message-journal.ts';
import type { Submission, SubmitReceipt } from '../ports/queue-manager.ts';
import type { QueueStore } from '../ports/queue-store.ts';
import { accepted } from './accepted-entry.ts';
import type { EntryNumbers } from './entry-numbers.ts';
import { entryWeight } from './entry-weight.ts';
import type { Assigned } from './handing-over.ts';
import { LEASE_MS } from './lease-renewal.ts';
import { isLater, newEntry, unsent } from './new-entry.ts';
import type { NodeQueues } from './node-queues.ts';
import type { Room } from './room.ts';
import type { Counts, TurnPlan } from './turn-plan.ts';

export interface ArrivalsDeps {
  readonly store: Pick<QueueStore, 'hasFresh'>;
  readonly queues: NodeQueues;
  readonly numbers: EntryNumbers;
  readonly counts: Counts;
  readonly journal?: MessageJournal;
  /** `node/incarnation`, owner of all leases. */
  readonly owner: string;
  /** Never the same for two starts: part of every entry id. */
  readonly incarnation: string;
  /** An entry holds until this instant now. */
  timedRelease(instant: number): void;
}

export interface PlannedArrivals {
  /** In the order they came. */
  readonly receipts: SubmitReceipt[];
  readonly assigned: Assigned[];
  /** Entries that are pending with this turn, in all. */
  readonly backlog: number;
}

export class Arrivals {
  readonly #deps: ArrivalsDeps;
  #sequence = 0;

  constructor(deps: ArrivalsDeps) {
    this.#deps = deps;
  }

  /** New entries: those that find room go to a symbiont with the commit, unless other new ones have waited longer. */
  async plan(
    plan: TurnPlan,
    room: Room,
    arriving: readonly Submission[],
    now: number,
  ): Promise<PlannedArrivals> {
    const { counts, numbers, queues, store, owner, incarnation, journal } = this.#deps;
    const entryNumbers = await numbers.prepare(arriving.length);
    const receipts: SubmitReceipt[] = [];
    const assigned: Assigned[] = [];
    let backlog = counts.pending + plan.pendingAdded;
    // Mail that comes again lets new mail pass.
    let hasFreshBacklog = arriving.length > 0 && counts.pending > 0 && (await store.hasFresh());
    for (const [index, submission] of arriving.entries()) {
      const mustWait = submission.hold === true || isLater(submission, now) || hasFreshBacklog;
      const weight = entryWeight(submission.text, submission.envelope.forwardPaths);
      const place = mustWait ? undefined : room.take(weight);
      const names = {
        entry: entryNumbers[index]!,
        entryId: `${incarnation}-${(this.#sequence++).toString(36)}`,
        queueName: queues.generic,
      };
      const lease = place && { owner, until: now + LEASE_MS, attempt: 1 };
      const entry = newEntry(names, submission, now, lease);
      plan.change({ kind: 'add', entry });
      plan.afterwards(() => journal?.(() => accepted(entry)));
      plan.moves(undefined, entry.state);
      if (entry.state === 'pending') {
        backlog++;
        hasFreshBacklog = true;
      }
      if (entry.state === 'holdingUntil') plan.afterwards(() => this.#deps.timedRelease(entry.after!));
      if (place !== undefined)
        assigned.push({ ...place, entry, text: entry.text, recipients: unsent(entry), weight });
      receipts.push({ entry: entry.entry, jobName: entry.jobName });
    }
    const reservation = receipts.length > 0 ? numbers.reservation() : undefined;
    if (reservation !== undefined) plan.change(reservation);
    return { receipts, assigned, backlog };
  }
}
