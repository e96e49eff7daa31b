/**
 * Job lines of SHOW QUEUE and SHOW ENTRY. Procedures cut these lines by column: entry number in 2–6, job name at 9, user
 * name at 25, blocks ending in 43, status at 46. Source: queues.md §8.1, §8.2; tcpip-smtp.md §2.1.
 */
import { safeText } from '../mime/safe-text.ts';
import type { BatchJob, FilePrintSettings, PrintSettings, SeparationPages } from '../ports/batch.ts';
import type { EntryInfo, QueueInfo } from '../ports/queue-manager.ts';
import { filePrintSettings, isFileDeleted } from '../system/file-print-settings.ts';
import { foldedText } from '../system/fold-line.ts';
import { jobStateText } from '../system/job-state-text.ts';
import { passesOn, queueKinds } from '../system/queue-kinds.ts';
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
  const error =
    entry.errorText === undefined ? [] : foldedText('       ', safeText(entry.errorText), columns);
  if (batch?.print !== undefined) return printDetails(entry, batch, batch.print, error, columns);
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

/** A job of an output queue. queues.md §8.1 */
function printDetails(
  entry: EntryInfo,
  batch: BatchJob,
  print: PrintSettings,
  error: string[],
  columns: number,
): ReturnType<typeof jobDetails> {
  const isRunning = entry.state === 'executing' || entry.state === 'aborting';
  const state =
    entry.queueKind === undefined ? 'printing' : queueKinds[entry.queueKind].running.toLowerCase();
  const mark = isRunning ? ` (${state})` : batch.completion === undefined ? '' : ' (completed)';
  const indent = ' '.repeat(NAME_COLUMN);
  const words = [
    `Submitted ${minute(entry.submittedAt)}`,
    ...characteristicWord(batch),
    `/FORM=${print.form}`,
    ...(print.jobCount > 1 ? [`/JOB_COUNT=${print.jobCount}`] : []),
    ...(print.lowercase ? ['/LOWERCASE'] : []),
    ...(batch.note === '' ? [] : [`/NOTE="${batch.note}"`]),
    ...(batch.notify ? ['/NOTIFY'] : []),
    ...(print.operatorText === undefined ? [] : [`/OPERATOR="${print.operatorText}"`]),
    ...parameterWord(batch),
    `/PRIORITY=${entry.priority}`,
    ...(batch.restart ? [] : ['/NORESTART']),
    ...retainWord(batch),
  ];
  return {
    error,
    submitted: [...wrap(words, columns, indent, indent).map(safeText), ...completedLine(entry, batch)],
    file: batch.files.flatMap((each, index) =>
      wrap(
        [`File: ${each}${mark}`, ...fileWords(batch, print, index)].map(safeText),
        columns,
        indent,
        indent,
      ),
    ),
  };
}

function fileWords(batch: BatchJob, print: PrintSettings, index: number): string[] {
  const own = filePrintSettings(print, index);
  return [
    ...separationWord('BURST', own.burst),
    ...(own.copies > 1 ? [`/COPIES=${own.copies}`] : []),
    ...(isFileDeleted(batch, index) ? ['/DELETE'] : []),
    ...(own.feed === undefined ? [] : [own.feed ? '/FEED' : '/NOFEED']),
    ...separationWord('FLAG', own.flag),
    ...(own.header ? ['/HEADER'] : []),
    ...pagesWord(own),
    ...(own.passAll ? ['/PASSALL'] : []),
    ...(own.setup === undefined || own.setup.length === 0 ? [] : [`/SETUP=(${own.setup.join(',')})`]),
    ...(own.space ? ['/SPACE'] : []),
    ...separationWord('TRAILER', own.trailer),
  ];
}

function separationWord(word: string, pages: SeparationPages | undefined): string[] {
  if (pages === undefined) return [];
  return [pages === 'none' ? `/NO${word}` : pages === 'one' ? `/${word}=ONE` : `/${word}`];
}

const pagesWord = ({ firstPage, lastPage }: FilePrintSettings): string[] =>
  firstPage === undefined ? [] : [`/PAGES=(${firstPage},${lastPage ?? '""'})`];

/** By number: a name may be gone by now. */
const characteristicWord = ({ characteristics = [] }: BatchJob): string[] =>
  characteristics.length === 0 ? [] : [`/CHARACTERISTICS=(${characteristics.join(',')})`];

function parameterWord({ parameters }: BatchJob): string[] {
  const text = parameters.map((each) => `"${each.replaceAll('"', '""')}"`).join(',');
  return text === '' ? [] : [`/PARAM=(${text})`];
}

const completedLine = ({ queueName }: EntryInfo, { completion }: BatchJob): string[] =>
  completion === undefined
    ? []
    : [`${' '.repeat(NAME_COLUMN)}Completed ${formatTime(completion.at).slice(0, 20)} on queue ${queueName}`];

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

function batchLines(entry: EntryInfo, batch: BatchJob, columns: number): string[] {
  const { submittedAt, priority, queueName, jobName } = entry;
  const words = [
    `Submitted ${minute(submittedAt)}`,
    ...characteristicWord(batch),
    ...(batch.cli === undefined ? [] : [`/CLI=${batch.cli}`]),
    ...(batch.cpuLimitMs === undefined ? [] : [`/CPUTIME=${limitText(batch.cpuLimitMs)}`]),
    ...(batch.keep ? ['/KEEP'] : []),
    ...logWord(batch, jobName),
    ...(batch.note === '' ? [] : [`/NOTE="${batch.note}"`]),
    ...(batch.notify ? ['/NOTIFY'] : []),
    ...parameterWord(batch),
    ...(batch.printQueue === '' ? ['/NOPRINT'] : []),
    ...(/^(SYS\$PRINT)?$/.test(batch.printQueue) ? [] : [`/PRINTER=${batch.printQueue}`]),
    `/PRIORITY=${priority}`,
    ...(batch.restart ? [`/RESTART=${queueName}`] : []),
    ...retainWord(batch),
    ...workingSetWords(batch),
  ];
  const indent = ' '.repeat(NAME_COLUMN);
  return [...wrap(words, columns, indent, indent), ...completedLine(entry, batch)];
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

/** Why nothing of the queue runs as it should. A paused generic queue passes nothing on: it is stopped. */
const trouble = (queue: QueueInfo | undefined): string[] => {
  if (queue === undefined || ['idle', 'available', 'busy'].includes(queue.state)) return [];
  return [passesOn(queue) ? 'stopped' : queue.state];
};

/** `         On stopped server queue NAME`, the line SHOW ENTRY has below each job. */
export function jobQueueLine(entry: EntryInfo, queue: QueueInfo | undefined): string {
  const kind =
    queue?.properties?.assignedTo === undefined
      ? queueKinds[queue?.kind ?? 'server'].words.toLowerCase()
      : 'logical queue';
  return `         On ${[...trouble(queue), kind].join(' ')} ${entry.queueName}`;
}
