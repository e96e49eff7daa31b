/** A submission as it goes into the store. */
import { type MessageText, textSizeBytes } from '../ports/message-text.ts';
import type { JobState, RecipientInfo, Submission } from '../ports/queue-manager.ts';
import type { Lease, NewEntry } from '../ports/queue-store.ts';
import { jobName } from './job-name.ts';

const DEFAULT_PRIORITY = 100;

export interface NewEntryNames {
  readonly entry: number;
  /** Never used again, not even by a later start. */
  readonly entryId: string;
  readonly queueName: string;
}

/** /AFTER, a release time: not before this instant. */
export const isLater = (submission: Submission, now: number): boolean =>
  submission.after !== undefined && submission.after > now;

/** @param lease  of the symbiont that gets it with the commit; undefined: it waits in the queue */
export function newEntry(
  { entry, entryId, queueName }: NewEntryNames,
  submission: Submission,
  now: number,
  lease: Lease | undefined,
): NewEntry {
  const { envelope, text, userName } = submission;
  return {
    entry,
    entryId,
    queueName,
    jobName: jobName(now, userName),
    userName,
    source: submission.source,
    reversePath: envelope.reversePath,
    body: envelope.body,
    smtpUtf8: envelope.smtpUtf8,
    requests: isLater(submission, now)
      ? { ...envelope.requests, notBefore: submission.after! }
      : envelope.requests,
    submittedAt: now,
    sizeBytes: textSizeBytes(text),
    spoolId: spoolIdOf(text),
    state: firstState(submission, now, lease !== undefined),
    priority: submission.priority ?? DEFAULT_PRIORITY,
    after: isLater(submission, now) ? submission.after : undefined,
    heldBy: undefined,
    errorText: undefined,
    lease,
    returnTo: undefined,
    symbiontDeaths: 0,
    attempt: lease?.attempt ?? 0,
    forwardPaths: envelope.forwardPaths,
    text,
  };
}

function firstState(submission: Submission, now: number, isAssigned: boolean): JobState {
  if (submission.hold) return 'holding';
  if (isLater(submission, now)) return 'holdingUntil';
  return isAssigned ? 'executing' : 'pending';
}

const spoolIdOf = (text: MessageText): string | undefined =>
  text.kind === 'file' ? text.spoolId : undefined;

/** What is known of the recipients of a new entry. */
export const unsent = ({
  forwardPaths,
  requests,
}: Pick<NewEntry, 'forwardPaths' | 'requests'>): readonly RecipientInfo[] =>
  forwardPaths.map((forwardPath, index) => ({
    index,
    forwardPath,
    state: 'unsent',
    attempts: 0,
    ...(requests?.recipients?.[index] === undefined ? {} : { requests: requests.recipients[index] }),
  }));
