/**
 * The heart of the queue manager: everything that arrives in one event-loop turn (submissions, outcomes, entries given
 * back) is one transaction, together with the claim of what the symbionts have room for. Answers go out after its
 * commit, and so does the work: new entries with the text that is still in memory. DESIGN §5.
 */
import { Condition, condition } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { MessageJournal } from '../ports/message-journal.ts';
import type { Spool } from '../ports/message-text.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { RecipientInfo, Submission, SubmitReceipt } from '../ports/queue-manager.ts';
import type { Claim, ClaimedEntry, QueueStore } from '../ports/queue-store.ts';
import { Arrivals } from './arrivals.ts';
import { claimFor } from './claim.ts';
import type { Desk } from './desk.ts';
import type { EntryNumbers } from './entry-numbers.ts';
import { entryWeight } from './entry-weight.ts';
import { HandingOver } from './handing-over.ts';
import { LeaseRenewal } from './lease-renewal.ts';
import { JBC } from './messages.ts';
import type { NodeQueues } from './node-queues.ts';
import { Room } from './room.ts';
import { type Settlement, SettlementPlan } from './settlement-plan.ts';
import type { Statistics } from './statistics.ts';
import { QUEUE_FILE, StoreWatch } from './store-watch.ts';
import { type Counts, TurnPlan } from './turn-plan.ts';

export interface GroupCommitDeps {
  readonly store: QueueStore;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  readonly opcom: OperatorCommunication;
  readonly queues: NodeQueues;
  readonly desk: Desk;
  readonly numbers: EntryNumbers;
  readonly counts: Counts;
  readonly statistics: Statistics;
  readonly journal?: MessageJournal;
  /** `node/incarnation`, owner of all leases. */
  readonly owner: string;
  /** Never the same for two starts: part of every entry id. */
  readonly incarnation: string;
  /** An entry holds until this instant now. */
  timedRelease(instant: number): void;
}

/** While the store fails, outcomes wait this long for the next attempt. */
const STORE_RETRY_MS = 1_000;
/** The next stretch of a long change comes sooner, and the next message of a sender who is sending. */
const CHANGE_PAUSE_MS = 250;
const MAIL_PAUSE_MS = 50;

interface WaitingSubmission {
  readonly submission: Submission;
  readonly resolve: (receipt: SubmitReceipt) => void;
  readonly reject: (reason: Error) => void;
}

interface WaitingSettlements {
  readonly settlements: readonly Settlement[];
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  /** Set when one of them was not in hand. */
  isPartial: boolean;
}

export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  readonly #watch: StoreWatch;
  readonly #leases: LeaseRenewal;
  readonly #arrivals: Arrivals;
  readonly #handingOver: HandingOver;
  #submissions: WaitingSubmission[] = [];
  #settlements: WaitingSettlements[] = [];
  #scheduled = false;
  #last: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #retry: (() => void) | undefined;
  /** Until then retries keep back. */
  #busyUntil = 0;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
    this.#watch = new StoreWatch(deps);
    this.#leases = new LeaseRenewal({
      ...deps,
      commitAlone: (plan) => this.exclusive(async () => (this.#stopped ? undefined : this.commit(plan()))),
    });
    this.#arrivals = new Arrivals(deps);
    this.#handingOver = new HandingOver({
      ...deps,
      watchLeases: (now) => this.#leases.watch(now),
      settle: (settlements) => this.settle(settlements),
      schedule: () => this.schedule(),
    });
  }

  /** Resolves after the commit that holds text and envelope. */
  submit(submission: Submission): Promise<SubmitReceipt> {
    return new Promise((resolve, reject) => {
      this.#submissions.push({ submission, resolve, reject });
      this.schedule();
    });
  }

  /**
   * Resolves when it is durable, however long the store fails: outcomes are not lost with a full disk. Rejects with JBC
   * NOSUCHENT when some of the entries were not in the symbiont's hands (the others are settled), with JBC JOBQUEDIS
   * when the queue manager stops before.
   */
  settle(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#settlements.push({ settlements, resolve, reject, isPartial: false });
      this.schedule();
    });
  }

  /** Something has come that is not durable yet. */
  get isWaiting(): boolean {
    return this.#submissions.length + this.#settlements.length > 0;
  }

  /** Is it the text of something that has come and is not durable yet? */
  waitsWith(spoolId: string): boolean {
    const isOf = ({ text }: Submission): boolean => text.kind === 'file' && text.spoolId === spoolId;
    const hasBounce = ({ leaving }: Settlement): boolean =>
      leaving.kind === 'outcome' && (leaving.outcome.submissions ?? []).some(isOf);
    return (
      this.#submissions.some(({ submission }) => isOf(submission)) ||
      this.#settlements.some(({ settlements }) => settlements.some(hasBounce))
    );
  }

  /** A turn is due: something arrived, or there is room, or work. */
  schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      void this.exclusive(() => {
        this.#scheduled = false;
        return this.#turn();
      });
    });
  }

  /** Mail comes, or a long queue is being changed: what can wait does. */
  get isBusy(): boolean {
    // A clock set back must not keep retries waiting.
    const left = this.#busyUntil - this.#deps.clock.now();
    return left > 0 && left <= CHANGE_PAUSE_MS;
  }

  /** A long queue is being changed, stretch by stretch: retries keep back for a moment. */
  giveWayToChanges(): void {
    this.#busyUntil = this.#deps.clock.now() + CHANGE_PAUSE_MS;
  }

  /** Runs `work` when nothing else reads and changes entries. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Commits a plan made within `exclusive`. Throws the condition of a failed store. */
  async commit(plan: TurnPlan): Promise<void> {
    if (plan.changes.length === 0) return;
    await this.#write(plan);
  }

  /** What waits is committed, then nothing moves any more. */
  async stop(): Promise<void> {
    await this.exclusive(() => this.#turn());
    this.#stopped = true;
    this.#leases.stop();
    this.#retry?.();
    for (const { reject } of this.#submissions.splice(0)) reject(condition(JBC.JOBQUEDIS));
    for (const { reject } of this.#settlements.splice(0)) reject(condition(JBC.JOBQUEDIS));
  }

  async #turn(): Promise<void> {
    if (this.#stopped) return;
    const submissions = this.#submissions;
    const settlements = this.#settlements;
    this.#submissions = [];
    this.#settlements = [];
    try {
      await this.#commitTurn(submissions, settlements);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (!(error instanceof Condition))
        this.#deps.log.error({ err: failure }, 'a turn of the queue manager failed');
      for (const { reject } of submissions) reject(failure);
      if (settlements.length > 0) await this.#settleWithoutMail(submissions, settlements);
    }
  }

  /** A full disk may still take outcomes, which make room, where it does not take new mail. */
  async #settleWithoutMail(
    submissions: readonly WaitingSubmission[],
    settlements: WaitingSettlements[],
  ): Promise<void> {
    try {
      if (submissions.length === 0) throw condition(JBC.WRITEERR, QUEUE_FILE);
      await this.#commitTurn([], settlements);
    } catch {
      this.#settlements = [...settlements, ...this.#settlements];
      this.#retry?.();
      this.#retry = this.#deps.clock.after(STORE_RETRY_MS, () => this.schedule());
    }
  }

  async #commitTurn(
    submissions: readonly WaitingSubmission[],
    reports: readonly WaitingSettlements[],
  ): Promise<void> {
    const { clock, counts, desk, queues } = this.#deps;
    const now = clock.now();
    if (submissions.length > 0) this.#busyUntil = Math.max(this.#busyUntil, now + MAIL_PAUSE_MS);
    const plan = new TurnPlan();
    const room = new Room(desk, queues);
    const settlements = this.#planSettlements(plan, room, reports, now);
    const arriving = [...submissions.map(({ submission }) => submission), ...settlements.bounces];
    const { receipts, assigned, backlog } = await this.#arrivals.plan(plan, room, arriving, now);
    const isSettled = (entry: number): boolean => settlements.isSettled(entry);
    const situation = { ...this.#deps, room, isBusy: this.isBusy, isSettled };
    const claim = backlog > 0 ? claimFor(situation, now) : undefined;
    if (plan.changes.length > 0 || claim !== undefined) {
      const claimed = await this.#write(plan, claim);
      counts.pending -= claimed.length;
      counts.executing += claimed.length;
      for (const entry of claimed) {
        const { text, recipients, damage } = entry;
        const weight = entryWeight(text, pathsOf(recipients));
        assigned.push({ ...room.takeAny(weight), entry, text, recipients, weight, damage });
      }
      if (claimed.length > 0 && counts.pending > 0) this.schedule();
    }
    this.#deps.statistics.submissions += submissions.length;
    this.#deps.statistics.bounces += settlements.bounces.length;
    this.#answer(submissions, reports, receipts);
    this.#handingOver.hand(assigned, now);
  }

  #planSettlements(
    plan: TurnPlan,
    room: Room,
    reports: readonly WaitingSettlements[],
    now: number,
  ): SettlementPlan {
    const deps = { ...this.#deps, removeText: (spoolId: string) => this.removeText(spoolId) };
    const planned = new SettlementPlan(deps, plan, room, now);
    for (const report of reports) {
      for (const settlement of report.settlements) if (!planned.add(settlement)) report.isPartial = true;
    }
    planned.stopDrainedQueues();
    return planned;
  }

  /** The commit. Throws the condition of a failed store; nothing in memory has moved then. */
  async #write(plan: TurnPlan, claim?: Claim): Promise<readonly ClaimedEntry[]> {
    const { store, numbers, counts } = this.#deps;
    try {
      const claimed = await this.#watch.commit(() => store.commit(plan.changes, claim));
      plan.committed(counts);
      return claimed;
    } catch (error) {
      numbers.forgetReservation();
      throw error;
    }
  }

  #answer(
    submissions: readonly WaitingSubmission[],
    reports: readonly WaitingSettlements[],
    receipts: readonly SubmitReceipt[],
  ): void {
    for (const [index, { resolve }] of submissions.entries()) resolve(receipts[index]!);
    for (const { resolve, reject, isPartial } of reports) {
      if (isPartial) reject(condition(JBC.NOSUCHENT));
      else resolve();
    }
  }

  /** The text of an entry that is gone. What cannot be removed now is an orphan of the next start. */
  removeText(spoolId: string): void {
    this.#deps.spool.remove(spoolId).catch((error: unknown) => {
      this.#deps.log.warn({ err: error, spoolId }, 'a spooled text could not be removed');
    });
  }
}

const pathsOf = (recipients: readonly RecipientInfo[]): readonly string[] =>
  recipients.map(({ forwardPath }) => forwardPath);
