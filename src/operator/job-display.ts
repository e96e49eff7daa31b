/**
 * Job lines of SHOW QUEUE and SHOW ENTRY. Procedures cut these lines by column: entry number in 2–6, job name at 9, user
 * name at 25, blocks ending in 43, status at 46. Source: queues.md §8.1, §8.2; tcpip-smtp.md §2.1.
 */
import type { EntryInfo, QueueInfo } from '../ports/queue-manager.ts';
import { jobStateText } from '../system/job-state-text.ts';
import { formatTime } from '../vms-time/index.ts';

export const jobHeading: readonly string[] = [
  '  Entry  Jobname         Username     Blocks  Status',
  '  -----  -------         --------     ------  ------',
];

const NAME_COLUMN = 9;
const USER_COLUMN = 25;

/** The job line; two when the job name is longer than its column. */
export function jobLines(entry: EntryInfo, withHundredths: boolean): string[] {
  const number = String(entry.entry).padStart(7).padEnd(NAME_COLUMN);
  const user = entry.userName.padEnd(12) + String(entry.sizeBlocks).padStart(7);
  const rest = `${user}  ${jobStateText(entry, withHundredths)}`;
  const nameLine = number + entry.jobName;
  if (nameLine.length < USER_COLUMN) return [nameLine.padEnd(USER_COLUMN) + rest];
  return [nameLine, ' '.repeat(USER_COLUMN) + rest];
}

/** What /FULL adds below a job: error text, Submitted, File; /FILES the last of them. */
export function jobDetails(entry: EntryInfo): { error: string[]; submitted: string[]; file: string[] } {
  const mark = entry.state === 'executing' || entry.state === 'aborting' ? ' (processing)' : '';
  return {
    error: entry.errorText === undefined ? [] : [`       ${entry.errorText}`],
    submitted: [
      `         Submitted ${formatTime(entry.submittedAt)} /FORM=DEFAULT /PRIORITY=${entry.priority}`,
    ],
    file: [`         File: ${entry.fileSpecification}${mark}`],
  };
}

export function jobDetailLines(entry: EntryInfo): string[] {
  const { error, submitted, file } = jobDetails(entry);
  return [...error, ...submitted, ...file];
}

/** Jobs of others in front of this one, where only one's own are listed. queues.md §8.1 */
export function interveningLines({ intervening = 0 }: EntryInfo): string[] {
  if (intervening === 0) return [];
  return [`         (${intervening} intervening job${intervening === 1 ? '' : 's'})`, ''];
}

/** A paused generic queue passes nothing on: it is stopped. */
const shownState = (queue: QueueInfo): string => (queue.kind === 'genericServer' ? 'stopped' : queue.state);

/** `         On stopped server queue NAME`, the line SHOW ENTRY has below each job. */
export function jobQueueLine(entry: EntryInfo, queue: QueueInfo | undefined): string {
  const words = [
    ...(queue?.state === 'stopped' || queue?.state === 'paused' ? [shownState(queue)] : []),
    ...(queue?.kind === 'genericServer' ? ['generic'] : []),
    'server queue',
  ];
  return `         On ${words.join(' ')} ${entry.queueName}`;
}
