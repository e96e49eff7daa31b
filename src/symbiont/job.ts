/** One entry in the symbiont's hands, from its assignment to its report. */

import type { HeaderBlock } from '../mime/header-block.ts';
import type { Assignment, EntryOutcome, RecipientOutcome, Submission } from '../ports/queue-manager.ts';
import type { nextAttempt } from './retry-schedule.ts';
import type { SymbiontSettings } from './settings.ts';

/** What became of one recipient; with what the bounce wants to know beside the outcome reported. */
export interface RecipientEnd {
  readonly outcome: RecipientOutcome;
  readonly host?: string | undefined;
  readonly hasExpired?: boolean;
  /** The host that has it now sends the reports that were asked for. */
  readonly isReportedByOthers?: boolean;
  /** Delivered to the members of a list. */
  readonly isList?: boolean;
}

export interface Job {
  readonly assignment: Assignment;
  readonly settings: SymbiontSettings;
  readonly header: HeaderBlock;
  /** By recipient index; one that is missing at the end was recalled and stays to be tried. */
  readonly ends: Map<number, RecipientEnd>;
  /** Parts (local, each remote domain) still under way. The job is finished when it comes to 0. */
  parts: number;
  /** STOP/QUEUE, DELETE/ENTRY …: nothing new is begun for it. */
  isRecalled: boolean;
  readonly abort: AbortController;
  /** Copies for the members of lists with owners: entries of their own, that go with the report. */
  readonly listCopies: Submission[];
  /** What stands on top of it for other hosts; computed once. */
  outgoingFields?: Promise<string>;
  /** Keys of local copies made. */
  readonly deliveryKeys: string[];
}

export type JobRecipient = Assignment['recipients'][number];

/** The report of a finished job, without its bounce. */
export const entryOutcome = ({ assignment, ends }: Job): EntryOutcome => ({
  entry: assignment.entry,
  entryId: assignment.entryId,
  recipients: [...ends].map(([index, { outcome }]) => ({ index, outcome })),
});

/** What every delivery key of an entry begins with. */
const keyBeginning = ({ entryId }: Pick<Assignment, 'entryId'>): string => `${entryId}:`;

export const deliveryKey = (
  assignment: Pick<Assignment, 'entryId'>,
  { userName, folder }: { readonly userName: string; readonly folder?: string | undefined },
): string => `${keyBeginning(assignment)}${userName} ${folder?.toUpperCase() ?? ''}`.trimEnd();

/**
 * Delivery keys that nobody asks for any more once the report is durable: none as long as a recipient of the entry is open, who may
 * turn out to be somebody who has the message, by another of its addresses. An entry that is deleted before leaves them behind: no
 * entry has them again.
 */
export function keysToForget({ assignment, ends, deliveryKeys }: Job): DeliveryKeys {
  const isDone = ({ index }: JobRecipient): boolean => doneKinds.has(ends.get(index)?.outcome.kind);
  if ((assignment.others?.open.length ?? 0) > 0 || !assignment.recipients.every(isDone)) return noKeys;
  return assignment.others === undefined
    ? { keys: deliveryKeys }
    : { keys: [], beginning: keyBeginning(assignment) };
}

export interface DeliveryKeys {
  readonly keys: readonly string[];
  /** Of all keys that are meant. */
  readonly beginning?: string;
}
export const noKeys: DeliveryKeys = { keys: [] };

const doneKinds: ReadonlySet<RecipientOutcome['kind'] | undefined> = new Set([
  'delivered',
  'relayed',
  'returned',
]);

/** Since when it may be delivered: the time that its sender wanted it to be held is not part of the time that it may take. RFC 4865 */
export const waitingSince = ({ submittedAt, requests }: Assignment, now: number): number => {
  const { notBefore = submittedAt } = requests ?? {};
  // Released by somebody before its time: it has been tried since then.
  return notBefore <= now ? notBefore : submittedAt;
};

/** What the time of a job's next attempt depends on. */
export const timeOf = (
  { assignment }: Pick<Job, 'assignment'>,
  now: number,
): Pick<Parameters<typeof nextAttempt>[0], 'now' | 'since' | 'deliverBy'> => ({
  now,
  since: waitingSince(assignment, now),
  deliverBy: assignment.requests?.deliverBy,
});

/**
 * What comes of an attempt that did not succeed yet: another one later, or the end.
 * @param next  undefined: the time is over
 */
export function triedAgain(job: Job, next: number | undefined, reply: string): RecipientEnd {
  const { returning } = job.assignment;
  if (next === undefined) return { outcome: { kind: 'returned', reply }, hasExpired: true };
  // Somebody wants it back, whatever time it has left: it has failed with what the host said.
  if (returning !== undefined) return { outcome: { kind: 'returned', reply } };
  return { outcome: { kind: 'retry', at: next, reply } };
}
