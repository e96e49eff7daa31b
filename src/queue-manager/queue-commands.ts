/** What operators do to queues: START, STOP, SET, INITIALIZE and DELETE of /QUEUE, START and STOP MAIL. Source: queues.md §2.1, §4. */
import { signal } from '../condition/index.ts';
import type { PrintPosition } from '../ports/batch.ts';
import type { DefinitionChange, QueueDefinitions } from '../ports/queue-definitions.ts';
import type { Caller, QueueSettings } from '../ports/queue-manager.ts';
import type { StoredQueue } from '../ports/queue-store.ts';
import { queueKinds } from '../system/queue-kinds.ts';
import { checkManage, checkOperator, isOperator } from './access.ts';
import {
  assignBatchQueue,
  changeBatchQueue,
  deleteBatchQueue,
  initializeBatchQueue,
  mergeBatchQueue,
  moveBatchQueue,
} from './batch/batch-queue-commands.ts';
import { Definitions } from './batch/definitions.ts';
import { JBC } from './messages.ts';
import { nextQueueState, type QueueEvent } from './queue-state.ts';
import { checkDestination, executionQueues, findQueue, type Running } from './running.ts';
import { TurnPlan } from './turn-plan.ts';

/** START/QUEUE; STOP/QUEUE, /NEXT, /RESET. */
export async function moveQueue(
  running: Running,
  name: string,
  event: QueueEvent,
  caller: Caller,
  position?: PrintPosition,
): Promise<void> {
  const { batch } = running;
  const queue = findQueue(running, name);
  checkManage(caller, queue.properties);
  // A generic queue has nothing in hand that could be suspended: STOP/QUEUE stops it.
  const meant = event === 'pause' && queueKinds[queue.kind].isGeneric ? 'next' : event;
  if (queue.properties !== undefined) await moveBatchQueue(batch.work, queue.name, meant, position);
  else await changeQueues(running, [queue], meant, caller);
}

export async function setQueue(
  running: Running,
  name: string,
  change: QueueSettings,
  caller: Caller,
): Promise<void> {
  const { name: found, properties, state } = findQueue(running, name);
  checkManage(caller, properties);
  const { commits, queues, batch } = running;
  if (properties !== undefined) return changeBatchQueue(batch.work, found, change);
  const { closed, ...others } = change;
  // What the queues of mail are is up to the configuration of SMTP.
  if (closed === undefined || Object.keys(others).length > 0)
    signal(state === 'stopped' ? JBC.INCQUETYP : JBC.QUENOTMOD);
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
  running: Running,
  name: string,
  settings: QueueSettings,
  caller: Caller,
): Promise<void> {
  const { batch, queues } = running;
  const found = batch.queues.find(name);
  if (found === undefined) checkOperator(caller);
  else checkManage(caller, found.properties);
  if (!/^[A-Z0-9$_]{1,31}$/i.test(name)) signal(JBC.INVQUENAM);
  if (queues.find(name) !== undefined) signal(JBC.INCQUETYP);
  for (const each of settings.targets ?? []) checkDestination(running, each);
  await initializeBatchQueue(batch.work, name, settings);
}

export async function deleteQueue(running: Running, name: string, caller: Caller): Promise<void> {
  const queue = findQueue(running, name);
  checkManage(caller, queue.properties);
  // Those of mail are what the configuration of SMTP says.
  if (queue.properties === undefined) signal(JBC.REFERENCED);
  await deleteBatchQueue(running.batch.work, queue.name);
}

/** ASSIGN/QUEUE, DEASSIGN/QUEUE. */
export async function assignQueue(
  running: Running,
  name: string,
  target: string | undefined,
  caller: Caller,
): Promise<void> {
  const queue = findQueue(running, name);
  checkManage(caller, queue.properties);
  if (queue.properties === undefined) signal(JBC.INCQUETYP);
  checkDestination(running, target);
  await assignBatchQueue(running.batch.work, queue.name, target);
}

/** ASSIGN/MERGE. */
export async function mergeQueue(
  running: Running,
  source: string,
  target: string,
  caller: Caller,
): Promise<void> {
  const queue = findQueue(running, source);
  checkManage(caller, queue.properties);
  if (queue.properties === undefined) signal(JBC.INCQUETYP);
  checkDestination(running, target);
  await mergeBatchQueue(running.batch.work, queue.name, target);
}

/** DEFINE and DELETE of /FORM and /CHARACTERISTIC. A form that is mounted cannot be deleted. */
export async function define(running: Running, change: DefinitionChange, caller: Caller): Promise<void> {
  if (!isOperator(caller)) signal(JBC.NOOPER);
  const { work } = running.batch;
  await running.commits.exclusive(async () => {
    if (change.kind === 'deleteForm' && isFormInUse(running, change.name)) signal(JBC.REFERENCED);
    await storeDefinitions(running, work.definitions.after(change));
  });
  if (change.kind === 'autostart' && change.isEnabled) await startActiveQueues(running);
  work.schedule();
}

async function startActiveQueues({ batch: { work } }: Running): Promise<void> {
  for (const { name, state, properties } of work.queues.all())
    if (properties.isAutostartActive && state === 'stopped') await moveBatchQueue(work, name, 'start');
}

/** STOP/QUEUES/ON_NODE. */
export async function stopAllQueues(running: Running, caller: Caller): Promise<void> {
  if (!isOperator(caller)) signal(JBC.NOOPER);
  const { work } = running.batch;
  for (const { name } of work.queues.all()) await moveBatchQueue(work, name, 'reset', undefined, true);
  await changeQueues(running, running.queues.all(), 'reset', caller);
}

const isFormInUse = ({ batch: { work } }: Running, name: string): boolean =>
  work.queues
    .all()
    .some(({ properties }) => [properties.formMounted, properties.defaults?.form].includes(name)) ||
  work.jobs.all().some((job) => job.batch.print?.form === name);

export async function storeDefinitions(
  { batch: { work }, commits }: Running,
  definitions: QueueDefinitions,
): Promise<void> {
  const plan = new TurnPlan();
  plan.change({ kind: 'definitions', definitions });
  plan.afterwards(() => {
    work.definitions = new Definitions(definitions);
  });
  await commits.commit(plan);
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
