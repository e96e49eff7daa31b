/** SHOW MAIL: an entry as TCPIP> prints it. Source: tcpip-smtp.md §2.4. */
import { safeText } from '../mime/safe-text.ts';
import type { EntryInfo, RecipientInfo } from '../ports/queue-manager.ts';
import { foldedText } from '../system/fold-line.ts';
import { jobStateText } from '../system/job-state-text.ts';
import { type QueueSituation, recipientText, whyItWaits } from '../system/mail-entry-text.ts';

export type RecipientChoice = 'ALL' | 'FAILED' | 'SENT' | 'UNSENT';

/** The brief form has no colon after `Entry`. */
export const mailBriefLines = (entry: EntryInfo): string[] => [
  '',
  `SMTP Mail Queue Entry${String(entry.entry).padStart(6)}    User: ${entry.userName}`,
  ...fileAndStatus(entry),
];

export function mailFullLines(
  entry: EntryInfo,
  choice: RecipientChoice,
  situation: QueueSituation,
  columns: number,
): string[] {
  const reason = whyItWaits(entry, situation);
  const recipients = (entry.recipients ?? []).filter((each) => isChosen(each, choice));
  return [
    '',
    `SMTP Mail Queue Entry:${String(entry.entry).padStart(7)}       User: ${entry.userName}`,
    ...fileAndStatus(entry),
    ...(reason === undefined ? [] : foldedText('  Reason: ', reason, columns)),
    '',
    'Message Destinations:',
    '',
    ...recipients.flatMap((each) => recipientLines(each, situation, columns)),
    '',
    'Message Headers:',
    '',
    `    Return Path: ${entry.reversePath === '' ? '<>' : safeText(entry.reversePath)}`,
    ...(entry.source === undefined ? [] : [`    Received from: ${safeText(entry.source)}`]),
  ];
}

const fileAndStatus = (entry: EntryInfo): string[] => [
  `  File: ${entry.fileSpecification}`,
  `  Status: ${jobStateText(entry)}`,
];

function isChosen({ state }: RecipientInfo, choice: RecipientChoice): boolean {
  if (choice === 'ALL') return true;
  if (choice === 'FAILED') return state === 'failed';
  return choice === 'SENT'
    ? state === 'sent' || state === 'expanded'
    : state === 'unsent' || state === 'retry';
}

/** The address; below it what became of it so far: these lines are ours. */
function recipientLines(recipient: RecipientInfo, { closed }: QueueSituation, columns: number): string[] {
  const { address, state, reply } = recipientText(recipient, closed);
  return [
    `    Address:  ${address}`,
    ...foldedText('      State:  ', state, columns),
    ...(reply === undefined ? [] : foldedText('      Reply:  ', reply, columns)),
  ];
}
