/**
 * Batch queues and their jobs: takes jobs, starts those whose turn has come, and settles what becomes of them. Every step is
 * committed before it takes effect: a job runs only once the store says that it executes.
 * Source: queues.md §2, §4, §6, §9, §10.
 */
import { Condition, signal } from '../../condition/index.ts';
import type { BatchProcesses, JobReceipt, JobSubmission } from '../../ports/batch.ts';
import type { Caller } from '../../ports/queue-manager.ts';
import type { StoredJob } from '../../ports/queue-store.ts';
import { JBC } from '../messages.ts';
import { TurnPlan } from '../turn-plan.ts';
import { type BatchQueue, BatchQueues, cpuLimit, newBatchQueue, SYSTEM_BATCH_QUEUE } from './batch-queues.ts';
import { type BatchSchedulerDeps, BatchWork } from './batch-work.ts';
import { type EndedJob, endJob, type JobExit, type JobWish } from './job-end.ts';
import { isRunning, JobTable, pendingReason } from './job-table.ts';
import { newJob } from './new-job.ts';

/** The clock of the host may be set meanwhile, and timers do not see it. */
const LONGEST_SLEEP_MS = 60_000;
/** After a store that failed. */
const RETRY_MS = 1_000;

export class BatchScheduler {
  /** For the commands of operators: batch-queue-commands.ts, job-commands.ts. */
  readonly work: BatchWork;
  #processes: BatchProcesses | undefined;
  #isStopping = false;
  #sequence = 0;
  #cancelTimer: (() => void) | undefined;

  private constructor(deps: BatchSchedulerDeps, queues: BatchQueues, jobs: JobTable) {
    this.work = new BatchWork(deps, queues, jobs, {
      schedule: () => this.schedule(),
      timesChanged: () => this.#sleep(),
    });
  }

  get queues(): BatchQueues {
    return this.work.queues;
  }

  get jobs(): JobTable {
    return this.work.jobs;
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
    const running = [...this.work.running.values()];
    for (const each of running) this.work.tell(each, { kind: 'interrupt' });
    await Promise.all(running.map(({ settled }) => settled));
    this.work.waiters.giveUp();
  }

  async submit(submission: JobSubmission, caller: Caller): Promise<JobReceipt> {
    const { commits, numbers, clock, owner, incarnation } = this.work.deps;
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
    const queue = this.work.queue(queueName);
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

  // ---- scheduling -------------------------------------------------------------------------------------------------

  /** Something has changed: starts what can start. */
  schedule(): void {
    void this.#alone(() => this.#startDue());
  }

  /** Does work when nothing else changes entries; again a little later while the store fails. */
  async #alone(work: () => Promise<void>): Promise<void> {
    try {
      await this.work.deps.commits.exclusive(work);
    } catch (error) {
      if (!(error instanceof Condition))
        this.work.deps.log.error({ err: error }, 'batch jobs could not be changed');
      if (this.#isStopping) return;
      await new Promise<void>((resolve) => {
        this.work.deps.clock.at(this.work.deps.clock.now() + RETRY_MS, resolve);
      });
      await this.#alone(work);
    }
  }

  async #startDue(): Promise<void> {
    if (this.#processes === undefined || this.#isStopping) return;
    const { commits, owner, clock } = this.work.deps;
    const plan = new TurnPlan();
    for (const job of this.jobs.all()) {
      if (job.state !== 'holdingUntil' || (job.after ?? 0) > clock.now()) continue;
      this.work.planJob(plan, { ...job, state: 'pending', after: undefined });
    }
    for (const job of this.jobs.expired(clock.now())) this.work.planRemoval(plan, job.entry);
    await commits.commit(plan);
    const starting = this.queues.all().flatMap((queue) => this.jobs.due(queue));
    const start = new TurnPlan();
    const begun = starting.map((job) => started(job, owner));
    for (const job of begun) this.work.planJob(start, job);
    await commits.commit(start);
    for (const job of begun) this.#launch(job);
    this.#sleep();
  }

  #launch(job: StoredJob): void {
    const { entry, queueName, jobName, userName, batch } = job;
    const queue = this.queues.find(queueName);
    const cpuLimitMs = queue && cpuLimit(queue.properties, batch.cpuLimitMs);
    const process = this.#processes!.run({ entry, queueName, jobName, userName, batch, cpuLimitMs });
    const settled = process.ended.then((end) => this.#alone(() => this.#settle(entry, end)));
    this.work.running.set(entry, { process, settled, wish: undefined });
    void settled.then(() => this.schedule());
  }

  async #settle(entry: number, exit: JobExit): Promise<void> {
    const { commits } = this.work.deps;
    const job = this.jobs.get(entry);
    if (job === undefined) return;
    const plan = new TurnPlan();
    this.#planEnd(plan, job, exit, this.work.running.get(entry)?.wish);
    const drained = this.queues.find(job.queueName) && this.queues.after(job.queueName, 'drained');
    if (drained !== undefined && this.jobs.running(job.queueName).length === 1) {
      plan.change({ kind: 'queue', queue: drained });
      plan.afterwards(() => this.queues.set(drained));
    }
    await commits.commit(plan);
    this.work.running.delete(entry);
  }

  #planEnd(plan: TurnPlan, job: StoredJob, exit: JobExit, wish: JobWish | undefined): void {
    const queue = this.queues.find(job.queueName);
    const ended = endJob(job, exit, wish, queue, this.work.deps.clock.now());
    if (ended.job === undefined) this.work.planRemoval(plan, job.entry);
    else this.work.planJob(plan, ended.job);
    const { final } = ended;
    if (final === undefined) return;
    plan.afterwards(() => {
      this.work.waiters.resolve(job.entry, final.status);
      if (job.batch.notify) this.#notify(job, final);
    });
  }

  /** To the terminals of the user. queues.md §13 */
  #notify({ jobName, queueName, entry, userName }: StoredJob, final: NonNullable<EndedJob['final']>): void {
    const isGood = (final.status & 1) === 1;
    const what = isGood ? 'completed' : 'terminated with error status';
    const reason = isGood || final.text === undefined ? '' : `\n${final.text}`;
    const text = `Job ${jobName} (queue ${queueName}, entry ${entry}) ${what}${reason}`;
    this.work.deps.opcom.broadcast(userName, 'QUEUE', text);
  }

  /** Wakes at the earliest instant a job holds until. */
  #sleep(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const earliest = this.#isStopping ? undefined : this.jobs.earliestRelease();
    if (earliest === undefined) return;
    const { clock } = this.work.deps;
    this.#cancelTimer = clock.at(Math.min(earliest, clock.now() + LONGEST_SLEEP_MS), () => this.schedule());
  }
}

/** A job ends with its queue manager, however long it runs: the lease says whose it is. */
const started = (job: StoredJob, owner: string): StoredJob => {
  const attempt = job.attempt + 1;
  return { ...job, state: 'executing', attempt, lease: { owner, until: Number.MAX_SAFE_INTEGER, attempt } };
};

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
