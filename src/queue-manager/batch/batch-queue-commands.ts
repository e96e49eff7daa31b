/** What operators do to batch queues: INITIALIZE, SET, START, STOP and DELETE of /QUEUE. Source: queues.md §2.1, §4. */
import { signal } from '../../condition/index.ts';
import type { QueueSettings } from '../../ports/queue-manager.ts';
import { JBC } from '../messages.ts';
import { nextQueueState, type QueueEvent } from '../queue-state.ts';
import { TurnPlan } from '../turn-plan.ts';
import { type BatchQueue, newBatchQueue } from './batch-queues.ts';
import type { BatchWork } from './batch-work.ts';
import { planJobDeletion } from './job-commands.ts';

/** INITIALIZE/QUEUE/BATCH. Throws JBC QUENOTMOD for one that runs. */
export async function initializeBatchQueue(
  work: BatchWork,
  name: string,
  settings: QueueSettings,
): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const found = work.queues.find(name);
    if (found !== undefined && found.state !== 'stopped') signal(JBC.QUENOTMOD);
    await store(work, changed(newBatchQueue(name.toUpperCase()), settings));
  });
}

/** SET QUEUE. */
export async function changeBatchQueue(
  work: BatchWork,
  name: string,
  settings: QueueSettings,
): Promise<void> {
  await work.deps.commits.exclusive(() => store(work, changed(work.queue(name), settings)));
  work.schedule();
}

async function store(work: BatchWork, queue: BatchQueue): Promise<void> {
  const plan = new TurnPlan();
  plan.change({ kind: 'queue', queue });
  plan.afterwards(() => work.queues.set(queue));
  await work.deps.commits.commit(plan);
}

/** START/QUEUE, STOP/QUEUE. */
export async function moveBatchQueue(work: BatchWork, name: string, event: QueueEvent): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const { name: found } = work.queue(name);
    const next = work.queues.after(found, event);
    if (next === undefined) return;
    // With nothing running a stop is done at once.
    const running = work.jobs.running(found);
    const isOver = nextQueueState(next.state, 'drained') !== undefined && running.length === 0;
    await store(work, isOver ? { ...next, state: 'stopped' } : next);
    if (event !== 'reset') return;
    for (const { entry } of running) {
      const each = work.running.get(entry);
      if (each !== undefined) work.tell(each, { kind: 'interrupt' });
    }
  });
  work.schedule();
}

/** With all its jobs, which do not run any more. */
export async function deleteBatchQueue(work: BatchWork, name: string): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const queue = work.queue(name);
    if (queue.state !== 'stopped') signal(JBC.QUENOTSTOP);
    const plan = new TurnPlan();
    for (const job of work.jobs.inQueue(queue.name)) planJobDeletion(work, plan, job);
    plan.change({ kind: 'removeQueue', name: queue.name });
    plan.afterwards(() => work.queues.remove(queue.name));
    await work.deps.commits.commit(plan);
  });
}

const changed = (queue: BatchQueue, { closed, ...properties }: QueueSettings): BatchQueue => ({
  ...queue,
  closed: closed ?? queue.closed,
  properties: { ...queue.properties, ...properties },
});
