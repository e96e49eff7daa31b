/** What operators and procedures do to batch jobs: SET ENTRY, DELETE/ENTRY, STOP/QUEUE/ENTRY, SET RESTART_VALUE, SYNCHRONIZE. Source: queues.md §4.2, §9. */
import { condition, signal } from '../../condition/index.ts';
import type { Caller, EntryChange, StopJob } from '../../ports/queue-manager.ts';
import type { StoredJob } from '../../ports/queue-store.ts';
import { changedPrintSettings } from '../../system/file-print-settings.ts';
import { queueKinds } from '../../system/queue-kinds.ts';
import { mayChange } from '../access.ts';
import { nextState } from '../entry-state.ts';
import { JBC } from '../messages.ts';
import { requestedStanding } from '../requested-change.ts';
import { TurnPlan } from '../turn-plan.ts';
import type { BatchQueue } from './batch-queues.ts';
import type { BatchWork } from './batch-work.ts';
import { isRunning } from './job-table.ts';
import { allowedPriority } from './new-job.ts';

/** SET ENTRY. @param changes  follow each other. Throws JBC EXECUTING. */
export function planJobChange(
  work: BatchWork,
  plan: TurnPlan,
  job: StoredJob,
  changes: readonly EntryChange[],
  caller: Caller,
): void {
  if (isRunning(job)) signal(JBC.EXECUTING);
  work.planJob(
    plan,
    changes.reduce((before, change) => changedJob(work, before, change, caller), job),
  );
}

function changedJob(work: BatchWork, job: StoredJob, change: EntryChange, caller: Caller): StoredJob {
  if (change.kind === 'batch') {
    const { jobName = job.jobName, batch } = change;
    // What only a print job has means nothing to one that is run, and the other way round.
    const isOfBatch = ofBatchOnly.some((each) => batch[each] !== undefined);
    if (job.batch.print === undefined ? batch.print !== undefined : isOfBatch) signal(JBC.INCQUETYP);
    const print =
      batch.print === undefined ? job.batch.print : changedPrintSettings(job.batch.print!, batch.print);
    const changed = { ...job, jobName, batch: work.checked({ ...job.batch, ...batch, print }, undefined) };
    return change.queueName === undefined ? changed : moved(changed, target(work, job, change.queueName));
  }
  if (change.kind === 'return') signal(JBC.INCQUETYP);
  const { standing } = requestedStanding(job, change, caller, work.deps.clock.now());
  const { completion, ...batch } = job.batch;
  const isKept = standing.state === 'retainedOnError' || standing.state === 'retainedOnCompletion';
  return { ...job, ...standing, batch: isKept ? job.batch : batch };
}

const ofBatchOnly = ['keep', 'printQueue', 'logSpecification', 'cpuLimitMs', 'cli', 'workingSet'] as const;

/** DELETE/ENTRY: one that runs is aborted first. */
export function planJobDeletion(work: BatchWork, plan: TurnPlan, job: StoredJob): void {
  const running = work.running.get(job.entry);
  if (running === undefined || !isRunning(job)) {
    work.planRemoval(plan, job.entry);
    plan.afterwards(() => work.waiters.resolve(job.entry, condition(JBC.JOBDELETE).value));
    return;
  }
  work.planJob(plan, { ...job, state: nextState(job.state, 'delete') as 'aborting' });
  plan.afterwards(() => work.tell(running, { kind: 'delete' }));
}

/** STOP/QUEUE/ENTRY, STOP/QUEUE/REQUEUE. */
export async function stopJob(
  work: BatchWork,
  entry: number,
  { requeue }: StopJob,
  caller: Caller,
): Promise<void> {
  const { commits } = work.deps;
  await commits.exclusive(async () => {
    const job = permitted(work, entry, caller);
    const running = work.running.get(entry);
    if (running === undefined || job.state !== 'executing') signal(JBC.JOBNOTEXEC);
    if (requeue === undefined) {
      const plan = new TurnPlan();
      work.planJob(plan, { ...job, state: 'aborting' });
      await commits.commit(plan);
      work.tell(running, { kind: 'abort' });
      return;
    }
    if (!job.batch.restart) signal(JBC.NORESTART);
    const { queueName, priority } = requeue;
    const to = {
      ...requeue,
      ...(queueName === undefined ? {} : { queueName: target(work, job, queueName).name }),
      ...(priority === undefined ? {} : { priority: allowedPriority(priority, caller, job.priority) }),
    };
    const plan = new TurnPlan();
    work.planJob(plan, { ...job, batch: { ...job.batch, requeue: to } });
    await commits.commit(plan);
    work.tell(running, { kind: 'requeue' });
  });
}

/** SET RESTART_VALUE. */
export async function setRestartValue(
  work: BatchWork,
  entry: number,
  restartValue: string,
  caller: Caller,
): Promise<void> {
  const { commits } = work.deps;
  await commits.exclusive(async () => {
    const job = permitted(work, entry, caller);
    if (!isRunning(job)) signal(JBC.JOBNOTEXEC);
    const plan = new TurnPlan();
    work.planJob(plan, { ...job, batch: { ...job.batch, restartValue } });
    await commits.commit(plan);
  });
}

/** SYNCHRONIZE: resolves to the status the job ends with. */
export async function awaitJobEnd(work: BatchWork, entry: number, caller: Caller): Promise<number> {
  const { completion } = permitted(work, entry, caller).batch;
  return completion?.status ?? work.waiters.add(entry);
}

function permitted(work: BatchWork, entry: number, caller: Caller): StoredJob {
  const job = work.jobs.get(entry) ?? signal(JBC.NOSUCHENT);
  if (!mayChange(caller, job, work.queues.find(job.queueName)?.properties)) signal(JBC.NOPRIV);
  return job;
}

/** SET ENTRY/REQUEUE: one that was retained is to run again. queues.md §10 */
function moved(job: StoredJob, queue: BatchQueue): StoredJob {
  if (queue.closed) signal(JBC.QUE_CLOSED);
  const { completion, ...batch } = job.batch;
  const there = { ...job, queueName: queue.name };
  return completion === undefined ? there : { ...there, state: 'pending', errorText: undefined, batch };
}

/** Another queue of the same type. */
function target(work: BatchWork, { batch }: StoredJob, name: string): BatchQueue {
  const found = work.queues.find(name) ?? signal(JBC.NODSTQUE);
  if (queueKinds[found.kind].isBatch !== (batch.print === undefined)) signal(JBC.INCDSTQUE);
  return found;
}
