/** START and STOP of /QUEUE/MANAGER: the process goes on, and answers JOBQUEDIS. Source: queues.md §3, §18. */
import { signal } from '../condition/index.ts';
import { noDefinitions } from '../ports/queue-definitions.ts';
import type { Caller, ManagerMove } from '../ports/queue-manager.ts';
import { isOperator } from './access.ts';
import { newBatchQueue, SYSTEM_BATCH_QUEUE } from './batch/batch-queues.ts';
import { deleteEntries } from './entry-commands.ts';
import { entryPages } from './entry-pages.ts';
import { JBC } from './messages.ts';
import { stopAllQueues, storeDefinitions } from './queue-commands.ts';
import type { Running } from './running.ts';
import { TurnPlan } from './turn-plan.ts';

/** @param how  `new`: START/QUEUE/MANAGER/NEW_VERSION, which destroys all queues and jobs, mail too */
export async function moveManager(running: Running, how: ManagerMove, caller: Caller): Promise<void> {
  if (how === 'stopQueues') {
    if (running.batch.work.isSuspended) signal(JBC.JOBQUEDIS);
    return stopAllQueues(running, caller);
  }
  checkPrivileges(caller);
  const { work } = running.batch;
  if (how === 'stop') {
    if (work.isSuspended) signal(JBC.JOBQUEDIS);
    await suspend(running);
    return;
  }
  if (!work.isSuspended) signal(JBC.JOBQUEENA);
  if (how === 'new') await destroyAll(running, caller);
  await running.commits.exclusive(async () => {
    await storeDefinitions(running, { ...work.definitions.stored, isStopped: false });
    work.isSuspended = false;
    running.queues.isSuspended = false;
  });
  running.commits.schedule();
  work.schedule();
}

/** queues.md §3: OPER and SYSNAM. */
function checkPrivileges(caller: Caller): void {
  if (!isOperator(caller)) signal(JBC.NOOPER);
  if (!caller.privileges.some((each) => /^(SYSNAM|SYSPRV|BYPASS)$/i.test(each))) signal(JBC.NOSYSNAM);
}

/** What is in hand returns; a job that runs is interrupted: again if it may, else it is over. Queues keep their states. */
async function suspend(running: Running): Promise<void> {
  const { work } = running.batch;
  await running.commits.exclusive(async () => {
    await storeDefinitions(running, { ...work.definitions.stored, isStopped: true });
    work.isSuspended = true;
    running.queues.isSuspended = true;
    running.desk.recall(() => true, 'abort');
  });
  const jobs = [...work.running.values()];
  for (const each of jobs) work.tell(each, { kind: 'interrupt' });
  await Promise.all(jobs.map(({ settled }) => settled));
}

async function destroyAll(running: Running, caller: Caller): Promise<void> {
  const { deps, batch, commits } = running;
  for await (const page of entryPages(deps.store, {})) {
    const entries = page.map(({ entry }) => entry);
    await deleteEntries(running, entries, caller, 'those that are there');
  }
  await commits.exclusive(async () => {
    const plan = new TurnPlan();
    for (const { name } of batch.queues.all()) {
      plan.change({ kind: 'removeQueue', name });
      plan.afterwards(() => batch.queues.remove(name));
    }
    const queue = { ...newBatchQueue(SYSTEM_BATCH_QUEUE), state: 'started' } as const;
    plan.change({ kind: 'queue', queue });
    plan.afterwards(() => batch.queues.set(queue));
    await commits.commit(plan);
    await storeDefinitions(running, { ...noDefinitions, isStopped: true });
  });
}
