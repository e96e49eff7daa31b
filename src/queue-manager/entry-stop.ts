/** STOP/QUEUE/REQUEUE, /ABORT and /ENTRY of mail that is being delivered: it comes back at once. Source: queues.md §4.2. */
import { condition, signal } from '../condition/index.ts';
import type { Caller, StopJob } from '../ports/queue-manager.ts';
import type { EntryStanding } from '../ports/queue-store.ts';
import { formatTime } from '../vms-time/index.ts';
import { mayChange } from './access.ts';
import { allowedPriority } from './batch/new-job.ts';
import { JBC } from './messages.ts';
import { standingOf } from './requested-change.ts';
import type { Running } from './running.ts';
import { TurnPlan } from './turn-plan.ts';

/** The queues of mail retain jobs that failed: mail that is aborted is not lost, but waits for the operator. */
export async function stopMailEntry(
  { deps, commits, desk, queues }: Running,
  entry: number,
  { requeue }: StopJob,
  caller: Caller,
): Promise<void> {
  await commits.exclusive(async () => {
    const [stored] = (await deps.store.find({ entries: [entry], limit: 1 })).entries;
    if (stored === undefined) signal(JBC.NOSUCHENT);
    if (!mayChange(caller, stored)) signal(JBC.NOPRIV);
    const held = desk.find(entry)?.held;
    if (held === undefined || stored.state !== 'executing') signal(JBC.JOBNOTEXEC);
    // The generic queue has all of it, and hands it to the queue whose turn it is.
    if (requeue?.queueName !== undefined && queues.find(requeue.queueName) === undefined)
      signal(JBC.INCDSTQUE);
    const heldBy = `${caller.userName.toUpperCase()} ${formatTime(deps.clock.now())}`;
    const wish: Partial<EntryStanding> =
      requeue === undefined
        ? { returnTo: 'retainedOnError', errorText: condition(JBC.JOBABORT).message }
        : {
            ...(requeue.hold ? { returnTo: 'holding', heldBy } : { returnTo: undefined, heldBy: undefined }),
            priority: allowedPriority(requeue.priority ?? stored.priority, caller, stored.priority),
          };
    const standing = { ...standingOf(held.entry), ...wish };
    const plan = new TurnPlan();
    plan.change({ kind: 'stand', entry, standing });
    plan.afterwards(() => {
      held.entry = { ...held.entry, ...standing };
    });
    await commits.commit(plan);
    desk.recall((each) => each === held, 'abort');
  });
  commits.schedule();
}
