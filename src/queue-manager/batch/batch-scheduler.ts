/**
 * Queues of batch and print jobs: takes jobs, starts those whose turn has come, and settles what becomes of them. Every step is
 * committed before it takes effect: a job runs only once the store says that it executes.
 * Source: queues.md §2, §4, §6, §9, §10.
 */
import { Condition, condition, signal } from '../../condition/index.ts';
import type { BatchProcesses, JobPhase, JobReceipt, JobSubmission } from '../../ports/batch.ts';
import type { Caller } from '../../ports/queue-manager.ts';
import type { StoredJob } from '../../ports/queue-store.ts';
import { queueKinds } from '../../system/queue-kinds.ts';
import { accessTo } from '../access.ts';
import { JBC, QMAN } from '../messages.ts';
import { TurnPlan } from '../turn-plan.ts';
import { type BatchQueue, BatchQueues, cpuLimit, newBatchQueue, SYSTEM_BATCH_QUEUE } from './batch-queues.ts';
import { type BatchSchedulerDeps, BatchWork } from './batch-work.ts';
import { Definitions } from './definitions.ts';
import { type DueJob, dueJobs } from './eligibility.ts';
import { type EndedJob, endJob, type JobExit, type JobWish } from './job-end.ts';
import { byTurn, isRunning, JobTable } from './job-table.ts';
import { newJob } from './new-job.ts';
import { outputSettings } from './output-settings.ts';
import { Reservations } from './reservations.ts';

/** The clock of the host may be set meanwhile, and timers do not see it. */
const LONGEST_SLEEP_MS = 60_000;
/** After a store that failed. */
const RETRY_MS = 1_000;

export class BatchScheduler {
  /** For the commands of operators: batch-queue-commands.ts, job-commands.ts. */
  readonly work: BatchWork;
  #processes: BatchProcesses | undefined;
  readonly #reserved = new Reservations();
  #isStopping = false;
  #sequence = 0;
  #cancelTimer: (() => void) | undefined;

  private constructor(
    deps: BatchSchedulerDeps,
    queues: BatchQueues,
    jobs: JobTable,
    definitions: Definitions,
  ) {
    this.work = new BatchWork(deps, queues, jobs, definitions, {
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
    if (!queues.all().some(({ kind }) => kind === 'batch'))
      queues.set({ ...newBatchQueue(SYSTEM_BATCH_QUEUE), state: 'started' });
    const definitions = new Definitions(await deps.store.definitions());
    const scheduler = new BatchScheduler(deps, queues, await JobTable.read(deps.store), definitions);
    scheduler.work.isSuspended = definitions.stored.isStopped ?? false;
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

  /** Checks a job that is still being made, and says which entry number it will have. */
  async reserve(submission: JobSubmission, caller: Caller): Promise<number> {
    const { commits, numbers } = this.work.deps;
    return commits.exclusive(async () => {
      this.work.checked(submission.batch, this.#openQueue(submission, caller));
      const [entry] = await numbers.prepare(1);
      const plan = new TurnPlan();
      const reservation = numbers.reservation();
      if (reservation !== undefined) plan.change(reservation);
      await commits.commit(plan);
      this.#reserved.add(entry!, caller);
      return entry!;
    });
  }

  async submit(submission: JobSubmission, caller: Caller): Promise<JobReceipt> {
    const { commits, numbers, clock, owner, incarnation } = this.work.deps;
    const receipt = await commits.exclusive(async () => {
      const before = await this.#submittedBefore(submission);
      if (before !== undefined) return before;
      const queue = this.#openQueue(submission, caller);
      if (submission.batch.files.length === 0) signal(JBC.EMPTYJOB);
      const batch = this.work.checked(submission.batch, queue);
      const entry =
        submission.entry === undefined
          ? (await numbers.prepare(1))[0]!
          : this.#reserved.take(submission.entry, caller);
      const names = { entry, entryId: `${incarnation}-b${(this.#sequence++).toString(36)}` };
      const arrived = newJob(names, queue.name, { ...submission, batch }, caller, clock.now());
      const next = this.#canBegin ? this.#due(arrived).find(({ job }) => job === arrived) : undefined;
      const job = next === undefined ? arrived : started(next, owner);
      const plan = new TurnPlan();
      plan.change({ kind: 'addJob', job, submissionKey: submission.submissionKey });
      const reservation = numbers.reservation();
      if (reservation !== undefined) plan.change(reservation);
      plan.afterwards(() => this.jobs.set(job));
      await commits.commit(plan);
      if (next !== undefined) this.#launch(job);
      return this.#receipt(job, queue.name);
    });
    this.schedule();
    return receipt;
  }

  /** The symbiont asks again when it has not heard that the job stands in its queue. */
  async #submittedBefore({
    submissionKey,
    queueName,
    jobName,
  }: JobSubmission): Promise<JobReceipt | undefined> {
    if (submissionKey === undefined) return undefined;
    const entry = await this.work.deps.store.submittedJob(submissionKey);
    return entry === undefined
      ? undefined
      : { entry, queueName, jobName, state: 'pending', isRepeated: true };
  }

  #openQueue({ queueName, userName, batch }: JobSubmission, caller: Caller): BatchQueue {
    const queue = this.work.queue(queueName);
    if (queueKinds[queue.kind].isBatch !== (batch.print === undefined)) signal(JBC.INCQUETYP);
    if (!accessTo(queue.properties, caller).has('S')) signal(JBC.NOPRIV);
    if (queue.closed) signal(JBC.QUE_CLOSED);
    const isOwn = userName.toUpperCase() === caller.userName.toUpperCase();
    if (!isOwn && !caller.privileges.includes('CMKRNL')) signal(JBC.NOCMKRNL);
    return queue;
  }

  get #canBegin(): boolean {
    return this.#processes !== undefined && !this.#isStopping && !this.work.isSuspended;
  }

  /** @param arrived  is not in the table yet */
  #due(arrived?: StoredJob): readonly DueJob[] {
    const waiting = (name: string): readonly StoredJob[] =>
      arrived?.state === 'pending' && arrived.queueName === name
        ? [...this.jobs.pending(name), arrived].sort(byTurn)
        : this.jobs.pending(name);
    return dueJobs(waiting, this.work.situation);
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
        this.work.deps.clock.after(RETRY_MS, resolve);
      });
      await this.#alone(work);
    }
  }

  async #startDue(): Promise<void> {
    if (!this.#canBegin) return;
    const { commits, owner, clock } = this.work.deps;
    const plan = new TurnPlan();
    for (const job of this.jobs.due(clock.now()))
      this.work.planJob(plan, { ...job, state: 'pending', after: undefined });
    for (const job of this.jobs.expired(clock.now())) this.work.planRemoval(plan, job.entry);
    await commits.commit(plan);
    const start = new TurnPlan();
    const begun = this.#due().map((due) => started(due, owner));
    for (const job of begun) this.work.planJob(start, job);
    await commits.commit(start);
    for (const job of begun) this.#launch(job);
    this.#sleep();
  }

  #launch(job: StoredJob): void {
    const { entry, queueName, jobName, userName, batch } = job;
    const queue = this.queues.find(queueName);
    const how =
      queue === undefined
        ? {}
        : batch.print === undefined
          ? { cpuLimitMs: cpuLimit(queue.properties, batch.cpuLimitMs) }
          : { output: outputSettings(queue, batch.print, this.work.definitions) };
    const process = this.#processes!.run({ entry, queueName, jobName, userName, batch, ...how }, (phase) =>
      this.#enters(job, phase),
    );
    const asked = batch.print?.operatorText;
    if (asked !== undefined) this.work.deps.opcom.operatorMessage('PRINTER', userName, asked);
    const settled = process.ended.then((end) => this.#alone(() => this.#settle(entry, end)));
    this.work.running.set(entry, { process, settled, wish: undefined });
    void settled.then(() => this.schedule());
  }

  /** The device of an output queue takes nothing any more, or does again. */
  #enters({ entry, queueName }: StoredJob, phase: JobPhase): void {
    if (this.jobs.get(entry)?.queueName !== queueName) return;
    if (phase === 'running') this.work.unavailable.remove(queueName);
    if (phase === 'stalled')
      this.work.tellOperators(condition(QMAN.STALLED, queueName), { about: `queue ${queueName}` });
    this.work.phases.set(entry, phase);
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
    const isNews =
      exit.kind === 'deviceUnavailable' &&
      this.work.unavailable.add(job.queueName, this.work.deps.clock.now());
    await commits.commit(plan);
    this.work.running.delete(entry);
    this.work.phases.delete(entry);
    if (isNews)
      this.work.tellOperators(condition(QMAN.UNAVAILABLE, job.queueName), {
        about: `queue ${job.queueName}`,
      });
  }

  #planEnd(plan: TurnPlan, job: StoredJob, exit: JobExit, wish: JobWish | undefined): void {
    const queue = this.queues.find(job.queueName);
    const ended = endJob(job, exit, wish, queue, this.work.deps.clock.now());
    if (ended.job === undefined) this.work.planRemoval(plan, job.entry);
    // The queue it was to go into has been deleted meanwhile.
    else if (this.queues.find(ended.job.queueName) === undefined)
      this.work.planJob(plan, { ...ended.job, queueName: job.queueName });
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

  #receipt(job: StoredJob, submittedTo: string): JobReceipt {
    const { entry, queueName, jobName, state, priority, after } = job;
    return {
      entry,
      queueName: submittedTo,
      jobName,
      state: state as JobReceipt['state'],
      priority,
      ...(queueName === submittedTo ? {} : { startedOn: queueName }),
      ...(after === undefined ? {} : { after }),
      ...(state === 'pending' ? { pendingReason: this.work.pendingReason(job) } : {}),
    };
  }

  /** Wakes at the earliest instant a job holds until. */
  #sleep(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isStopping) return;
    const { clock } = this.work.deps;
    const instants = [this.jobs.earliestRelease(), this.work.unavailable.next(clock.now())];
    const earliest = Math.min(...instants.filter((each) => each !== undefined));
    if (!Number.isFinite(earliest)) return;
    this.#cancelTimer = clock.at(Math.min(earliest, clock.now() + LONGEST_SLEEP_MS), () => this.schedule());
  }
}

/** A job ends with its queue manager, however long it runs: the lease says whose it is. */
const started = ({ job, queue }: DueJob, owner: string): StoredJob => {
  const attempt = job.attempt + 1;
  const lease = { owner, until: Number.MAX_SAFE_INTEGER, attempt };
  return { ...job, queueName: queue.name, state: 'executing', attempt, lease };
};
