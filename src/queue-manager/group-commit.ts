/**
 * The heart of the queue manager: everything that arrives in one event-loop turn (submissions, outcomes, entries given
 * back) is one transaction, together with the claim of what the symbionts have room for. Answers go out after its
 * commit, and so does the work: new entries with the text that is still in memory. DESIGN §5.
 */
import { Condition, condition } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { type MessageText, type Spool, textSizeBytes } from '../ports/message-text.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type {
  Assignment,
  JobState,
  RecipientInfo,
  Submission,
  SubmitReceipt,
} from '../ports/queue-manager.ts';
import type { Claim, Lease, NewEntry, QueueStore, StoredEntry } from '../ports/queue-store.ts';
import type { Desk, Symbiont } from './desk.ts';
import type { EntryNumbers } from './entry-numbers.ts';
import { jobName } from './job-name.ts';
import { JBC, QMAN } from './messages.ts';
import type { NodeQueues } from './node-queues.ts';
import { recipientsToTry } from './outcome.ts';
import { type Leaving, settle } from './settlement.ts';
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
  /** `node/incarnation`, owner of all leases. */
  readonly owner: string;
  /** Never the same for two starts: part of every entry id. */
  readonly incarnation: string;
  /** An entry holds until this instant now. */
  timedRelease(instant: number): void;
}

/** A lease is renewed long before it ends, as long as the symbiont is there. */
export const LEASE_MS = 30 * 60_000;
/** A crash follows soon: a suspect that is in hand for longer is innocent of the next one. */
export const SUSPICION_MS = 10_000;
/** While the store fails, outcomes wait this long for the next attempt. */
const STORE_RETRY_MS = 1_000;
/** Texts of claimed entries are in memory at once: 64 KiB each at most. */
const CLAIM_AT_MOST = 256;
const DEFAULT_PRIORITY = 100;
const FILE = 'QMAN$MASTER.DAT';

interface WaitingSubmission {
  readonly submission: Submission;
  readonly resolve: (receipt: SubmitReceipt) => void;
  readonly reject: (reason: Error) => void;
}

export interface Settlement {
  readonly symbiont: Symbiont;
  readonly entry: number;
  readonly leaving: Leaving;
}

interface WaitingSettlements {
  readonly settlements: readonly Settlement[];
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  /** Set when one of them was not in hand. */
  isPartial: boolean;
}

/** Room that is left in the turn being planned. */
interface Slot {
  readonly symbiont: Symbiont;
  free: number;
  freeBytes: number;
}

interface Place {
  readonly slot: Slot;
  readonly queueName: string;
}

interface Assigned extends Place {
  readonly entry: StoredEntry;
  readonly text: MessageText;
  readonly recipients: readonly RecipientInfo[];
}

export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  #submissions: WaitingSubmission[] = [];
  #settlements: WaitingSettlements[] = [];
  #scheduled = false;
  #sequence = 0;
  #last: Promise<unknown> = Promise.resolve();
  #storeFails = false;
  #stopped = false;
  #renewal: (() => void) | undefined;
  #retry: (() => void) | undefined;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
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

  /** Runs `work` when nothing else reads and changes entries. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Commits a plan made within `exclusive`. Throws the condition of a failed store. */
  async commit(plan: TurnPlan): Promise<void> {
    if (plan.changes.length === 0) return;
    await this.#committed(() => this.#deps.store.commit(plan.changes));
    plan.committed(this.#deps.counts);
  }

  /** What waits is committed, then nothing moves any more. */
  async stop(): Promise<void> {
    await this.exclusive(() => this.#turn());
    this.#stopped = true;
    this.#renewal?.();
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
      if (submissions.length === 0) throw condition(JBC.WRITEERR, FILE);
      await this.#commitTurn([], settlements);
    } catch {
      this.#settlements = [...settlements, ...this.#settlements];
      this.#retry?.();
      this.#retry = this.#deps.clock.at(this.#deps.clock.now() + STORE_RETRY_MS, () => this.schedule());
    }
  }

  async #commitTurn(
    submissions: readonly WaitingSubmission[],
    reports: readonly WaitingSettlements[],
  ): Promise<void> {
    const { clock, counts, numbers, desk } = this.#deps;
    const now = clock.now();
    const plan = new TurnPlan();
    const slots = new Map<Symbiont, Slot>(
      desk.symbionts.map((symbiont) => [
        symbiont,
        { symbiont, free: symbiont.free, freeBytes: symbiont.freeBytes },
      ]),
    );
    const { bounces, left, settledNow } = this.#planSettlements(plan, reports, slots, now);
    this.#planDrained(plan, left);
    const room = [...slots.values()];
    const assigned: Assigned[] = [];

    const entryNumbers = await numbers.prepare(submissions.length + bounces.length);
    const receipts: SubmitReceipt[] = [];
    let backlog = counts.pending + plan.pendingAdded;
    for (const [index, submission] of [...submissions.map((each) => each.submission), ...bounces].entries()) {
      const place =
        submission.hold || isLater(submission, now) || backlog > 0
          ? undefined
          : this.#place(room, textSizeBytes(submission.text));
      const entry = this.#newEntry(entryNumbers[index]!, submission, now, place !== undefined);
      plan.change({ kind: 'add', entry });
      plan.moves(undefined, entry.state);
      if (entry.state === 'pending') backlog++;
      if (entry.state === 'holdingUntil') plan.afterwards(() => this.#deps.timedRelease(entry.after!));
      if (place !== undefined) {
        assigned.push({ ...place, entry, text: entry.text, recipients: unsent(entry.forwardPaths) });
      }
      receipts.push({ entry: entry.entry, jobName: entry.jobName });
    }
    if (receipts.length > 0) {
      const reservation = numbers.reservation();
      if (reservation !== undefined) plan.change(reservation);
    }

    const claim = backlog > 0 ? this.#claim(room, settledNow, now) : undefined;
    if (plan.changes.length === 0 && claim === undefined) return this.#answer(submissions, reports, receipts);
    const claimed = await this.#committed(() => this.#deps.store.commit(plan.changes, claim));
    plan.committed(counts);
    for (const entry of claimed) {
      counts.pending--;
      counts.executing++;
      const place = this.#place(room, 0) ?? this.#anyPlace(room);
      assigned.push({ ...place, entry, text: entry.text, recipients: entry.recipients });
    }
    this.#answer(submissions, reports, receipts);

    const batches = new Map<Symbiont, Assignment[]>();
    for (const { slot, entry, text, recipients, queueName } of assigned) {
      if (entry.symbiontDeaths > 0) clock.at(now + SUSPICION_MS, () => this.schedule());
      slot.symbiont.take({ entry, recipients, queueName, assignedAt: now });
      const batch = batches.get(slot.symbiont) ?? [];
      if (batch.length === 0) batches.set(slot.symbiont, batch);
      batch.push(assignment(entry, text, recipients, queueName, now));
    }
    for (const [symbiont, batch] of batches) this.#push(symbiont, batch, now);
    if (claim !== undefined && claimed.length === claim.limit && counts.pending > 0) this.schedule();
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

  #push(symbiont: Symbiont, batch: readonly Assignment[], now: number): void {
    const giveBack = (): void => {
      const settlements = batch.map(({ entry }) => ({
        symbiont,
        entry,
        leaving: { kind: 'giveBack' } as const,
      }));
      this.settle(settlements).catch(() => undefined);
    };
    // It went while the commit was under way.
    if (!symbiont.present) {
      giveBack();
      return;
    }
    this.#renewLater(now);
    try {
      symbiont.port.process(batch);
    } catch (error) {
      this.#deps.log.error({ err: error, entries: batch.length }, 'work could not be handed to the symbiont');
      giveBack();
    }
  }

  /** Adds what becomes of entries that leave symbionts' hands; returns the bounces, and how many left each queue. */
  #planSettlements(
    plan: TurnPlan,
    reports: readonly WaitingSettlements[],
    slots: ReadonlyMap<Symbiont, Slot>,
    now: number,
  ): {
    readonly bounces: readonly Submission[];
    readonly left: ReadonlyMap<string, number>;
    readonly settledNow: ReadonlySet<number>;
  } {
    const { log, opcom } = this.#deps;
    const bounces: Submission[] = [];
    const left = new Map<string, number>();
    const settledNow = new Set<number>();
    for (const { report, symbiont, entry, leaving } of each(reports)) {
      const held = symbiont.inHand.get(entry);
      const isOther = leaving.kind === 'outcome' && leaving.outcome.entryId !== held?.entry.entryId;
      if (held === undefined || isOther || settledNow.has(entry)) {
        log.warn({ entry, leaving: leaving.kind }, 'an entry that is not in hand was reported');
        report.isPartial = true;
        continue;
      }
      settledNow.add(entry);
      left.set(held.queueName, (left.get(held.queueName) ?? 0) + 1);
      const { standing, changedRecipients, submissions, poison } = settle(held, leaving, now);
      plan.moves(held.entry.state, standing?.state);
      plan.afterwards(() => symbiont.letGo(entry));
      const slot = slots.get(symbiont);
      if (slot !== undefined && symbiont.present) {
        slot.free++;
        if (held.entry.spoolId === undefined) slot.freeBytes += held.entry.sizeBytes;
      }
      bounces.push(...submissions);
      if (standing === undefined) {
        plan.change({ kind: 'remove', entry });
        this.#planSpoolRemoval(plan, held.entry, submissions);
        continue;
      }
      if (changedRecipients.length > 0)
        plan.change({ kind: 'recipients', entry, recipients: changedRecipients });
      plan.change({ kind: 'stand', entry, standing });
      if (standing.state === 'holdingUntil')
        plan.afterwards(() => this.#deps.timedRelease(standing.after ?? now));
      if (poison) {
        plan.afterwards(() =>
          opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', condition(QMAN.POISON, entry).message),
        );
      }
    }
    return { bounces, left, settledNow };
  }

  /** A queue on its way to a stop is stopped with the last entry that leaves it. */
  #planDrained(plan: TurnPlan, left: ReadonlyMap<string, number>): void {
    const { queues, desk } = this.#deps;
    for (const { name } of queues.all()) {
      const queue = queues.after(name, 'drained');
      if (queue === undefined || desk.count(name) > (left.get(name) ?? 0)) continue;
      plan.change({ kind: 'queue', queue });
      plan.afterwards(() => queues.set(queue));
    }
  }

  #planSpoolRemoval(plan: TurnPlan, entry: StoredEntry, bounces: readonly Submission[]): void {
    const { spoolId } = entry;
    if (spoolId === undefined) return;
    if (bounces.some(({ text }) => text.kind === 'file' && text.spoolId === spoolId)) return;
    plan.afterwards(() => this.removeText(spoolId));
  }

  /** The text of an entry that is gone. What cannot be removed now is an orphan of the next start. */
  removeText(spoolId: string): void {
    this.#deps.spool.remove(spoolId).catch((error: unknown) => {
      this.#deps.log.warn({ err: error, spoolId }, 'a spooled text could not be removed');
    });
  }

  /** A free place at the symbiont with most room, and the execution queue whose turn it is. */
  #place(room: readonly Slot[], bytes: number): Place | undefined {
    let best: Slot | undefined;
    for (const slot of room) if (slot.freeBytes > 0 && slot.free > (best?.free ?? 0)) best = slot;
    if (best === undefined) return undefined;
    const queueName = this.#deps.queues.nextTarget();
    if (queueName === undefined) return undefined;
    best.free--;
    best.freeBytes -= bytes;
    return { slot: best, queueName };
  }

  /** For an entry that is claimed already: a batch may exceed the bytes by its own size. */
  #anyPlace(room: readonly Slot[]): Place {
    const [slot] = [...room].sort((a, b) => b.free - a.free);
    slot!.free--;
    return { slot: slot!, queueName: this.#deps.queues.nextTarget() ?? this.#deps.queues.execution[0]! };
  }

  #claim(room: readonly Slot[], settledNow: ReadonlySet<number>, now: number): Claim | undefined {
    const free = room.reduce((sum, slot) => sum + (slot.freeBytes > 0 ? slot.free : 0), 0);
    if (free === 0 || this.#deps.queues.nextTarget() === undefined) return undefined;
    return {
      limit: Math.min(free, CLAIM_AT_MOST),
      suspects: this.#suspectInHand(settledNow, now) ? 0 : 1,
      owner: this.#deps.owner,
      until: now + LEASE_MS,
    };
  }

  /** One suspect at a time, so that the next crash convicts the right one. */
  #suspectInHand(settledNow: ReadonlySet<number>, now: number): boolean {
    for (const { entry, assignedAt } of this.#deps.desk.inHand()) {
      const isFresh = entry.symbiontDeaths > 0 && now - assignedAt < SUSPICION_MS;
      if (isFresh && !settledNow.has(entry.entry)) return true;
    }
    return false;
  }

  #newEntry(entry: number, submission: Submission, now: number, isAssigned: boolean): NewEntry {
    const { envelope, text, userName } = submission;
    const later = isLater(submission, now);
    const state: JobState = submission.hold
      ? 'holding'
      : later
        ? 'holdingUntil'
        : isAssigned
          ? 'executing'
          : 'pending';
    const lease: Lease | undefined = isAssigned
      ? { owner: this.#deps.owner, until: now + LEASE_MS, attempt: 1 }
      : undefined;
    return {
      entry,
      entryId: `${this.#deps.incarnation}-${(this.#sequence++).toString(36)}`,
      queueName: this.#deps.queues.generic,
      jobName: jobName(now, userName),
      userName,
      source: submission.source,
      reversePath: envelope.reversePath,
      body: envelope.body,
      smtpUtf8: envelope.smtpUtf8,
      submittedAt: now,
      sizeBytes: textSizeBytes(text),
      spoolId: text.kind === 'file' ? text.spoolId : undefined,
      state,
      priority: submission.priority ?? DEFAULT_PRIORITY,
      after: later ? submission.after : undefined,
      heldBy: undefined,
      errorText: undefined,
      lease,
      returnTo: undefined,
      symbiontDeaths: 0,
      attempt: isAssigned ? 1 : 0,
      forwardPaths: envelope.forwardPaths,
      text,
    };
  }

  /** One timer while anything is in hand. */
  #renewLater(now: number): void {
    this.#renewal ??= this.#deps.clock.at(now + LEASE_MS / 2, () => {
      this.#renewal = undefined;
      void this.exclusive(() => this.#renew()).catch(() => undefined);
    });
  }

  async #renew(): Promise<void> {
    if (this.#stopped) return;
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
    if (inHand > 0) this.#renewLater(now);
    await this.commit(plan);
  }

  /** Tells the operator once when the store begins to fail, and once when it works again. */
  async #committed<T>(commit: () => Promise<T>): Promise<T> {
    const { log, opcom, numbers } = this.#deps;
    try {
      const result = await commit();
      if (this.#storeFails) {
        this.#storeFails = false;
        opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', condition(QMAN.STOREOK, FILE).message);
      }
      return result;
    } catch (error) {
      numbers.forgetReservation();
      const failure =
        error instanceof Condition ? error : Object.assign(condition(JBC.WRITEERR, FILE), { cause: error });
      if (!this.#storeFails) {
        this.#storeFails = true;
        log.error({ err: error }, 'the queue database cannot be written');
        const text = `${condition(QMAN.STOREFAIL, FILE).message}\n-${failure.message.slice(1)}`;
        opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', text);
      }
      throw failure;
    }
  }
}

function* each(
  reports: readonly WaitingSettlements[],
): Generator<Settlement & { readonly report: WaitingSettlements }> {
  for (const report of reports) for (const settlement of report.settlements) yield { ...settlement, report };
}

const isLater = (submission: Submission, now: number): boolean =>
  submission.after !== undefined && submission.after > now;

const unsent = (forwardPaths: readonly string[]): readonly RecipientInfo[] =>
  forwardPaths.map((forwardPath, index) => ({ index, forwardPath, state: 'unsent', attempts: 0 }));

const assignment = (
  entry: StoredEntry,
  text: MessageText,
  recipients: readonly RecipientInfo[],
  queueName: string,
  now: number,
): Assignment => ({
  entry: entry.entry,
  entryId: entry.entryId,
  queueName,
  jobName: entry.jobName,
  userName: entry.userName,
  reversePath: entry.reversePath,
  ...(entry.body === undefined ? {} : { body: entry.body }),
  ...(entry.smtpUtf8 === undefined ? {} : { smtpUtf8: entry.smtpUtf8 }),
  submittedAt: entry.submittedAt,
  text,
  recipients: recipientsToTry(recipients, now).map(({ index, forwardPath, attempts }) => ({
    index,
    forwardPath,
    attempts,
  })),
});
