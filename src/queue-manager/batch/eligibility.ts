/**
 * Which pending jobs run now, and why the others do not: a function of queues, jobs and definitions, nothing else.
 * Source: queues.md §10.
 */
import type { PendingReason, Submitter } from '../../ports/batch.ts';
import type { StoredJob } from '../../ports/queue-store.ts';
import { queueKinds } from '../../system/queue-kinds.ts';
import { accessTo } from '../access.ts';
import type { BatchQueue, BatchQueues } from './batch-queues.ts';
import type { Definitions } from './definitions.ts';
import { byTurn } from './job-table.ts';

export interface DueJob {
  readonly job: StoredJob;
  /** Where it runs. */
  readonly queue: BatchQueue;
}

export interface Situation {
  readonly queues: BatchQueues;
  readonly definitions: Definitions;
  /** Jobs that run in a queue. */
  readonly running: (name: string) => number;
  /** The device of an output queue cannot be opened. */
  readonly isUnavailable: (name: string) => boolean;
}

/**
 * Jobs that a started queue has room for now, in their order: priority, size where the queue goes by it, then age.
 * @param waiting  pending jobs of a queue by turn: job-table.ts. Asked for those alone that have room somewhere
 */
export function dueJobs(
  waiting: (queueName: string) => readonly StoredJob[],
  situation: Situation,
): readonly DueJob[] {
  const { queues, running } = situation;
  const free = new Map<string, number>();
  const isFree = ({ name, properties }: BatchQueue): boolean => {
    if (!free.has(name)) free.set(name, properties.jobLimit - running(name));
    return free.get(name)! > 0;
  };
  const lines = queues
    .all()
    .filter(({ state }) => state === 'started')
    .map((from) => new Line(from, targetsNow(from, situation), waiting));
  const due: DueJob[] = [];
  for (;;) {
    let next: Line | undefined;
    for (const line of lines)
      if (
        line.targets.some(isFree) &&
        line.first !== undefined &&
        (next === undefined || line.isBefore(next))
      )
        next = line;
    if (next === undefined) return due;
    const job = next.take();
    const queue = next.targets.find(
      (target) => isFree(target) && mismatch(job, target, situation.definitions) === undefined,
    );
    if (queue === undefined) continue;
    free.set(queue.name, free.get(queue.name)! - 1);
    due.push({ job, queue });
  }
}

/** Where the jobs of a queue could begin, were there room. */
const targetsNow = (from: BatchQueue, { queues, isUnavailable }: Situation): readonly BatchQueue[] =>
  queues
    .targetsOf(from)
    .filter(
      (target) =>
        target.state === 'started' && (target === from || !target.closed) && !isUnavailable(target.name),
    );

/** The pending jobs of a queue, from the first on. */
class Line {
  readonly targets: readonly BatchQueue[];
  readonly #from: BatchQueue;
  readonly #waiting: (queueName: string) => readonly StoredJob[];
  #jobs: readonly StoredJob[] | undefined;
  #at = 0;

  constructor(
    from: BatchQueue,
    targets: readonly BatchQueue[],
    waiting: (queueName: string) => readonly StoredJob[],
  ) {
    this.#from = from;
    this.targets = targets;
    this.#waiting = waiting;
  }

  get first(): StoredJob | undefined {
    this.#jobs ??= this.#inOrder();
    return this.#jobs[this.#at];
  }

  /** Both have a first. */
  isBefore(other: Line): boolean {
    const [mine, its] = [this.first!, other.first!];
    return (its.priority - mine.priority || this.#sizeOf(mine) - other.#sizeOf(its) || byTurn(mine, its)) < 0;
  }

  take(): StoredJob {
    const { first } = this;
    this.#at++;
    return first!;
  }

  #inOrder(): readonly StoredJob[] {
    const jobs = this.#waiting(this.#from.name);
    if (!goesBySize(this.#from)) return jobs;
    return [...jobs].sort(
      (one, other) => other.priority - one.priority || one.sizeBytes - other.sizeBytes || byTurn(one, other),
    );
  }

  #sizeOf({ sizeBytes }: StoredJob): number {
    return goesBySize(this.#from) ? sizeBytes : 0;
  }
}

/** /SCHEDULE=SIZE is the default of output queues. */
const goesBySize = ({ kind, properties }: BatchQueue): boolean =>
  properties.bySize ?? !queueKinds[kind].isBatch;

/** Why this queue cannot run the job, however free it is. */
function mismatch(
  { batch, sizeBytes }: StoredJob,
  { kind, properties }: BatchQueue,
  definitions: Definitions,
): PendingReason | undefined {
  if (!takesJobsOf(properties, batch.submitter)) return 'no access';
  const has = new Set(properties.characteristics ?? []);
  if (batch.characteristics?.some((each) => !has.has(each))) return 'characteristic mismatch';
  if (queueKinds[kind].isBatch) return undefined;
  const blocks = Math.ceil(sizeBytes / 512);
  if (blocks < (properties.blocksAtLeast ?? 0)) return 'job size below minimum';
  if (blocks > (properties.blocksAtMost ?? Number.POSITIVE_INFINITY)) return 'job size above maximum';
  const mounted = definitions.form(properties.formMounted ?? properties.defaults?.form);
  const wanted = definitions.form(batch.print?.form);
  return wanted.stock === mounted.stock ? undefined : 'stock mismatch';
}

/** Of a generic queue's targets some may take the jobs of a user and others not. A job of an earlier version says nothing. */
const takesJobsOf = (properties: BatchQueue['properties'], submitter: Submitter | undefined): boolean =>
  submitter === undefined ||
  submitter.isOperator === true ||
  accessTo(properties, { userName: '', privileges: [], uic: submitter.uic, rights: submitter.rights }).has(
    'S',
  );

/** Why a pending job does not run. */
export function pendingReason(
  job: StoredJob,
  { queues, definitions, isUnavailable }: Situation,
): PendingReason {
  const queue = queues.find(job.queueName);
  if (queue?.state === 'paused') return 'queue paused';
  if (queue?.state !== 'started') return 'queue stopped';
  const reasons = queues.targetsOf(queue).map((target): PendingReason => {
    const why = mismatch(job, target, definitions);
    if (why !== undefined) return why;
    if (target.state === 'paused') return 'queue paused';
    if (target.state !== 'started') return 'queue stopped';
    return isUnavailable(target.name) ? 'device unavailable' : 'queue busy';
  });
  // Of several targets, the one that comes nearest to running it.
  const order: readonly PendingReason[] = [
    'queue busy',
    'device unavailable',
    'queue paused',
    'queue stopped',
  ];
  return order.find((each) => reasons.includes(each)) ?? reasons[0] ?? 'queue stopped';
}
