/**
 * What operators do to queues of batch and print jobs: INITIALIZE, SET, START, STOP and DELETE of /QUEUE, ASSIGN and DEASSIGN,
 * ASSIGN/MERGE. Source: queues.md §2.1, §4.
 */
import { condition, signal } from '../../condition/index.ts';
import type { PrintPosition } from '../../ports/batch.ts';
import type { QueueKind, QueueSettings } from '../../ports/queue-manager.ts';
import { passesOn, queueKinds } from '../../system/queue-kinds.ts';
import { JBC, QMAN } from '../messages.ts';
import { nextQueueState, type QueueEvent } from '../queue-state.ts';
import { TurnPlan } from '../turn-plan.ts';
import { type BatchQueue, newBatchQueue } from './batch-queues.ts';
import type { BatchWork } from './batch-work.ts';
import { planJobDeletion } from './job-commands.ts';
import { isRunning } from './job-table.ts';

/** INITIALIZE/QUEUE. Throws JBC QUENOTMOD for one that runs. */
export async function initializeBatchQueue(
  work: BatchWork,
  name: string,
  settings: QueueSettings,
): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const found = work.queues.find(name);
    if (found !== undefined && found.state !== 'stopped') signal(JBC.QUENOTMOD);
    const { kind = 'batch', ...given } = settings;
    // Stored, it would be in the way of every look at the queues from then on.
    if (!Object.hasOwn(queueKinds, kind)) throw new TypeError(`no kind of queue: ${JSON.stringify(kind)}`);
    // Jobs of the one kind cannot be run by the other.
    if (found !== undefined && hasJobs(work, found) && !isLike(found.kind, kind)) signal(JBC.INCQUETYP);
    const isLeadTo = found !== undefined && work.queues.isAssignedTo(found.name);
    if (isLeadTo && (queueKinds[kind].isGeneric || !isLike(found.kind, kind))) signal(JBC.INCQUETYP);
    checkSettings(work, given, kind);
    await store(
      work,
      changed(newBatchQueue(name.toUpperCase(), { acl: found?.properties.acl }, kind), given),
    );
  });
}

/** SET QUEUE. */
export async function changeBatchQueue(
  work: BatchWork,
  name: string,
  { kind: _, ...settings }: QueueSettings,
): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const queue = work.queue(name);
    // Where it runs, and by what, is asked once: when it is started.
    const isFixed = (['device', 'processor', 'library', 'autostartOn', 'targets'] as const).some(
      (each) => settings[each] !== undefined,
    );
    if (isFixed && queue.state !== 'stopped') signal(JBC.QUENOTMOD);
    checkSettings(work, settings, queue.kind);
    await store(work, changed(queue, settings));
  });
  work.schedule();
}

const hasJobs = (work: BatchWork, { name }: BatchQueue): boolean => !work.jobs.isEmpty(name);
const isLike = (one: QueueKind, other: QueueKind): boolean =>
  queueKinds[one].isBatch === queueKinds[other].isBatch;

/** Forms have to be there, and targets of the same type. */
function checkSettings(
  work: BatchWork,
  { formMounted, defaults, targets }: QueueSettings,
  kind: QueueKind,
): void {
  for (const form of [formMounted, defaults?.form])
    if (form !== undefined && work.definitions.findForm(form) === undefined) signal(JBC.NOSUCHFORM);
  for (const name of targets ?? []) {
    const target = work.queues.find(name) ?? signal(JBC.NODSTQUE);
    if (!isLike(target.kind, kind) || queueKinds[target.kind].isGeneric) signal(JBC.INCDSTQUE);
  }
}

async function store(work: BatchWork, queue: BatchQueue): Promise<void> {
  const plan = new TurnPlan();
  plan.change({ kind: 'queue', queue });
  plan.afterwards(() => work.queues.set(queue));
  await work.deps.commits.commit(plan);
}

/** START/QUEUE, STOP/QUEUE. Throws JBC AUTONOTSTART. @param staysActive  an autostart queue starts again by itself */
export async function moveBatchQueue(
  work: BatchWork,
  name: string,
  event: QueueEvent,
  position?: PrintPosition,
  staysActive = false,
): Promise<void> {
  const isActiveBefore = work.queue(name).properties.isAutostartActive;
  const isNotStarted = await work.deps.commits.exclusive(async () => {
    const { name: found, state, properties } = work.queue(name);
    if (properties.autostartOn !== undefined && !staysActive) {
      const isActive = event === 'start' || (event === 'pause' && properties.isAutostartActive);
      await store(work, { ...work.queue(name), properties: { ...properties, isAutostartActive: isActive } });
      if (event === 'start' && work.definitions.stored.isAutostartDisabled) return true;
    }
    if (event === 'start') work.unavailable.remove(found);
    if (state === 'paused' && position?.kind === 'align' && work.jobs.running(found).length > 0) {
      // The paper is aligned while the job stays where it is.
      for (const { entry } of work.jobs.running(found)) work.resume(entry, position);
      return false;
    }
    const next = work.queues.after(found, event);
    if (next === undefined) return false;
    // With nothing running a stop is done at once.
    const running = work.jobs.running(found);
    const isOver = nextQueueState(next.state, 'drained') !== undefined && running.length === 0;
    await store(work, isOver ? { ...next, state: 'stopped' } : next);
    for (const { entry } of running) {
      const each = work.running.get(entry);
      if (each === undefined) continue;
      if (event === 'pause') each.process.pause?.();
      // A stop after the current job needs it to go on.
      else if (state === 'paused') work.resume(entry, position);
      if (event === 'reset') work.tell(each, { kind: 'reset' });
    }
    return false;
  });
  work.schedule();
  if (isActiveBefore && !work.queue(name).properties.isAutostartActive)
    work.tellOperators(condition(QMAN.QUEAUTOOFF, work.queue(name).name));
  if (isNotStarted) signal(JBC.AUTONOTSTART);
}

/** With all its jobs, which do not run any more. */
export async function deleteBatchQueue(work: BatchWork, name: string): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const queue = work.queue(name);
    if (queue.state !== 'stopped') signal(JBC.QUENOTSTOP);
    if (work.queues.isReferenced(queue.name)) signal(JBC.REFERENCED);
    const plan = new TurnPlan();
    for (const job of work.jobs.inQueue(queue.name)) planJobDeletion(work, plan, job);
    plan.change({ kind: 'removeQueue', name: queue.name });
    plan.afterwards(() => {
      work.queues.remove(queue.name);
      work.unavailable.remove(queue.name);
    });
    await work.deps.commits.commit(plan);
  });
}

/** ASSIGN/QUEUE, and with undefined DEASSIGN/QUEUE. */
export async function assignBatchQueue(
  work: BatchWork,
  name: string,
  target: string | undefined,
): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const queue = work.queue(name);
    const { assignedTo: before, ...others } = queue.properties;
    if (target === undefined) {
      if (before === undefined) signal(JBC.NOTASSIGN);
      return store(work, { ...queue, properties: others });
    }
    // One execution queue at the end of it, and no chain: queues.md §1.
    if (queueKinds[queue.kind].isGeneric || work.queues.isAssignedTo(queue.name)) signal(JBC.INCQUETYP);
    const to = work.queues.find(target) ?? signal(JBC.NODSTQUE);
    if ([queue, to].some(({ state }) => state !== 'stopped')) signal(JBC.QUENOTSTOP);
    if (to.name === queue.name || passesOn(to) || !isLike(to.kind, queue.kind)) signal(JBC.INCDSTQUE);
    await store(work, { ...queue, properties: { ...others, assignedTo: to.name } });
  });
  work.schedule();
}

/** ASSIGN/MERGE: what does not run of `source` goes into `target`. */
export async function mergeBatchQueue(work: BatchWork, source: string, target: string): Promise<void> {
  await work.deps.commits.exclusive(async () => {
    const from = work.queue(source);
    const to = work.queues.find(target) ?? signal(JBC.NODSTQUE);
    if (to.name === from.name || !isLike(to.kind, from.kind)) signal(JBC.INCDSTQUE);
    const plan = new TurnPlan();
    for (const job of work.jobs.inQueue(from.name)) {
      if (!isRunning(job)) work.planJob(plan, { ...job, queueName: to.name });
    }
    await work.deps.commits.commit(plan);
  });
  work.schedule();
}

function changed(queue: BatchQueue, { closed, defaults, separate, ...given }: QueueSettings): BatchQueue {
  const before = queue.properties;
  return {
    ...queue,
    closed: closed ?? queue.closed,
    properties: {
      ...before,
      ...given,
      ...(defaults === undefined ? {} : { defaults: { ...before.defaults, ...defaults } }),
      ...(separate === undefined ? {} : { separate: { ...before.separate, ...separate } }),
    },
  };
}
