/** SHOW MAIL: an entry as TCPIP> prints it. Source: tcpip-smtp.md §2.4. */
import { safeText } from '../mime/safe-text.ts';
import type { EntryInfo, RecipientInfo } from '../ports/queue-manager.ts';
import { jobStateText } from '../system/job-state-text.ts';

export type RecipientChoice = 'ALL' | 'FAILED' | 'SENT' | 'UNSENT';

/** The brief form has no colon after `Entry`. */
export const mailBriefLines = (entry: EntryInfo): string[] => [
  '',
  `SMTP Mail Queue Entry${String(entry.entry).padStart(6)}    User: ${entry.userName}`,
  ...fileAndStatus(entry),
];

export function mailFullLines(entry: EntryInfo, choice: RecipientChoice): string[] {
  const recipients = (entry.recipients ?? []).filter((each) => isChosen(each, choice));
  return [
    '',
    `SMTP Mail Queue Entry:${String(entry.entry).padStart(7)}       User: ${entry.userName}`,
    ...fileAndStatus(entry),
    '',
    'Message Destinations:',
    '',
    ...recipients.flatMap(recipientLines),
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

/** The address, and below it what the last attempt brought: that line is ours. */
function recipientLines({ forwardPath, lastReply, attempts }: RecipientInfo): string[] {
  const reply =
    lastReply === undefined || attempts === 0 ? [] : [`    Attempt:  ${attempts}, ${safeText(lastReply)}`];
  return [`    Address:  ${safeText(forwardPath)}`, ...reply];
}
