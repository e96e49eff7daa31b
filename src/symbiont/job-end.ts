/**
 * How a job ends: its sender gets the reports he is owed, the queue manager the outcomes, the log its lines. An entry nothing can
 * be done with ends before it begins, and is tried later or kept for a person to look at.
 */
import { randomUUID } from 'node:crypto';
import { OPCOM_USER } from '../ports/operator-communication.ts';
import type { Assignment, Submission } from '../ports/queue-manager.ts';
import { Outage } from '../system/outage.ts';
import { entryOutcome, type Job, keysToForget, noKeys } from './job.ts';
import { jobLines } from './log-texts.ts';
import { isPassing, notNow } from './passing-failure.ts';
import type { Reporter } from './reporter.ts';
import { senderReports } from './sender-reports.ts';
import type { SymbiontDependencies } from './symbiont.ts';
import type { SymbiontLog } from './symbiont-log.ts';
import { createUnreadTexts } from './unread-texts.ts';

export interface JobEnd {
  /** All parts of the job are done. */
  finish(job: Job): Promise<void>;
  /** No job could be made of the entry. */
  notPrepared(assignment: Assignment, error: unknown): void;
  /** Jobs could be made of entries. */
  prepared(jobs: readonly Job[]): void;
}

export function createJobEnd(
  deps: SymbiontDependencies,
  parts: {
    readonly symbiontLog: SymbiontLog;
    readonly reporter: Pick<Reporter, 'add'>;
    readonly giveBack: (entries: readonly number[]) => void;
    /** Called for each that was finished, however that went. */
    readonly ended: (entry: number) => void;
  },
): JobEnd {
  const { log } = deps;
  const { symbiontLog, reporter, giveBack, ended } = parts;
  const now = (): number => deps.clock.now();
  const bounceDeps = { ...deps, now, uniqueId: deps.uniqueId ?? randomUUID };
  const bounces = new Outage(deps, {
    begins: 'bounces cannot be written',
    ends: 'bounces are written again',
  });
  const processing = new Outage(deps, {
    begins: 'entries cannot be processed now',
    ends: 'entries are processed again',
  });

  const unread = createUnreadTexts({ settings: deps.settings, now });

  /** A bounce that cannot be written now: those it is about wait, everybody else is done. */
  const bounceOf = async (job: Job): Promise<readonly Submission[]> => {
    const putOff = (error: unknown): void => {
      const outcome = notNow(error, now());
      for (const [index, end] of job.ends)
        if (end.outcome.kind === 'returned') job.ends.set(index, { outcome });
    };
    try {
      const { reports, unwritten } = await senderReports(job, bounceDeps);
      for (const error of unwritten.values()) bounces.failed(error);
      if (reports.length > 0 && unwritten.size === 0) bounces.worked();
      if (unwritten.has('failed')) putOff(unwritten.get('failed'));
      return reports;
    } catch (error) {
      bounces.failed(error);
      putOff(error);
      return [];
    }
  };

  return {
    async finish(job) {
      const { entry } = job.assignment;
      try {
        if (job.ends.size === 0) giveBack([entry]);
        else {
          const submissions = [...(await bounceOf(job)), ...job.listCopies];
          const outcome = entryOutcome(job);
          reporter.add(submissions.length === 0 ? outcome : { ...outcome, submissions }, keysToForget(job));
          const isFailure = [...job.ends.values()].some(
            ({ outcome: { kind } }) => kind === 'retry' || kind === 'returned',
          );
          symbiontLog.block(isFailure ? 1 : 2, () => jobLines(job));
          if (isFailure) symbiontLog.failed();
        }
      } finally {
        ended(entry);
      }
    },

    notPrepared(assignment, error) {
      const { entry, entryId } = assignment;
      const reason = error instanceof Error ? error.message : String(error);
      const waitMs = isPassing(error) ? unread.failed(assignment, error) : undefined;
      if (waitMs !== undefined) {
        processing.failed(error);
        const outcome = notNow(error, now(), waitMs);
        const recipients = assignment.recipients.map(({ index }) => ({ index, outcome }));
        reporter.add({ entry, entryId, recipients }, noKeys);
        return;
      }
      log.error({ err: error, entry }, 'entry cannot be processed');
      // Poison: kept on the queue for a person to look at, not tried for ever.
      deps.opcom.operatorMessage(
        'NETWORK',
        'TCPIP$SMTP_SYMBIONT',
        `Entry ${entry} retained on error: ${reason}`,
        assignment.userName === OPCOM_USER ? undefined : { about: 'entries retained on error' },
      );
      reporter.add({ entry, entryId, recipients: [], retainedOnError: reason }, noKeys);
    },

    prepared(jobs) {
      processing.worked();
      for (const { assignment } of jobs) unread.read(assignment);
    },
  };
}
