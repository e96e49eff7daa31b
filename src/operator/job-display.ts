/**
 * Job lines of SHOW QUEUE and SHOW ENTRY. Procedures cut these lines by column: entry number in 2–6, job name at 9, user
 * name at 25, blocks ending in 43, status at 46. Source: queues.md §8.1, §8.2; tcpip-smtp.md §2.1.
 */
import { safeText } from '../mime/safe-text.ts';
import type { BatchJob } from '../ports/batch.ts';
import type { EntryInfo, QueueInfo } from '../ports/queue-manager.ts';
import { jobStateText } from '../system/job-state-text.ts';
import { formatTime } from '../vms-time/index.ts';
import { defaultLog } from './job-qualifiers.ts';
import { limitText } from './limit-text.ts';
import { wrap } from './queue-display.ts';

export const jobHeading: readonly string[] = [
  '  Entry  Jobname         Username     Blocks  Status',
  '  -----  -------         --------     ------  ------',
];

/** Jobs of a batch queue have no Blocks in SHOW QUEUE; the status stands where it always does. queues.md §8.1 [R V8] */
export const batchJobHeading: readonly string[] = [
  '  Entry  Jobname         Username             Status',
  '  -----  -------         --------             ------',
];

const NAME_COLUMN = 9;
const USER_COLUMN = 25;

/** The job line; two when the job name is longer than its column. */
export function jobLines(entry: EntryInfo, withHundredths: boolean, withBlocks = true): string[] {
  const number = String(entry.entry).padStart(7).padEnd(NAME_COLUMN);
  const user = entry.userName.padEnd(12) + (withBlocks ? String(entry.sizeBlocks) : '').padStart(7);
  const rest = `${user}  ${jobStateText(entry, withHundredths)}`;
  const nameLine = number + safeText(entry.jobName);
  if (nameLine.length < USER_COLUMN) return [nameLine.padEnd(USER_COLUMN) + rest];
  return [nameLine, ' '.repeat(USER_COLUMN) + rest];
}

/** What /FULL adds below a job: error text, Submitted, File; /FILES the last of them. */
export function jobDetails(
  entry: EntryInfo,
  columns = 80,
): { error: string[]; submitted: string[]; file: string[] } {
  const { batch, submittedAt, priority } = entry;
  const isRunning = entry.state === 'executing' || entry.state === 'aborting';
  const error = entry.errorText === undefined ? [] : [`       ${safeText(entry.errorText)}`];
  if (batch !== undefined) {
    const mark = isRunning ? ' (executing)' : batch.completion === undefined ? '' : ' (completed)';
    return {
      error,
      submitted: batchLines(entry, batch, columns).map(safeText),
      file: batch.files.map(
        (file) => `         File: ${safeText(file)}${mark}${batch.deleteFiles ? ' /DELETE' : ''}`,
      ),
    };
  }
  return {
    error,
    submitted: [`         Submitted ${formatTime(submittedAt)} /FORM=DEFAULT /PRIORITY=${priority}`],
    file: [`         File: ${entry.fileSpecification}${isRunning ? ' (processing)' : ''}`],
  };
}

/** What is as ever is not said. */
const logWord = ({ logSpecification }: BatchJob, jobName: string): string[] =>
  logSpecification === ''
    ? ['/NOLOG']
    : logSpecification === defaultLog(jobName)
      ? []
      : [`/LOG=${logSpecification}`];

function retainWord({ retain, retainUntil }: BatchJob): string[] {
  if (retain === 'default') return [];
  if (retain !== 'until') return [`/RETAIN=${retain.toUpperCase()}`];
  return [`/RETAIN=UNTIL="${formatTime(retainUntil!).trimStart().slice(0, -3)}"`];
}

const workingSetWords = ({ workingSet = {} }: BatchJob): string[] =>
  (['default', 'extent', 'quota'] as const).flatMap((each) =>
    workingSet[each] === undefined ? [] : [`/WS${each.toUpperCase()}=${workingSet[each]}`],
  );

/** To the minute, as the manuals print it. queues.md §8.2 */
const minute = (instant: number): string => formatTime(instant).slice(0, 17);

function batchLines(
  { submittedAt, priority, queueName, jobName }: EntryInfo,
  batch: BatchJob,
  columns: number,
): string[] {
  const parameters = batch.parameters.map((each) => `"${each.replaceAll('"', '""')}"`).join(',');
  const words = [
    `Submitted ${minute(submittedAt)}`,
    ...(batch.cli === undefined ? [] : [`/CLI=${batch.cli}`]),
    ...(batch.cpuLimitMs === undefined ? [] : [`/CPUTIME=${limitText(batch.cpuLimitMs)}`]),
    ...(batch.keep ? ['/KEEP'] : []),
    ...logWord(batch, jobName),
    ...(batch.note === '' ? [] : [`/NOTE="${batch.note}"`]),
    ...(batch.notify ? ['/NOTIFY'] : []),
    ...(parameters === '' ? [] : [`/PARAM=(${parameters})`]),
    ...(batch.printQueue === '' ? ['/NOPRINT'] : []),
    ...(/^(SYS\$PRINT)?$/.test(batch.printQueue) ? [] : [`/PRINTER=${batch.printQueue}`]),
    `/PRIORITY=${priority}`,
    ...(batch.restart ? [`/RESTART=${queueName}`] : []),
    ...retainWord(batch),
    ...workingSetWords(batch),
  ];
  const indent = ' '.repeat(NAME_COLUMN);
  const ended =
    batch.completion &&
    `${indent}Completed ${formatTime(batch.completion.at).slice(0, 20)} on queue ${queueName}`;
  return [...wrap(words, columns, indent, indent), ...(ended === undefined ? [] : [ended])];
}

export function jobDetailLines(entry: EntryInfo, columns?: number): string[] {
  const { error, submitted, file } = jobDetails(entry, columns);
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
    queue?.kind === 'batch' ? 'batch queue' : 'server queue',
  ];
  return `         On ${words.join(' ')} ${entry.queueName}`;
}
