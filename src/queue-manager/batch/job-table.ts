/**
 * All batch and print jobs of the node, as they stand in the store. They are few beside mail, so scheduling, counting and waiting for
 * a time read this table and no index.
 */
import type { JobPhase, PendingReason } from '../../ports/batch.ts';
import type { EntryInfo, QueueInfo } from '../../ports/queue-manager.ts';
import type { QueueStore, StoredEntry, StoredJob } from '../../ports/queue-store.ts';
import { entryPages } from '../entry-pages.ts';
import type { BatchQueue } from './batch-queues.ts';

export class JobTable {
  readonly #jobs = new Map<number, StoredJob>();

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
    this.#jobs.set(job.entry, job);
  }

  remove(entry: number): void {
    this.#jobs.delete(entry);
  }

  all(): readonly StoredJob[] {
    return [...this.#jobs.values()];
  }

  inQueue(name: string): readonly StoredJob[] {
    return this.all().filter(({ queueName }) => queueName === name);
  }

  running(name: string): readonly StoredJob[] {
    return this.inQueue(name).filter(isRunning);
  }

  /** Jobs whose /RETAIN=UNTIL is over. */
  expired(now: number): readonly StoredJob[] {
    return this.all().filter((job) => isKeptUntil(job) && job.batch.retainUntil! <= now);
  }

  /** When the next job is due that holds, or is retained, until a time. */
  earliestRelease(): number | undefined {
    const instants = this.all().flatMap((job) =>
      job.state === 'holdingUntil' ? [job.after ?? 0] : isKeptUntil(job) ? [job.batch.retainUntil!] : [],
    );
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  pendingBlocks(name: string): number {
    return this.inQueue(name)
      .filter(({ state }) => state === 'pending')
      .reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 512), 0);
  }

  counts(name: string): QueueInfo['counts'] {
    const jobs = this.inQueue(name);
    const count = (...states: StoredJob['state'][]): number =>
      jobs.filter(({ state }) => states.includes(state)).length;
    return {
      pending: count('pending'),
      executing: count('executing', 'aborting'),
      holding: count('holding'),
      timedRelease: count('holdingUntil'),
      retained: count('retainedOnError', 'retainedOnCompletion'),
    };
  }

  /** Jobs of other users in the same queue, behind entry `after` and before this one. */
  intervening({ entry, userName, queueName }: EntryInfo, after: number): number {
    return this.inQueue(queueName).filter(
      (each) => each.userName !== userName && each.entry > after && each.entry < entry,
    ).length;
  }
}

/** Is it a batch or print job, not mail? */
export const isJob = (entry: StoredEntry): entry is StoredJob => entry.batch !== undefined;

const isKeptUntil = ({ batch }: StoredJob): boolean =>
  batch.completion !== undefined && batch.retain === 'until' && batch.retainUntil !== undefined;

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
