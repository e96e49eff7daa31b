/**
 * All batch and print jobs of the node, as they stand in the store. Mail may ask for jobs, so that a queue can be long: scheduling, starting
 * and waiting for a time look at those alone that matter to them.
 */
import type { JobPhase, PendingReason } from '../../ports/batch.ts';
import type { EntryInfo, QueueInfo } from '../../ports/queue-manager.ts';
import type { QueueStore, StoredEntry, StoredJob } from '../../ports/queue-store.ts';
import { entryPages } from '../entry-pages.ts';
import type { BatchQueue } from './batch-queues.ts';
import { SortedJobs } from './sorted-jobs.ts';

/** The jobs of one queue. */
class QueueJobs {
  readonly byEntry = new SortedJobs((one, other) => one.entry - other.entry);
  /** In the order of their turn. */
  readonly pending = new SortedJobs(byTurn);
  readonly running = new SortedJobs((one, other) => one.entry - other.entry);

  add(job: StoredJob): void {
    this.byEntry.add(job);
    if (job.state === 'pending') this.pending.add(job);
    if (isRunning(job)) this.running.add(job);
  }

  remove(job: StoredJob): void {
    this.byEntry.remove(job);
    this.pending.remove(job);
    this.running.remove(job);
  }
}

/** Priority, then age. */
export const byTurn = (one: StoredJob, other: StoredJob): number =>
  other.priority - one.priority || one.submittedAt - other.submittedAt || one.entry - other.entry;

export class JobTable {
  readonly #jobs = new Map<number, StoredJob>();
  readonly #queues = new Map<string, QueueJobs>();
  /** Those that wait, or are kept, until a time. */
  readonly #timed = new Map<number, StoredJob>();

  static async read(store: Pick<QueueStore, 'find'>): Promise<JobTable> {
    const table = new JobTable();
    for await (const page of entryPages(store, { kind: 'batch' }))
      for (const each of page) if (each.batch !== undefined) table.set({ ...each, batch: each.batch });
    return table;
  }

  get(entry: number): StoredJob | undefined {
    return this.#jobs.get(entry);
  }

  set(job: StoredJob): void {
    this.remove(job.entry);
    this.#jobs.set(job.entry, job);
    const queue = this.#queues.get(job.queueName) ?? new QueueJobs();
    this.#queues.set(job.queueName, queue);
    queue.add(job);
    if (job.state === 'holdingUntil' || isKeptUntil(job)) this.#timed.set(job.entry, job);
  }

  remove(entry: number): void {
    const job = this.#jobs.get(entry);
    if (job === undefined) return;
    this.#jobs.delete(entry);
    this.#timed.delete(entry);
    const queue = this.#queues.get(job.queueName);
    queue?.remove(job);
    if (queue?.byEntry.jobs.length === 0) this.#queues.delete(job.queueName);
  }

  all(): readonly StoredJob[] {
    return [...this.#jobs.values()];
  }

  /** By entry number. */
  inQueue(name: string): readonly StoredJob[] {
    return [...(this.#queues.get(name)?.byEntry.jobs ?? [])];
  }

  isEmpty(name: string): boolean {
    return !this.#queues.has(name);
  }

  /** By turn: see byTurn. As it stands now. */
  pending(name: string): readonly StoredJob[] {
    return this.#queues.get(name)?.pending.jobs ?? [];
  }

  /** By entry number. */
  running(name: string): readonly StoredJob[] {
    return [...(this.#queues.get(name)?.running.jobs ?? [])];
  }

  /** Jobs that hold until a time that has come. */
  due(now: number): readonly StoredJob[] {
    return [...this.#timed.values()].filter((job) => job.state === 'holdingUntil' && (job.after ?? 0) <= now);
  }

  /** Jobs whose /RETAIN=UNTIL is over. */
  expired(now: number): readonly StoredJob[] {
    return [...this.#timed.values()].filter((job) => isKeptUntil(job) && job.batch.retainUntil! <= now);
  }

  /** When the next job is due that holds, or is retained, until a time. */
  earliestRelease(): number | undefined {
    let earliest: number | undefined;
    for (const job of this.#timed.values()) {
      const instant = job.state === 'holdingUntil' ? (job.after ?? 0) : job.batch.retainUntil!;
      earliest = Math.min(earliest ?? instant, instant);
    }
    return earliest;
  }

  pendingBlocks(name: string): number {
    return this.pending(name).reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 512), 0);
  }

  counts(name: string): QueueInfo['counts'] {
    const counts = { pending: 0, executing: 0, holding: 0, timedRelease: 0, retained: 0 };
    for (const { state } of this.#queues.get(name)?.byEntry.jobs ?? []) counts[countedAs[state]]++;
    return counts;
  }

  /** Jobs of other users in the same queue, behind entry `after` and before this one. */
  intervening({ entry, userName, queueName }: EntryInfo, after: number): number {
    const jobs = this.#queues.get(queueName)?.byEntry;
    if (jobs === undefined) return 0;
    const first = jobs.behind((each) => each.entry <= after);
    const last = jobs.behind((each) => each.entry < entry);
    let count = 0;
    for (let at = first; at < last; at++) if (jobs.jobs[at]!.userName !== userName) count++;
    return count;
  }
}

const countedAs = {
  pending: 'pending',
  executing: 'executing',
  aborting: 'executing',
  holding: 'holding',
  holdingUntil: 'timedRelease',
  retainedOnError: 'retained',
  retainedOnCompletion: 'retained',
} as const satisfies Record<StoredJob['state'], keyof QueueInfo['counts']>;

/** Is it a batch or print job, not mail? */
export const isJob = (entry: StoredEntry): entry is StoredJob => entry.batch !== undefined;

const isKeptUntil = ({ batch }: StoredJob): boolean =>
  batch.completion !== undefined &&
  batch.completion.byQueue !== true &&
  batch.retain === 'until' &&
  batch.retainUntil !== undefined;

export const isRunning = ({ state }: Pick<StoredJob, 'state'>): boolean =>
  state === 'executing' || state === 'aborting';

export function jobInfo(
  job: StoredJob,
  queue: BatchQueue | undefined,
  reason: () => PendingReason,
  phase?: JobPhase,
): EntryInfo {
  return {
    entry: job.entry,
    jobName: job.jobName,
    userName: job.userName,
    queueName: job.queueName,
    state: job.state,
    sizeBlocks: Math.ceil(job.sizeBytes / 512),
    sizeBytes: job.sizeBytes,
    submittedAt: job.submittedAt,
    priority: job.priority,
    reversePath: '',
    fileSpecification: job.batch.files[0] ?? '',
    batch: job.batch,
    ...(queue === undefined ? {} : { queueKind: queue.kind }),
    ...(job.after === undefined ? {} : { after: job.after }),
    ...(job.heldBy === undefined ? {} : { heldBy: job.heldBy }),
    ...(job.errorText === undefined ? {} : { errorText: job.errorText }),
    ...(job.state === 'pending' ? { pendingReason: reason() } : {}),
    ...(job.state === 'executing' && phase !== undefined && phase !== 'running' ? { phase } : {}),
  };
}
