/** What operators do to queues: START, STOP, SET, INITIALIZE and DELETE of /QUEUE, START and STOP MAIL. Source: queues.md §2.1, §4. */
import { signal } from '../condition/index.ts';
import type { Caller, QueueSettings } from '../ports/queue-manager.ts';
import type { StoredQueue } from '../ports/queue-store.ts';
import { checkOperator } from './access.ts';
import {
  changeBatchQueue,
  deleteBatchQueue,
  initializeBatchQueue,
  moveBatchQueue,
} from './batch/batch-queue-commands.ts';
import { JBC } from './messages.ts';
import { nextQueueState, type QueueEvent } from './queue-state.ts';
import { executionQueues, findQueue, type Running } from './running.ts';
import { TurnPlan } from './turn-plan.ts';

/** START/QUEUE; STOP/QUEUE, /NEXT, /RESET. */
export async function moveQueue(
  running: Running,
  name: string,
  event: QueueEvent,
  caller: Caller,
): Promise<void> {
  const { batch } = running;
  const queue = findQueue(running, name);
  checkOperator(caller);
  if (queue.kind === 'batch') await moveBatchQueue(batch.work, queue.name, event);
  else await changeQueues(running, [queue], event, caller);
}

export async function setQueue(
  running: Running,
  name: string,
  change: QueueSettings,
  caller: Caller,
): Promise<void> {
  const { name: found, kind } = findQueue(running, name);
  checkOperator(caller);
  const { commits, queues, batch } = running;
  if (kind === 'batch') return changeBatchQueue(batch.work, found, change);
  const { closed, ...others } = change;
  // What the queues of mail are is up to the configuration of SMTP.
  if (closed === undefined || Object.keys(others).length > 0) signal(JBC.QUENOTMOD);
  await commits.exclusive(async () => {
    const queue: StoredQueue = { ...queues.find(found)!, closed };
    const plan = new TurnPlan();
    plan.change({ kind: 'queue', queue });
    plan.afterwards(() => queues.set(queue));
    await commits.commit(plan);
  });
  commits.schedule();
}

export async function initializeQueue(
  { batch, queues }: Running,
  name: string,
  settings: QueueSettings,
  caller: Caller,
): Promise<void> {
  checkOperator(caller);
  if (!/^[A-Z0-9$_]{1,31}$/i.test(name)) signal(JBC.INVQUENAM);
  if (queues.find(name) !== undefined) signal(JBC.INCQUETYP);
  await initializeBatchQueue(batch.work, name, settings);
}

export async function deleteQueue(running: Running, name: string, caller: Caller): Promise<void> {
  const queue = findQueue(running, name);
  checkOperator(caller);
  if (queue.kind !== 'batch') signal(JBC.REFERENCED);
  await deleteBatchQueue(running.batch.work, queue.name);
}

/** START MAIL: all queues of mail, as many as the configuration says now. */
export async function startMail(running: Running, caller: Caller): Promise<void> {
  checkOperator(caller);
  const { commits, queues, desk } = running;
  const count = await executionQueues(running.deps);
  await commits.exclusive(async () => queues.resize(count, (name) => desk.count(name) > 0));
  await changeQueues(running, queues.all(), 'start', caller);
}

/** STOP MAIL: what is in hand is finished. */
export async function stopMail(running: Running, caller: Caller): Promise<void> {
  await changeQueues(running, running.queues.all(), 'next', caller);
}

async function changeQueues(
  running: Running,
  changed: readonly StoredQueue[],
  event: QueueEvent,
  caller: Caller,
): Promise<void> {
  checkOperator(caller);
  const { commits, queues, desk } = running;
  await commits.exclusive(async () => {
    const plan = new TurnPlan();
    for (const { name } of changed) {
      const next = queues.after(name, event);
      if (next === undefined) continue;
      // With nothing in hand a stop is done at once.
      const isOver = nextQueueState(next.state, 'drained') !== undefined && desk.count(name) === 0;
      const queue: StoredQueue = isOver ? { ...next, state: 'stopped' } : next;
      plan.change({ kind: 'queue', queue });
      plan.afterwards(() => queues.set(queue));
    }
    await commits.commit(plan);
    for (const { name } of changed) {
      // Deviation: a job cannot be suspended in place: STOP/QUEUE gives it back to the queue after the recipient
      // in hand.
      if (event === 'pause') desk.recall((held) => held.queueName === name, 'afterRecipient');
      if (event === 'reset') desk.recall((held) => held.queueName === name, 'abort');
    }
  });
  commits.schedule();
}
