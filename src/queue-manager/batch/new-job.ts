/** A submission of SUBMIT as it goes into the store. Source: queues.md §6. */
import type { JobSubmission } from '../../ports/batch.ts';
import type { Caller } from '../../ports/queue-manager.ts';
import type { StoredJob } from '../../ports/queue-store.ts';
import { formatTime } from '../../vms-time/index.ts';
import { isOperator } from '../access.ts';

const DEFAULT_PRIORITY = 100;
/** MAXQUEPRI: above it, ALTPRI or OPER. */
const HIGHEST_WITHOUT_PRIVILEGE = 100;
const LONGEST_NAME = 39;

export function newJob(
  { entry, entryId }: { readonly entry: number; readonly entryId: string },
  queueName: string,
  submission: JobSubmission,
  caller: Caller,
  now: number,
): StoredJob {
  const { hold, after, batch } = submission;
  const isLater = after !== undefined && after > now;
  return {
    entry,
    entryId,
    queueName,
    jobName: submission.jobName.toUpperCase().slice(0, LONGEST_NAME),
    userName: submission.userName.toUpperCase(),
    reversePath: '',
    submittedAt: now,
    sizeBytes: submission.sizeBytes,
    state: hold ? 'holding' : isLater ? 'holdingUntil' : 'pending',
    priority: allowedPriority(submission.priority ?? DEFAULT_PRIORITY, caller),
    after: isLater ? after : undefined,
    heldBy: hold ? `${caller.userName.toUpperCase()} ${formatTime(now)}` : undefined,
    symbiontDeaths: 0,
    attempt: 0,
    batch: {
      ...batch,
      submitter: {
        uic: caller.uic,
        rights: caller.rights,
        ...(isOperator(caller) ? { isOperator: true } : {}),
      },
    },
  };
}

/** @param before  what the job has: who may not raise it, may keep it */
export const allowedPriority = (priority: number, caller: Caller, before = 0): number =>
  isOperator(caller) || caller.privileges.includes('ALTPRI')
    ? priority
    : Math.min(priority, Math.max(HIGHEST_WITHOUT_PRIVILEGE, before));
