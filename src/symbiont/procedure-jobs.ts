/**
 * What the jobs of a batch have for command procedures. A job of the batch queue is durable, under a key of the entry and its
 * procedure, before the entry is told of it: neither after a crash between the two, nor for another address of the procedure, is it
 * made a second time.
 */
import type { MailProcedures } from '../ports/mail-procedures.ts';
import { timeOf, triedAgain } from './job.ts';
import type { PreparedJob, PreparedProcedure } from './prepared-job.ts';
import { nextLocalAttempt } from './retry-schedule.ts';

interface Deps {
  readonly procedures: MailProcedures | undefined;
  readonly now: () => number;
}

/** Hands each over and enters the outcomes. Rejects for nothing. */
export async function handToProcedures(prepared: readonly PreparedJob[], deps: Deps): Promise<void> {
  await Promise.all(
    prepared.flatMap(({ job, procedures }) => procedures.map((each) => hand(job, each, deps))),
  );
}

async function hand(
  job: PreparedJob['job'],
  { alias, recipients }: PreparedProcedure,
  { procedures, now }: Deps,
): Promise<void> {
  const { reversePath, text, entry, entryId } = job.assignment;
  try {
    if (procedures === undefined) throw new Error('there are no batch queues here');
    await procedures.hand({ ...alias, reversePath, text }, { entry, entryId, procedure: alias.name });
    for (const { index } of recipients) job.ends.set(index, { outcome: { kind: 'delivered' } });
  } catch (error) {
    // A queue, a user or a procedure that is not there is the manager's to mend: the mail waits for it.
    const reason = error instanceof Error ? error.message : String(error);
    for (const { index, attempts } of recipients) {
      const at = nextLocalAttempt({ attemptsBefore: attempts, ...timeOf(job, now()) }, job.settings);
      job.ends.set(index, triedAgain(job, at, `451 4.3.0 ${reason}`));
    }
  }
}
