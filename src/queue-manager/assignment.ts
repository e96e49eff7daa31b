/** An entry as a symbiont gets it: with the recipients whose time has come. */
import type { MessageText } from '../ports/message-text.ts';
import type { Assignment, RecipientInfo } from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';
import { isDone, recipientsToTry } from './outcome.ts';

export const assignment = (
  entry: StoredEntry,
  text: MessageText,
  recipients: readonly RecipientInfo[],
  queueName: string,
  now: number,
): Assignment => {
  const named = toTry(entry, recipients, now);
  return {
    entry: entry.entry,
    entryId: entry.entryId,
    queueName,
    jobName: entry.jobName,
    userName: entry.userName,
    reversePath: entry.reversePath,
    ...(entry.body === undefined ? {} : { body: entry.body }),
    ...(entry.smtpUtf8 === undefined ? {} : { smtpUtf8: entry.smtpUtf8 }),
    ...requestsOf(entry),
    submittedAt: entry.submittedAt,
    text,
    ...returningOf(entry),
    ...othersOf(recipients, named),
    recipients: named.map(({ index, forwardPath, attempts, requests, isDelayTold, state, nextAttempt }) => ({
      index,
      forwardPath,
      attempts,
      ...(requests === undefined ? {} : { requests }),
      ...(isDelayTold === undefined ? {} : { isDelayTold }),
      // Who asks for an attempt has taken away the instant of the next one, or its entry goes before it.
      ...(state === 'retry' && (nextAttempt ?? Infinity) > now ? { isWanted: true } : {}),
    })),
  };
};

/** Those of the recipients stand with the recipients. */
function requestsOf({ requests }: StoredEntry): Pick<Assignment, 'requests'> {
  if (requests === undefined) return {};
  const { recipients: _, ...rest } = requests;
  return { requests: rest };
}

function othersOf(
  recipients: readonly RecipientInfo[],
  named: readonly RecipientInfo[],
): Pick<Assignment, 'others'> {
  if (recipients.length === named.length) return {};
  const chosen = new Set(named);
  const others = recipients.filter((each) => !chosen.has(each));
  const pathsOf = (isMeant: (each: RecipientInfo) => boolean): readonly string[] =>
    others.filter(isMeant).map(({ forwardPath }) => forwardPath);
  return {
    others: { open: pathsOf((each) => !isDone(each)), sent: pathsOf(({ state }) => state === 'sent') },
  };
}

/** What goes back to its sender goes back for everybody who has not got it. */
const toTry = (
  { returnTo }: StoredEntry,
  recipients: readonly RecipientInfo[],
  now: number,
): readonly RecipientInfo[] =>
  returnTo === 'sender' || returnTo === 'senderAfterAttempt'
    ? recipients.filter((each) => !isDone(each))
    : recipientsToTry(recipients, now);

/** Who wants it back, and how: kept as the wish and in `heldBy`, `SMITH  7-FEB-1997 01:51:14.58`. */
export const returningOf = ({ returnTo, heldBy = '' }: StoredEntry): Pick<Assignment, 'returning'> =>
  returnTo === 'sender' || returnTo === 'senderAfterAttempt'
    ? { returning: { afterAttempt: returnTo === 'senderAfterAttempt', by: heldBy.split(' ')[0]! } }
    : {};
