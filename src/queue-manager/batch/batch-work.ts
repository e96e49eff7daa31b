/** Queues of batch and print jobs, their jobs and what runs of them: what scheduling and operators' commands share. Source: queues.md §2, §9. */
import { type Condition, signal } from '../../condition/index.ts';
import type { BatchJob, JobPhase, PendingReason, PrintPosition, RunningJob } from '../../ports/batch.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AlarmMark, OperatorCommunication } from '../../ports/operator-communication.ts';
import type { QueueStore, StoredJob } from '../../ports/queue-store.ts';
import { defaultForm } from '../default-form.ts';
import type { EntryNumbers } from '../entry-numbers.ts';
import type { GroupCommit } from '../group-commit.ts';
import { JBC } from '../messages.ts';
import type { TurnPlan } from '../turn-plan.ts';
import type { BatchQueue, BatchQueues } from './batch-queues.ts';
import type { Definitions } from './definitions.ts';
import { pendingReason, type Situation } from './eligibility.ts';
import { isInterruption, type JobWish, stoppedWith } from './job-end.ts';
import type { JobTable } from './job-table.ts';
import { JobWaiters } from './job-waiters.ts';
import { UnavailableDevices } from './unavailable-devices.ts';

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

/** A job with its process. */
export interface Running {
  readonly process: RunningJob;
  /** Resolves when what becomes of the job is durable. */
  readonly settled: Promise<void>;
  wish: JobWish | undefined;
}

/** What the work on jobs tells whoever schedules them. */
export interface Scheduling {
  /** Something has changed: starts what can start. */
  schedule(): void;
  /** Jobs have come to hold until a time, or do so no longer. */
  timesChanged(): void;
}

export class BatchWork {
  readonly deps: BatchSchedulerDeps;
  readonly queues: BatchQueues;
  readonly jobs: JobTable;
  /** Replaced with each change. */
  definitions: Definitions;
  /** Nothing begins: the queue manager was stopped. */
  isSuspended = false;
  /** By entry. */
  readonly running = new Map<number, Running>();
  /** Of those, by entry; without a word a job runs. */
  readonly phases = new Map<number, JobPhase>();
  readonly waiters = new JobWaiters();
  readonly unavailable = new UnavailableDevices();
  readonly #scheduling: Scheduling;

  constructor(
    deps: BatchSchedulerDeps,
    queues: BatchQueues,
    jobs: JobTable,
    definitions: Definitions,
    scheduling: Scheduling,
  ) {
    this.deps = deps;
    this.definitions = definitions;
    this.queues = queues;
    this.jobs = jobs;
    this.#scheduling = scheduling;
  }

  schedule(): void {
    this.#scheduling.schedule();
  }

  /** Throws JBC NOSUCHQUE. */
  queue(name: string): BatchQueue {
    return this.queues.find(name) ?? signal(JBC.NOSUCHQUE);
  }

  /** What decides which jobs run. */
  get situation(): Situation {
    const now = this.deps.clock.now();
    return {
      queues: this.queues,
      definitions: this.definitions,
      running: (name) => this.jobs.running(name).length,
      isUnavailable: (name) => this.unavailable.isLeftAlone(name, now),
    };
  }

  pendingReason(job: StoredJob): PendingReason {
    return pendingReason(job, this.situation);
  }

  /** Phases of the jobs a queue runs. */
  phasesIn(name: string): readonly JobPhase[] {
    return this.jobs.running(name).map(({ entry }) => this.phases.get(entry) ?? 'running');
  }

  /** With the form by its name. Throws JBC NOSUCHFORM. */
  checked(batch: BatchJob, queue: BatchQueue | undefined): BatchJob {
    if (batch.print === undefined) return batch;
    const wanted = batch.print.form === '' ? queue?.properties.defaults?.form : batch.print.form;
    const form = this.definitions.findForm(wanted ?? defaultForm.name) ?? signal(JBC.NOSUCHFORM);
    return { ...batch, print: { ...batch.print, form: form.name } };
  }

  planJob(plan: TurnPlan, job: StoredJob): void {
    plan.change({ kind: 'job', job });
    plan.afterwards(() => {
      this.jobs.set(job);
      this.#scheduling.timesChanged();
    });
  }

  planRemoval(plan: TurnPlan, entry: number): void {
    plan.change({ kind: 'removeJob', entry });
    plan.afterwards(() => this.jobs.remove(entry));
  }

  /** START/QUEUE of a job that is suspended. Its process will say the same: until then, displays do. */
  resume(entry: number, position: PrintPosition | undefined): void {
    if (this.phases.get(entry) === 'suspended')
      this.phases.set(entry, position?.kind === 'align' ? 'aligning' : 'running');
    this.running.get(entry)?.process.resume?.(position);
  }

  tellOperators({ message }: Condition, alarm?: AlarmMark): void {
    this.deps.opcom.operatorMessage(['CENTRAL', 'PRINTER'], 'QUEUE_MANAGER', message, alarm);
  }

  /** Ends the process of a job, and notes why. */
  tell(running: Running, wish: JobWish): void {
    if (!isFinal(running.wish, wish)) running.wish = wish;
    running.process.abort(stoppedWith[running.wish?.kind ?? wish.kind].value);
  }
}

/** What deletes a job, or aborts it, counts more than what would have it run again. */
const isFinal = (before: JobWish | undefined, wish: JobWish): boolean =>
  before?.kind === 'delete' || (before?.kind === 'abort' && isInterruption(wish));
