/** What becomes of a batch job whose process has ended: a function of both, nothing else. Source: queues.md §9, §10. */
import { condition, isSuccess, type MessageDefinition } from '../../condition/index.ts';
import type { JobEnd, RequeuedTo } from '../../ports/batch.ts';
import type { StoredJob } from '../../ports/queue-store.ts';
import { nextState } from '../entry-state.ts';
import { JBC } from '../messages.ts';
import type { BatchQueue } from './batch-queues.ts';

/** Why a running job was told to end. */
export type JobWish =
  | { readonly kind: 'delete' }
  | { readonly kind: 'abort' }
  /** Where to says the job itself. */
  | { readonly kind: 'requeue' }
  /** The node stops: again if it may, else it is over. */
  | { readonly kind: 'interrupt' }
  /** STOP/QUEUE/RESET: the same. */
  | { readonly kind: 'reset' };

/** What a job is stopped with: the last line of its log, and its status unless it is to run again. Source: queues.md §9, §13. */
export const stoppedWith: Readonly<Record<JobWish['kind'], MessageDefinition>> = {
  delete: JBC.JOBABORT,
  abort: JBC.JOBABORT,
  requeue: JBC.JOBREQUEUE,
  interrupt: JBC.JOBABORT,
  reset: JBC.QUERESET,
};

export const isInterruption = (wish: JobWish): boolean => wish.kind === 'interrupt' || wish.kind === 'reset';

/** How a job came to its end. */
export type JobExit = JobEnd | { readonly kind: 'systemFailure' };

export interface EndedJob {
  /** As it stands from now on; undefined: it is gone. */
  readonly job: StoredJob | undefined;
  /** What it ended with; undefined: it is to run again. */
  readonly final: { readonly status: number; readonly text: string | undefined } | undefined;
}

/** Processes a restartable job may take with it before it counts as failed. */
const DEATHS_AT_MOST = 2;

export function endJob(
  job: StoredJob,
  exit: JobExit,
  told: JobWish | undefined,
  queue: Pick<BatchQueue, 'properties'> | undefined,
  now: number,
): EndedJob {
  const isAskedBack = job.batch.requeue !== undefined && job.state !== 'aborting';
  // It was to be requeued before the node went down, or its queue was reset.
  const wish: JobWish | undefined =
    isAskedBack && (told === undefined || isInterruption(told)) ? { kind: 'requeue' } : told;
  // What was deleted is gone, and so is what an operator stopped while the node went down.
  if (wish?.kind === 'delete' || (job.state === 'aborting' && wish === undefined)) {
    return { job: undefined, final: failureOf(JBC.JOBABORT) };
  }
  // Nothing of it was printed: it waits as if it had not begun.
  if (exit.kind === 'deviceUnavailable' && wish?.kind !== 'abort' && wish?.kind !== 'requeue')
    return {
      job: { ...withoutLease(job), state: nextState('executing', 'giveBack')! as 'pending' },
      final: undefined,
    };
  const isDone = exit.kind === 'completed' && isSuccess(exit.status);
  const deaths = exit.kind === 'died' ? job.symbiontDeaths + 1 : 0;
  // It was faster than whoever wanted to stop it.
  if (!isDone && wish?.kind === 'requeue')
    return { job: requeued(job, job.batch.requeue ?? {}, deaths), final: undefined };
  const isInterrupted = wish === undefined ? exit.kind !== 'completed' : isInterruption(wish);
  if (!isDone && isInterrupted && job.batch.restart && deaths < DEATHS_AT_MOST)
    return { job: requeued(job, {}, deaths), final: undefined };
  const final = isDone || wish === undefined ? finalOf(exit) : failureOf(stoppedWith[wish.kind]);
  return { job: retained(job, final, queue, now), final };
}

function finalOf(exit: JobExit): NonNullable<EndedJob['final']> {
  switch (exit.kind) {
    case 'completed':
      return { status: exit.status, text: exit.text };
    case 'died':
    case 'deviceUnavailable':
      return failureOf(JBC.JOBABORT);
    case 'systemFailure':
      return failureOf(JBC.SYSFAIL);
  }
}

const failureOf = (message: MessageDefinition): NonNullable<EndedJob['final']> => {
  const { value, message: text } = condition(message);
  return { status: value, text };
};

function requeued(job: StoredJob, to: RequeuedTo, deaths: number): StoredJob {
  const over = withoutLease(job);
  return {
    ...over,
    state: to.hold ? 'holding' : (nextState('executing', 'giveBack')! as 'pending'),
    queueName: to.queueName ?? job.queueName,
    priority: to.priority ?? job.priority,
    symbiontDeaths: deaths,
    batch: { ...over.batch, isRestarting: true },
  };
}

/** /RETAIN of the job, or of the queue: the one that keeps more. */
function retained(
  job: StoredJob,
  { status, text }: NonNullable<EndedJob['final']>,
  queue: Pick<BatchQueue, 'properties'> | undefined,
  now: number,
): StoredJob | undefined {
  const { retain, retainUntil = 0 } = job.batch;
  const ofQueue = queue?.properties.retain;
  const hasFailed = !isSuccess(status);
  // queues.md §10: an instant that the job names ends nothing that its queue keeps.
  const byQueue = ofQueue === 'all' || (ofQueue === 'error' && hasFailed);
  const isKept =
    byQueue ||
    retain === 'always' ||
    (retain === 'error' && hasFailed) ||
    (retain === 'until' && retainUntil > now);
  if (!isKept) return undefined;
  const over = withoutLease(job);
  const { isRestarting: _, ...batch } = over.batch;
  return {
    ...over,
    state: isSuccess(status) ? 'retainedOnCompletion' : 'retainedOnError',
    errorText: isSuccess(status) ? undefined : text,
    batch: { ...batch, completion: { status, at: now, ...(byQueue ? { byQueue } : {}) } },
  };
}

function withoutLease(job: StoredJob): StoredJob {
  const { requeue: _, ...batch } = job.batch;
  return { ...job, lease: undefined, returnTo: undefined, batch };
}
