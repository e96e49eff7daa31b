/**
 * Batch queues and their jobs: takes jobs, starts those whose turn has come, and settles what becomes of them. Every step is
 * committed before it takes effect: a job runs only once the store says that it executes.
 * Source: queues.md §2, §4, §6, §9, §10.
 */
import { Condition, condition, signal } from '../../condition/index.ts';
import type { BatchProcesses, JobReceipt, JobSubmission, RunningJob } from '../../ports/batch.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { Caller, EntryChange, QueueSettings, StopJob } from '../../ports/queue-manager.ts';
import type { QueueStore, StoredEntry, StoredJob } from '../../ports/queue-store.ts';
import { mayChange } from '../access.ts';
import type { EntryNumbers } from '../entry-numbers.ts';
import { nextState } from '../entry-state.ts';
import type { GroupCommit } from '../group-commit.ts';
import { JBC } from '../messages.ts';
import { nextQueueState, type QueueEvent } from '../queue-state.ts';
import { requestedStanding } from '../requested-change.ts';
import { TurnPlan } from '../turn-plan.ts';
import { type BatchQueue, BatchQueues, newBatchQueue, SYSTEM_BATCH_QUEUE } from './batch-queues.ts';
import { type EndedJob, endJob, type JobExit, type JobWish } from './job-end.ts';
import { isRunning, JobTable, pendingReason } from './job-table.ts';
import { JobWaiters } from './job-waiters.ts';
import { newJob } from './new-job.ts';

export interface BatchSchedulerDeps {
  readonly store: QueueStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly opcom: OperatorCommunication;
  readonly commits: Pick<GroupCommit, 'exclusive' | 'commit'>;
  readonly numbers: EntryNumbers;
  /** Of the leases. */
  readonly owner: string;
  /** Never the same for two starts: part of every entry id. */
  readonly incarnation: string;
}

/** The clock of the host may be set meanwhile, and timers do not see it. */
const LONGEST_SLEEP_MS = 60_000;
/** After a store that failed. */
const RETRY_MS = 1_000;

interface Running {
  readonly process: RunningJob;
  readonly settled: Promise<void>;
  wish: JobWish | undefined;
}

export class BatchScheduler {
  readonly #deps: BatchSchedulerDeps;
  readonly queues: BatchQueues;
  readonly jobs: JobTable;
  readonly #running = new Map<number, Running>();
  readonly #waiters = new JobWaiters();
  #processes: BatchProcesses | undefined;
  #isStopping = false;
  #sequence = 0;
  #cancelTimer: (() => void) | undefined;

  private constructor(deps: BatchSchedulerDeps, queues: BatchQueues, jobs: JobTable) {
    this.#deps = deps;
    this.queues = queues;
    this.jobs = jobs;
  }

  /** Takes up what an earlier start left: a job that ran then was interrupted. A node has one batch queue at least. */
  static async start(deps: BatchSchedulerDeps): Promise<BatchScheduler> {
    const queues = new BatchQueues(await deps.store.queues());
    if (queues.all().length === 0) queues.set({ ...newBatchQueue(SYSTEM_BATCH_QUEUE), state: 'started' });
    const scheduler = new BatchScheduler(deps, queues, await JobTable.read(deps.store));
    await deps.commits.exclusive(async () => {
      const plan = new TurnPlan();
      for (const queue of queues.all()) plan.change({ kind: 'queue', queue });
      for (const job of scheduler.jobs.all().filter(isRunning))
        scheduler.#planEnd(plan, job, { kind: 'systemFailure' }, undefined);
      await deps.commits.commit(plan);
    });
    scheduler.#sleep();
    return scheduler;
  }

  /** From now on jobs can run. */
  runWith(processes: BatchProcesses): void {
    this.#processes = processes;
    this.schedule();
  }

  /** Jobs that run are interrupted. Resolves when the last has ended and what becomes of it is durable. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#cancelTimer?.();
    const running = [...this.#running.values()];
    for (const each of running) this.#tell(each, { kind: 'interrupt' });
    await Promise.all(running.map(({ settled }) => settled));
    this.#waiters.giveUp();
  }

  async submit(submission: JobSubmission, caller: Caller): Promise<JobReceipt> {
    const { commits, numbers, clock, owner, incarnation } = this.#deps;
    const receipt = await commits.exclusive(async () => {
      const queue = this.#openQueue(submission, caller);
      const [entry] = await numbers.prepare(1);
      const names = { entry: entry!, entryId: `${incarnation}-b${(this.#sequence++).toString(36)}` };
      const arrived = newJob(names, queue.name, submission, caller, clock.now());
      const isNext = this.#processes !== undefined && arrived.state === 'pending' && this.#hasRoom(queue);
      const job = isNext ? started(arrived, owner) : arrived;
      const plan = new TurnPlan();
      plan.change({ kind: 'addJob', job });
      const reservation = numbers.reservation();
      if (reservation !== undefined) plan.change(reservation);
      plan.afterwards(() => this.jobs.set(job));
      await commits.commit(plan);
      if (isNext) this.#launch(job);
      return receiptOf(job, queue);
    });
    this.schedule();
    return receipt;
  }

  #openQueue({ queueName, userName, batch }: JobSubmission, caller: Caller): BatchQueue {
    const queue = this.#queue(queueName);
    if (queue.closed) signal(JBC.QUE_CLOSED);
    if (batch.files.length === 0) signal(JBC.EMPTYJOB);
    const isOwn = userName.toUpperCase() === caller.userName.toUpperCase();
    if (!isOwn && !caller.privileges.includes('CMKRNL')) signal(JBC.NOCMKRNL);
    return queue;
  }

  /** A free slot, and nobody who waits for it already. */
  #hasRoom(queue: BatchQueue): boolean {
    const isFree =
      queue.state === 'started' && this.jobs.running(queue.name).length < queue.properties.jobLimit;
    return isFree && this.jobs.due(queue).length === 0;
  }

  // ---- jobs -------------------------------------------------------------------------------------------------------

  /** SET ENTRY. Throws JBC EXECUTING. */
  planChange(plan: TurnPlan, job: StoredJob, change: EntryChange, caller: Caller): void {
    if (isRunning(job)) signal(JBC.EXECUTING);
    if (change.kind === 'batch') {
      const { jobName = job.jobName, batch } = change;
      this.#planJob(plan, { ...job, jobName, batch: { ...job.batch, ...batch } });
      return;
    }
    const { standing } = requestedStanding(job, change, caller, this.#deps.clock.now());
    const { completion, ...batch } = job.batch;
    const isKept = standing.state === 'retainedOnError' || standing.state === 'retainedOnCompletion';
    this.#planJob(plan, { ...job, ...standing, batch: isKept ? job.batch : batch });
  }

  /** DELETE/ENTRY: one that runs is aborted first. */
  planDeletion(plan: TurnPlan, job: StoredJob): void {
    const running = this.#running.get(job.entry);
    if (running === undefined || !isRunning(job)) {
      this.#planRemoval(plan, job.entry);
      plan.afterwards(() => this.#waiters.resolve(job.entry, condition(JBC.JOBDELETE).value));
      return;
    }
    this.#planJob(plan, { ...job, state: nextState(job.state, 'delete') as 'aborting' });
    plan.afterwards(() => this.#tell(running, { kind: 'delete' }));
  }

  async stopJob(entry: number, { requeue }: StopJob, caller: Caller): Promise<void> {
    const { commits } = this.#deps;
    await commits.exclusive(async () => {
      const job = this.#job(entry, caller);
      const running = this.#running.get(entry);
      if (running === undefined || job.state !== 'executing') signal(JBC.JOBNOTEXEC);
      if (requeue === undefined) {
        const plan = new TurnPlan();
        this.#planJob(plan, { ...job, state: 'aborting' });
        await commits.commit(plan);
        this.#tell(running, { kind: 'abort' });
        return;
      }
      if (!job.batch.restart) signal(JBC.NORESTART);
      const to = requeue.queueName === undefined ? {} : { queueName: this.#target(requeue.queueName).name };
      this.#tell(running, { kind: 'requeue', to: { ...requeue, ...to } });
    });
  }

  async setRestartValue(entry: number, restartValue: string, caller: Caller): Promise<void> {
    const { commits } = this.#deps;
    await commits.exclusive(async () => {
      const job = this.#job(entry, caller);
      const plan = new TurnPlan();
      this.#planJob(plan, { ...job, batch: { ...job.batch, restartValue } });
      await commits.commit(plan);
    });
  }

  async awaitEnd(entry: number, caller: Caller): Promise<number> {
    const { completion } = this.#job(entry, caller).batch;
    return completion?.status ?? this.#waiters.add(entry);
  }

  #job(entry: number, caller: Caller): StoredJob {
    const job = this.jobs.get(entry) ?? signal(JBC.NOSUCHENT);
    if (!mayChange(caller, job)) signal(JBC.NOPRIV);
    return job;
  }

  #planJob(plan: TurnPlan, job: StoredJob): void {
    plan.change({ kind: 'job', job });
    plan.afterwards(() => {
      this.jobs.set(job);
      this.#sleep();
    });
  }

  #planRemoval(plan: TurnPlan, entry: number): void {
    plan.change({ kind: 'removeJob', entry });
    plan.afterwards(() => this.jobs.remove(entry));
  }

  #tell(running: Running, wish: JobWish): void {
    // What deletes a job counts more than what would have it run again.
    if (running.wish?.kind !== 'delete') running.wish = wish;
    running.process.abort();
  }

  // ---- scheduling -------------------------------------------------------------------------------------------------

  /** Something has changed: starts what can start. */
  schedule(): void {
    void this.#alone(() => this.#startDue());
  }

  /** Does work when nothing else changes entries; again a little later while the store fails. */
  async #alone(work: () => Promise<void>): Promise<void> {
    try {
      await this.#deps.commits.exclusive(work);
    } catch (error) {
      if (!(error instanceof Condition))
        this.#deps.log.error({ err: error }, 'batch jobs could not be changed');
      if (this.#isStopping) return;
      await new Promise<void>((resolve) => {
        this.#deps.clock.at(this.#deps.clock.now() + RETRY_MS, resolve);
      });
      await this.#alone(work);
    }
  }

  async #startDue(): Promise<void> {
    if (this.#processes === undefined || this.#isStopping) return;
    const { commits, owner, clock } = this.#deps;
    const plan = new TurnPlan();
    for (const job of this.jobs.all()) {
      if (job.state !== 'holdingUntil' || (job.after ?? 0) > clock.now()) continue;
      this.#planJob(plan, { ...job, state: 'pending', after: undefined });
    }
    await commits.commit(plan);
    const starting = this.queues.all().flatMap((queue) => this.jobs.due(queue));
    const start = new TurnPlan();
    const begun = starting.map((job) => started(job, owner));
    for (const job of begun) this.#planJob(start, job);
    await commits.commit(start);
    for (const job of begun) this.#launch(job);
    this.#sleep();
  }

  #launch(job: StoredJob): void {
    const { entry, queueName, jobName, userName, batch } = job;
    const process = this.#processes!.run({ entry, queueName, jobName, userName, batch });
    const settled = process.ended.then((end) => this.#alone(() => this.#settle(entry, end)));
    this.#running.set(entry, { process, settled, wish: undefined });
    void settled.then(() => this.schedule());
  }

  async #settle(entry: number, exit: JobExit): Promise<void> {
    const { commits } = this.#deps;
    const job = this.jobs.get(entry);
    if (job === undefined) return;
    const plan = new TurnPlan();
    this.#planEnd(plan, job, exit, this.#running.get(entry)?.wish);
    const drained = this.queues.find(job.queueName) && this.queues.after(job.queueName, 'drained');
    if (drained !== undefined && this.jobs.running(job.queueName).length === 1) {
      plan.change({ kind: 'queue', queue: drained });
      plan.afterwards(() => this.queues.set(drained));
    }
    await commits.commit(plan);
    this.#running.delete(entry);
  }

  #planEnd(plan: TurnPlan, job: StoredJob, exit: JobExit, wish: JobWish | undefined): void {
    const queue = this.queues.find(job.queueName);
    const ended = endJob(job, exit, wish, queue, this.#deps.clock.now());
    if (ended.job === undefined) this.#planRemoval(plan, job.entry);
    else this.#planJob(plan, ended.job);
    const { final } = ended;
    if (final === undefined) return;
    plan.afterwards(() => {
      this.#waiters.resolve(job.entry, final.status);
      if (job.batch.notify) this.#notify(job, final);
    });
  }

  /** To the terminals of the user. queues.md §13 */
  #notify({ jobName, queueName, entry, userName }: StoredJob, final: NonNullable<EndedJob['final']>): void {
    const isGood = (final.status & 1) === 1;
    const what = isGood ? 'completed' : 'terminated with error status';
    const reason = isGood || final.text === undefined ? '' : `\n${final.text}`;
    const text = `Job ${jobName} (queue ${queueName}, entry ${entry}) ${what}${reason}`;
    this.#deps.opcom.broadcast(userName, 'QUEUE', text);
  }

  /** Wakes at the earliest instant a job holds until. */
  #sleep(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const earliest = this.#isStopping ? undefined : this.jobs.earliestRelease();
    if (earliest === undefined) return;
    const { clock } = this.#deps;
    this.#cancelTimer = clock.at(Math.min(earliest, clock.now() + LONGEST_SLEEP_MS), () => this.schedule());
  }

  // ---- queues -----------------------------------------------------------------------------------------------------

  #queue(name: string): BatchQueue {
    return this.queues.find(name) ?? signal(JBC.NOSUCHQUE);
  }

  #target(name: string): BatchQueue {
    return this.queues.find(name) ?? signal(JBC.NODSTQUE);
  }

  async initialize(name: string, settings: QueueSettings): Promise<void> {
    await this.#deps.commits.exclusive(async () => {
      const found = this.queues.find(name);
      if (found !== undefined && found.state !== 'stopped') signal(JBC.QUENOTMOD);
      await this.#setQueue(changed(newBatchQueue(name.toUpperCase()), settings));
    });
  }

  async change(name: string, settings: QueueSettings): Promise<void> {
    await this.#deps.commits.exclusive(() => this.#setQueue(changed(this.#queue(name), settings)));
    this.schedule();
  }

  async #setQueue(queue: BatchQueue): Promise<void> {
    const plan = new TurnPlan();
    plan.change({ kind: 'queue', queue });
    plan.afterwards(() => this.queues.set(queue));
    await this.#deps.commits.commit(plan);
  }

  /** START/QUEUE, STOP/QUEUE. */
  async move(name: string, event: QueueEvent): Promise<void> {
    await this.#deps.commits.exclusive(async () => {
      const { name: found } = this.#queue(name);
      const next = this.queues.after(found, event);
      if (next === undefined) return;
      // With nothing running a stop is done at once.
      const running = this.jobs.running(found);
      const isOver = nextQueueState(next.state, 'drained') !== undefined && running.length === 0;
      await this.#setQueue(isOver ? { ...next, state: 'stopped' } : next);
      if (event !== 'reset') return;
      for (const { entry } of running) {
        const each = this.#running.get(entry);
        if (each !== undefined) this.#tell(each, { kind: 'interrupt' });
      }
    });
    this.schedule();
  }

  /** With all its jobs, which do not run any more. */
  async delete(name: string): Promise<void> {
    await this.#deps.commits.exclusive(async () => {
      const queue = this.#queue(name);
      if (queue.state !== 'stopped') signal(JBC.QUENOTSTOP);
      const plan = new TurnPlan();
      for (const job of this.jobs.inQueue(queue.name)) this.planDeletion(plan, job);
      plan.change({ kind: 'removeQueue', name: queue.name });
      plan.afterwards(() => this.queues.remove(queue.name));
      await this.#deps.commits.commit(plan);
    });
  }
}

/** A job ends with its queue manager, however long it runs: the lease says whose it is. */
const started = (job: StoredJob, owner: string): StoredJob => {
  const attempt = job.attempt + 1;
  return { ...job, state: 'executing', attempt, lease: { owner, until: Number.MAX_SAFE_INTEGER, attempt } };
};

const changed = (queue: BatchQueue, { closed, ...properties }: QueueSettings): BatchQueue => ({
  ...queue,
  closed: closed ?? queue.closed,
  properties: { ...queue.properties, ...properties },
});

function receiptOf({ entry, queueName, jobName, state, after }: StoredJob, queue: BatchQueue): JobReceipt {
  return {
    entry,
    queueName,
    jobName,
    state: state as JobReceipt['state'],
    ...(after === undefined ? {} : { after }),
    ...(state === 'pending' ? { pendingReason: pendingReason(queue) } : {}),
  };
}

/** Is it one of ours? */
export const isJob = (entry: StoredEntry): entry is StoredJob => entry.batch !== undefined;
