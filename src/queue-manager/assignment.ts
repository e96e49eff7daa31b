/** An entry as a symbiont gets it: with the recipients whose time has come. */
import type { MessageText } from '../ports/message-text.ts';
import type { Assignment, RecipientInfo } from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';
import { recipientsToTry } from './outcome.ts';

export const assignment = (
  entry: StoredEntry,
  text: MessageText,
  recipients: readonly RecipientInfo[],
  queueName: string,
  now: number,
): Assignment => ({
  entry: entry.entry,
  entryId: entry.entryId,
  queueName,
  jobName: entry.jobName,
  userName: entry.userName,
  reversePath: entry.reversePath,
  ...(entry.body === undefined ? {} : { body: entry.body }),
  ...(entry.smtpUtf8 === undefined ? {} : { smtpUtf8: entry.smtpUtf8 }),
  submittedAt: entry.submittedAt,
  text,
  recipients: recipientsToTry(recipients, now).map(({ index, forwardPath, attempts }) => ({
    index,
    forwardPath,
    attempts,
  })),
});
