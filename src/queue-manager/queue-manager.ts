/**
 * The queue manager of a node: takes mail, keeps it, hands it to the symbionts, and obeys operators.
 * The single writer of the queue database. What it must never do: lose an entry, or acknowledge one that is not on
 * stable storage (group-commit.ts). Sources: queues.md §1–§4, §9, §10; tcpip-smtp.md §2; DESIGN §5.
 */
import { randomBytes } from 'node:crypto';
import { condition, signal } from '../condition/index.ts';
import type { BatchProcesses, JobReceipt, JobSubmission } from '../ports/batch.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Spool } from '../ports/message-text.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type {
  Caller,
  EntryChange,
  EntryFilter,
  EntryInfo,
  MailAnalysis,
  QueueInfo,
  QueueManager,
  QueueSettings,
  StopJob,
  Submission,
  SubmitReceipt,
  SymbiontPort,
  SymbiontRegistration,
} from '../ports/queue-manager.ts';
import type { QueueStore, StoredEntry, StoredQueue } from '../ports/queue-store.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { checkManager, checkOperator, mayChange, mayRead } from './access.ts';
import { analyze } from './analysis.ts';
import { batchQueueInfo } from './batch/batch-queues.ts';
import { BatchScheduler, isJob } from './batch/batch-scheduler.ts';
import { jobInfo } from './batch/job-table.ts';
import { Desk, Symbiont } from './desk.ts';
import { EntryNumbers } from './entry-numbers.ts';
import { nextState } from './entry-state.ts';
import { GroupCommit, SUSPICION_MS } from './group-commit.ts';
import { interveningJobs } from './intervening.ts';
import {
  entryInfo,
  isWanted,
  placesInHand,
  queueInfo,
  type ShownNode,
  storedStates,
  userNameOf,
  withoutContent,
} from './listing.ts';
import { JBC, QMAN } from './messages.ts';
import { NodeQueues } from './node-queues.ts';
import { nextQueueState, type QueueEvent } from './queue-state.ts';
import { requestedStanding } from './requested-change.ts';
import type { Settlement } from './settlement-plan.ts';
import { TimedRelease } from './timed-release.ts';
import { type Counts, TurnPlan } from './turn-plan.ts';

export interface QueueManagerDeps {
  /** Opened and closed by the caller; nobody else may write to it. */
  readonly store: QueueStore;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  readonly opcom: OperatorCommunication;
  readonly nodeName: string;
  /** Execution queues, 1 to 10, asked for at the start and with START MAIL. Default 1. */
  readonly queues?: () => Promise<number>;
  /** Jobs an execution queue shows as processing at a time. Default 4. */
  readonly jobLimit?: number;
  /** `_HEARTS$DKA0:[TCPIP$SMTP]`: where control files of mail received by SMTP are said to be. */
  readonly fileDirectory: string;
}

export interface NodeQueueManager extends QueueManager {
  /** From now on batch jobs run. */
  runBatch(processes: BatchProcesses): void;
  /** Takes up what an earlier start left: leases of the dead return, timed entries are timed again. */
  start(): Promise<void>;
  /** Commits what waits and refuses what comes. What symbionts still hold goes back to the queue. */
  stop(): Promise<void>;
}

export const createQueueManager = (deps: QueueManagerDeps): NodeQueueManager => new DurableQueueManager(deps);

/** Entries an operator's command changes in one transaction, and a listing reads at once. */
const PAGE = 500;
/** A spooled text without an entry is an orphan when it is older than any mail transaction. */
const ORPHAN_AGE_MS = 60 * 60_000;
/** What processes that died have left since the start is removed every day. */
const DAY_MS = 24 * 60 * 60_000;

/** What exists while it runs. */
interface Running {
  readonly queues: NodeQueues;
  readonly desk: Desk;
  readonly counts: Counts;
  readonly numbers: EntryNumbers;
  readonly commits: GroupCommit;
  readonly release: TimedRelease;
  readonly batch: BatchScheduler;
  cancelCleaning: () => void;
}

class DurableQueueManager implements NodeQueueManager {
  readonly #deps: QueueManagerDeps;
  readonly #node: ShownNode;
  #running: Running | undefined;

  constructor(deps: QueueManagerDeps) {
    this.#deps = deps;
    this.#node = { nodeName: deps.nodeName, fileDirectory: deps.fileDirectory, jobLimit: deps.jobLimit ?? 4 };
  }

  async start(): Promise<void> {
    const { store, clock, nodeName } = this.#deps;
    const incarnation = randomBytes(6).toString('base64url');
    const owner = `${nodeName}/${incarnation}`;
    for (const spoolId of await store.returnLeases(nodeName, owner, clock.now()))
      await this.#removeSpooled(spoolId);
    const queues = new NodeQueues(nodeName, await this.#executionQueues(), await store.queues());
    await store.commit(queues.changes());
    const numbers = new EntryNumbers(store, await store.nextEntry());
    const counts: Counts = { ...(await store.counts()) };
    const desk = new Desk();
    const timedRelease = (instant: number): void => release.note(instant);
    const commits = new GroupCommit({
      ...this.#deps,
      queues,
      desk,
      numbers,
      counts,
      owner,
      incarnation,
      timedRelease,
    });
    const release = new TimedRelease(this.#deps, commits, counts);
    await release.start();
    const batch = await BatchScheduler.start({ ...this.#deps, commits, numbers, owner, incarnation });
    const running: Running = {
      queues,
      desk,
      counts,
      numbers,
      commits,
      release,
      batch,
      cancelCleaning: () => {},
    };
    this.#running = running;
    const cleanDaily = (): void => {
      running.cancelCleaning = clock.at(clock.now() + DAY_MS, () => {
        // While the store fails, a bounce that waits for it is known to nobody else.
        if (!commits.isWaiting) void this.#removeOrphans(DAY_MS);
        cleanDaily();
      });
    };
    cleanDaily();
    void this.#removeOrphans(ORPHAN_AGE_MS);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.release.stop();
    running.cancelCleaning();
    await running.batch.stop();
    const settlements = running.desk.symbionts.flatMap((symbiont) => {
      symbiont.present = false;
      return leavingAll(symbiont, 'giveBack');
    });
    const settled = running.commits.settle(settlements).catch(() => undefined);
    await running.commits.stop();
    await settled;
    await this.#deps.store.commit([running.numbers.exact()]).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'the next entry number could not be written');
    });
  }

  async submit(submission: Submission): Promise<SubmitReceipt> {
    const { queues, commits } = this.#manager();
    if (!queues.isOpen()) signal(JBC.QUE_CLOSED);
    if (submission.envelope.forwardPaths.length === 0) signal(JBC.EMPTYJOB);
    return commits.submit(submission);
  }

  async queues(pattern?: string): Promise<readonly QueueInfo[]> {
    const { queues, desk, counts, batch } = this.#manager();
    const isMeant = ({ name }: StoredQueue): boolean =>
      pattern === undefined || matchesNamePattern(name, pattern);
    const { nodeName } = this.#node;
    return [
      ...batch.queues
        .all()
        .filter(isMeant)
        .map((queue) => batchQueueInfo(queue, batch.jobs.counts(queue.name), nodeName)),
      ...queues
        .all()
        .filter(isMeant)
        .map((queue) => queueInfo(queue, queues, desk, counts, this.#node)),
    ];
  }

  async entries(filter: EntryFilter, caller: Caller): Promise<readonly EntryInfo[]> {
    const { desk, queues, batch } = this.#manager();
    const limit = filter.limit ?? Number.POSITIVE_INFINITY;
    const found: EntryInfo[] = [];
    let afterEntry = filter.afterEntry ?? 0;
    let listedBefore = afterEntry;
    for (;;) {
      const page = await this.#deps.store.find({
        entries: filter.entries,
        states: storedStates(filter),
        kind: filter.kind,
        userName: userNameOf(filter, caller),
        afterEntry,
        limit: PAGE,
      });
      const places = placesInHand(desk, this.#node.jobLimit);
      for (const stored of page) {
        // The node has had another name since: its mail stands in the generic queue it has now.
        const waitsIn = queues.find(stored.queueName)?.name ?? queues.generic;
        const whole = isJob(stored)
          ? jobInfo(stored, batch.queues.find(stored.queueName))
          : entryInfo(stored, waitsIn, places.get(stored.entry), this.#node);
        const info = mayRead(caller, stored) ? whole : withoutContent(whole);
        if (!isWanted(info, filter)) continue;
        const { store } = this.#deps;
        found.push({
          ...info,
          ...(filter.withRecipients && !info.inaccessible
            ? { recipients: await store.recipients(info.entry) }
            : {}),
          ...(filter.withIntervening
            ? {
                intervening: isJob(stored)
                  ? batch.jobs.intervening(info, listedBefore)
                  : await interveningJobs(store, desk, queues.generic, info, listedBefore),
              }
            : {}),
        });
        listedBefore = info.entry;
        if (found.length >= limit) return found;
      }
      if (page.length < PAGE) return found;
      afterEntry = page.at(-1)!.entry;
    }
  }

  /** All of them or none: an unknown entry, or one of somebody else, refuses the whole list. */
  async changeEntries(entries: readonly number[], change: EntryChange, caller: Caller): Promise<void> {
    const { batch } = this.#manager();
    await this.#changeInPages(entries, caller, async (plan, stored) =>
      isJob(stored)
        ? batch.planChange(plan, stored, change, caller)
        : this.#planChange(plan, stored, change, caller),
    );
  }

  async deleteEntries(entries: readonly number[], caller: Caller): Promise<void> {
    const { batch } = this.#manager();
    await this.#changeInPages(entries, caller, async (plan, stored) =>
      isJob(stored) ? batch.planDeletion(plan, stored) : this.#planDeletion(plan, stored),
    );
  }

  async sendMail(filter: EntryFilter, caller: Caller): Promise<number> {
    // Without being named, only what waits for its next attempt; a hold is somebody's intention.
    const states =
      filter.entries === undefined
        ? (['holdingUntil'] as const)
        : (['holdingUntil', 'holding', 'retainedOnError'] as const);
    const found = await this.entries({ ...filter, states, kind: 'mail' }, caller);
    const entries = found.map((each) => each.entry);
    await this.changeEntries(entries, { kind: 'release' }, caller);
    return entries.length;
  }

  async #changeInPages(
    entries: readonly number[],
    caller: Caller,
    plan: (plan: TurnPlan, stored: StoredEntry) => Promise<void>,
  ): Promise<void> {
    const { commits, batch } = this.#manager();
    await commits.exclusive(async () => {
      const stored = await this.#named(entries, caller);
      for (let start = 0; start < stored.length; start += PAGE) {
        const turn = new TurnPlan();
        for (const each of stored.slice(start, start + PAGE)) await plan(turn, each);
        await commits.commit(turn);
      }
      commits.schedule();
    });
    batch.schedule();
  }

  /** The entries of these numbers, once each. */
  async #named(entries: readonly number[], caller: Caller): Promise<readonly StoredEntry[]> {
    const found: StoredEntry[] = [];
    const wanted = [...new Set(entries)];
    for (let start = 0; start < wanted.length; start += PAGE) {
      const page = wanted.slice(start, start + PAGE);
      const stored = await this.#deps.store.find({ entries: page, limit: PAGE });
      if (stored.length < page.length) signal(JBC.NOSUCHENT);
      if (!stored.every((each) => mayChange(caller, each))) signal(JBC.NOPRIV);
      found.push(...stored);
    }
    return found;
  }

  async #planChange(plan: TurnPlan, stored: StoredEntry, change: EntryChange, caller: Caller): Promise<void> {
    const { desk, release } = this.#manager();
    const { entry } = stored;
    // Mail has no parameters, no log and no files.
    if (change.kind === 'batch') signal(JBC.INCQUETYP);
    const { standing, tryNow } = requestedStanding(stored, change, caller, this.#deps.clock.now());
    plan.change({ kind: 'stand', entry, standing });
    plan.moves(stored.state, standing.state);
    if (tryNow) {
      const waiting = (await this.#deps.store.recipients(entry)).filter(
        (each) => each.nextAttempt !== undefined,
      );
      const recipients = waiting.map(({ nextAttempt: _, ...each }) => each);
      if (recipients.length > 0) plan.change({ kind: 'recipients', entry, recipients });
    }
    const held = desk.find(entry)?.held;
    plan.afterwards(() => {
      if (standing.state === 'holdingUntil' && standing.after !== undefined) release.note(standing.after);
      if (held === undefined) return;
      held.entry = { ...held.entry, ...standing };
      if (standing.returnTo !== undefined) desk.recall((each) => each === held, 'afterRecipient');
    });
  }

  #planDeletion(plan: TurnPlan, stored: StoredEntry): void {
    const { desk, commits } = this.#manager();
    const { entry, spoolId } = stored;
    const state = nextState(stored.state, 'delete');
    const held = desk.find(entry)?.held;
    if (state !== 'aborting' || held === undefined) {
      plan.change({ kind: 'remove', entry });
      plan.moves(stored.state, undefined);
      if (spoolId !== undefined) plan.afterwards(() => commits.removeText(spoolId));
      return;
    }
    const aborting = { ...held.entry, state };
    plan.change({ kind: 'stand', entry, standing: aborting });
    plan.moves(stored.state, state);
    plan.afterwards(() => {
      held.entry = aborting;
      desk.recall((each) => each === held, 'abort');
    });
  }

  async startQueue(name: string, caller: Caller): Promise<void> {
    await this.#moveQueue(name, 'start', caller);
  }

  async stopQueue(name: string, how: 'pause' | 'next' | 'reset', caller: Caller): Promise<void> {
    await this.#moveQueue(name, how, caller);
  }

  async #moveQueue(name: string, event: QueueEvent, caller: Caller): Promise<void> {
    const { batch } = this.#manager();
    const queue = this.#queue(name);
    checkOperator(caller);
    if (queue.kind === 'batch') await batch.move(queue.name, event);
    else await this.#changeQueues([queue], event, caller);
  }

  async setQueue(name: string, change: QueueSettings, caller: Caller): Promise<void> {
    const { name: found, kind } = this.#queue(name);
    checkOperator(caller);
    const { commits, queues, batch } = this.#manager();
    if (kind === 'batch') return batch.change(found, change);
    const { closed, ...others } = change;
    // What the queues of mail are is up to the configuration of SMTP.
    if (closed === undefined || Object.keys(others).length > 0) signal(JBC.QUENOTMOD);
    await commits.exclusive(async () => {
      const queue: StoredQueue = { ...queues.find(found)!, closed };
      const plan = new TurnPlan();
      plan.change({ kind: 'queue', queue });
      plan.afterwards(() => queues.set(queue));
      await commits.commit(plan);
    });
    commits.schedule();
  }

  async initializeQueue(name: string, settings: QueueSettings, caller: Caller): Promise<void> {
    const { batch, queues } = this.#manager();
    checkOperator(caller);
    if (!/^[A-Z0-9$_]{1,31}$/i.test(name)) signal(JBC.INVQUENAM);
    if (queues.find(name) !== undefined) signal(JBC.INCQUETYP);
    await batch.initialize(name, settings);
  }

  async deleteQueue(name: string, caller: Caller): Promise<void> {
    const { batch } = this.#manager();
    const queue = this.#queue(name);
    checkOperator(caller);
    if (queue.kind !== 'batch') signal(JBC.REFERENCED);
    await batch.delete(queue.name);
  }

  runBatch(processes: BatchProcesses): void {
    this.#manager().batch.runWith(processes);
  }

  async submitJob(submission: JobSubmission, caller: Caller): Promise<JobReceipt> {
    const { batch } = this.#manager();
    if (this.#queue(submission.queueName).kind !== 'batch') signal(JBC.INCQUETYP);
    return batch.submit(submission, caller);
  }

  async stopJob(entry: number, how: StopJob, caller: Caller): Promise<void> {
    await this.#manager().batch.stopJob(entry, how, caller);
  }

  async setRestartValue(entry: number, value: string, caller: Caller): Promise<void> {
    await this.#manager().batch.setRestartValue(entry, value, caller);
  }

  async awaitJob(entry: number, caller: Caller): Promise<number> {
    return this.#manager().batch.awaitEnd(entry, caller);
  }

  async startMail(caller: Caller): Promise<void> {
    checkOperator(caller);
    const { commits, queues, desk } = this.#manager();
    const count = await this.#executionQueues();
    await commits.exclusive(async () => queues.resize(count, (name) => desk.count(name) > 0));
    await this.#changeQueues(queues.all(), 'start', caller);
  }

  async stopMail(caller: Caller): Promise<void> {
    await this.#changeQueues(this.#manager().queues.all(), 'next', caller);
  }

  async #executionQueues(): Promise<number> {
    return this.#deps.queues === undefined ? 1 : this.#deps.queues();
  }

  #queue(name: string): StoredQueue {
    const { queues, batch } = this.#manager();
    return queues.find(name) ?? batch.queues.find(name) ?? signal(JBC.NOSUCHQUE);
  }

  async #changeQueues(changed: readonly StoredQueue[], event: QueueEvent, caller: Caller): Promise<void> {
    checkOperator(caller);
    const { commits, queues, desk } = this.#manager();
    await commits.exclusive(async () => {
      const plan = new TurnPlan();
      for (const { name } of changed) {
        const next = queues.after(name, event);
        if (next === undefined) continue;
        // With nothing in hand a stop is done at once.
        const isOver = nextQueueState(next.state, 'drained') !== undefined && desk.count(name) === 0;
        const queue: StoredQueue = isOver ? { ...next, state: 'stopped' } : next;
        plan.change({ kind: 'queue', queue });
        plan.afterwards(() => queues.set(queue));
      }
      await commits.commit(plan);
      for (const { name } of changed) {
        // Deviation: a job cannot be suspended in place: STOP/QUEUE gives it back to the queue after the recipient
        // in hand.
        if (event === 'pause') desk.recall((held) => held.queueName === name, 'afterRecipient');
        if (event === 'reset') desk.recall((held) => held.queueName === name, 'abort');
      }
    });
    commits.schedule();
  }

  async analyzeMail(caller: Caller): Promise<MailAnalysis> {
    checkManager(caller);
    const { counts } = this.#manager();
    const { store, spool, clock } = this.#deps;
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return analyze(store, spool, total, clock.now() - ORPHAN_AGE_MS, this.#node.fileDirectory);
  }

  async removeOrphan(spoolId: string, caller: Caller): Promise<boolean> {
    checkManager(caller);
    const { store, spool } = this.#deps;
    if ((await store.spooled()).some((each) => each.spoolId === spoolId)) return false;
    await spool.remove(spoolId);
    return true;
  }

  async registerSymbiont(port: SymbiontPort, capacity: number): Promise<SymbiontRegistration> {
    const { desk, commits } = this.#manager();
    const symbiont = new Symbiont(port, capacity);
    desk.add(symbiont);
    commits.schedule();
    return {
      report: (outcomes) =>
        commits.settle(
          outcomes.map((outcome) => ({
            symbiont,
            entry: outcome.entry,
            leaving: { kind: 'outcome', outcome },
          })),
        ),
      giveBack: (entries) =>
        commits.settle(entries.map((entry) => ({ symbiont, entry, leaving: { kind: 'giveBack' } }))),
      close: (how) => this.#symbiontLeaves(symbiont, how),
    };
  }

  async #symbiontLeaves(symbiont: Symbiont, how: 'died' | undefined): Promise<void> {
    const running = this.#running;
    if (running === undefined || !symbiont.present) return;
    symbiont.present = false;
    if (how === 'died') {
      this.#deps.opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', condition(QMAN.SYMDEL).message);
    }
    const settlements = leavingAll(
      symbiont,
      how === 'died' ? 'symbiontDied' : 'giveBack',
      this.#deps.clock.now(),
    );
    // What the symbiont reported just before is settled already, and what a stop leaves returns with the next start.
    await running.commits.settle(settlements).catch(() => undefined);
    // A push that was under way when it left gives its entries back on its own.
    await running.commits.exclusive(async () => {
      if (symbiont.inHand.size === 0) running.desk.remove(symbiont);
    });
  }

  #manager(): Running {
    return this.#running ?? signal(JBC.JOBQUEDIS);
  }

  async #removeOrphans(ageMs: number): Promise<void> {
    const { store, spool, clock, log } = this.#deps;
    try {
      const old = await spool.list(clock.now() - ageMs);
      const known = new Set((await store.spooled()).map(({ spoolId }) => spoolId));
      for (const spoolId of old) if (!known.has(spoolId)) await this.#removeSpooled(spoolId);
    } catch (error) {
      log.warn({ err: error }, 'orphans of the spool could not be removed');
    }
  }

  async #removeSpooled(spoolId: string): Promise<void> {
    try {
      await this.#deps.spool.remove(spoolId);
    } catch (error) {
      this.#deps.log.warn({ err: error, spoolId }, 'a spooled text could not be removed');
    }
  }
}

/**
 * Everything a symbiont that leaves has in hand. Of one that died, only a fresh suspect is accused when there is one,
 * else all are: see group-commit.ts.
 */
function leavingAll(symbiont: Symbiont, how: 'giveBack' | 'symbiontDied', now = 0): Settlement[] {
  const held = [...symbiont.inHand.values()];
  const isSuspect = (each: (typeof held)[number]): boolean =>
    each.entry.symbiontDeaths > 0 && now - each.assignedAt < SUSPICION_MS;
  const hasSuspect = held.some(isSuspect);
  return held.map((each) => {
    const isAccused = how === 'symbiontDied' && (!hasSuspect || isSuspect(each));
    return { symbiont, entry: each.entry.entry, leaving: { kind: isAccused ? 'symbiontDied' : 'giveBack' } };
  });
}
