/** Items of DISPLAY_ENTRY, DISPLAY_JOB and DISPLAY_FILE. Source: dcl.md §18.5, §18.6. */
import { JBC, type MessageDefinition, RMS, SYSTEM } from '../../../condition/index.ts';
import type { BatchJob, FilePrintSettings, PendingReason, PrintSettings } from '../../../ports/batch.ts';
import type { EntryInfo } from '../../../ports/queue-manager.ts';
import { defaultForm } from '../../../queue-manager/default-form.ts';
import { filePrintSettings, isFileDeleted } from '../../../system/file-print-settings.ts';
import { formatDelta, formatTime } from '../../../vms-time/index.ts';
import type { DclValue } from '../../value.ts';
import { truth } from '../arguments.ts';
import {
  type Bits,
  bitsOf,
  fileFlagBits,
  fileStatusBits,
  jobFlagBits,
  jobStatusBits,
  pendingReasonBits,
  queueStatusBits,
} from './bits.ts';
import type { QuiSubject } from './context.ts';
import { characteristicNames, queueStatus } from './queue-items.ts';
import type { QuiSource } from './source.ts';

type JobSubject = Extract<QuiSubject, { kind: 'job' }>;
type Item = (job: EntryInfo, source: QuiSource, subject: JobSubject) => DclValue | Promise<DclValue>;
type FileItem = (job: EntryInfo, index: number) => DclValue;

const statusNames = {
  pending: ['PENDING'],
  executing: ['EXECUTING'],
  holding: ['HOLDING'],
  holdingUntil: ['TIMED_RELEASE'],
  retainedOnError: ['RETAINED'],
  retainedOnCompletion: ['RETAINED'],
  aborting: ['ABORTING', 'EXECUTING'],
} as const satisfies Record<EntryInfo['state'], readonly (keyof typeof jobStatusBits)[]>;

const jobStatus = ({ state, phase, inaccessible }: EntryInfo): number =>
  bitsOf(jobStatusBits, [
    ...(phase === 'starting' ? (['STARTING'] as const) : statusNames[state]),
    ...(phase === 'suspended' ? (['SUSPENDED'] as const) : []),
    ...(inaccessible ? (['INACCESSIBLE'] as const) : []),
  ]);

/** Print jobs restart; and a symbiont that dies gives its jobs back. queues.md §10 */
const SERVER_JOB_FLAGS = bitsOf(jobFlagBits, ['RESTART']);

/** A log that is printed is deleted afterwards, unless it is to be kept. queues.md §6 */
const jobFlags = ({ batch }: EntryInfo): number =>
  batch === undefined
    ? SERVER_JOB_FLAGS
    : batch.print !== undefined
      ? printFlags(batch, batch.print)
      : bitsOf(jobFlagBits, [
          ...(batch.logSpecification === '' ? (['LOG_NULL'] as const) : []),
          ...(batch.printQueue === '' ? [] : (['LOG_SPOOL'] as const)),
          ...(batch.printQueue === '' || batch.keep ? [] : (['LOG_DELETE'] as const)),
          ...(batch.cpuLimitMs === undefined ? [] : (['CPU_LIMIT'] as const)),
          ...(batch.workingSet?.default === undefined ? [] : (['WSDEFAULT'] as const)),
          ...(batch.workingSet?.extent === undefined ? [] : (['WSEXTENT'] as const)),
          ...(batch.workingSet?.quota === undefined ? [] : (['WSQUOTA'] as const)),
          ...(batch.notify ? (['NOTIFY'] as const) : []),
          ...(batch.restart ? (['RESTART'] as const) : []),
        ]);

function printFlags({ notify, restart }: BatchJob, print: PrintSettings): number {
  const pages = ['burst', 'flag', 'trailer'] as const;
  return bitsOf(jobFlagBits, [
    ...pages.flatMap((each) => {
      const word = each.toUpperCase() as 'BURST' | 'FLAG' | 'TRAILER';
      const given = print[each];
      return given === 'all'
        ? [`FILE_${word}` as const]
        : given === 'one'
          ? [`FILE_${word}_ONE` as const]
          : [];
    }),
    ...(print.lowercase ? (['LOWERCASE'] as const) : []),
    ...(print.feed ? (['FILE_PAGINATE'] as const) : []),
    ...(notify ? (['NOTIFY'] as const) : []),
    ...(restart ? (['RESTART'] as const) : []),
  ]);
}

const bitOfReason: Readonly<Partial<Record<PendingReason, keyof typeof pendingReasonBits>>> = {
  'no access': 'NO_ACCESS',
  'device unavailable': 'QUEUE_STATE',
  'stock mismatch': 'STOCK_MISMATCH',
  'characteristic mismatch': 'CHAR_MISMATCH',
  'job size below minimum': 'JOB_SIZE_MIN',
  'job size above maximum': 'JOB_SIZE_MAX',
};

/** Why it does not run: its queue is stopped, has no room for it, or is not as it needs it. */
async function pendingReason(
  { state, queueName, pendingReason: reason }: EntryInfo,
  source: QuiSource,
): Promise<number> {
  if (state !== 'pending') return 0;
  const bit = reason && bitOfReason[reason];
  if (bit !== undefined) return bitsOf(pendingReasonBits, [bit]);
  const queue = await source.queue(queueName);
  const isOn = queue !== undefined && (queueStatus(queue) & startedBits) !== 0;
  return bitsOf(pendingReasonBits, [isOn ? 'QUEUE_BUSY' : 'QUEUE_STATE']);
}
const startedBits = bitsOf(queueStatusBits, ['IDLE', 'AVAILABLE', 'BUSY', 'STALLED']);

/** The condition value of `%JBC-E-SYMDEL, …`; JOBABORT where the text names none that is known here. */
function conditionValue({ errorText, batch }: EntryInfo): number {
  if (batch?.completion !== undefined) return batch.completion.status;
  if (errorText === undefined) return 0;
  const [, facility, ident = ''] = /^%(JBC|SYSTEM|RMS)-[A-Z]-(\w+)/.exec(errorText) ?? [];
  const facilities: Readonly<Record<string, Readonly<Record<string, MessageDefinition>>>> = {
    JBC,
    SYSTEM,
    RMS,
  };
  return (facilities[facility ?? '']?.[ident] ?? JBC.JOBABORT).value;
}

/** Booleans of a bit each. */
const booleans = <T>(
  prefix: string,
  bits: Bits,
  value: (of: T) => number,
): Readonly<Record<string, (of: T) => DclValue>> =>
  Object.fromEntries(
    Object.entries(bits).map(([name, bit]) => [
      `${prefix}${name}`,
      (of: T) => truth((value(of) & bit) !== 0),
    ]),
  );

const none: Item = () => '';
const zero: Item = () => 0;

/** What somebody may ask of another's job. DCL Dictionary, F$GETQUI, JOB_INACCESSIBLE. */
const open: Readonly<Record<string, Item>> = {
  ...booleans('JOB_', jobStatusBits, jobStatus),
  AFTER_TIME: ({ after }) => (after === undefined ? '' : formatTime(after)),
  COMPLETED_BLOCKS: zero,
  ENTRY_NUMBER: ({ entry }) => entry,
  INTERVENING_BLOCKS: async (job, source, subject) => (await passedOver(job, source, subject)).blocks,
  INTERVENING_JOBS: async (job, source, subject) => (await passedOver(job, source, subject)).jobs,
  JOB_STALLED: ({ phase }) => truth(phase === 'stalled'),
  JOB_SIZE: ({ sizeBlocks }) => sizeBlocks,
  JOB_STATUS: jobStatus,
};

function formOf({ batch }: EntryInfo): string {
  return batch === undefined ? defaultForm.name : (batch.print?.form ?? '');
}

const passedOver = ({ queueName, entry }: EntryInfo, source: QuiSource, { after }: JobSubject) =>
  after === undefined ? { jobs: 0, blocks: 0 } : source.passedOver(queueName, after, entry);

const closed: Readonly<Record<string, Item>> = {
  ...booleans('JOB_', jobFlagBits, jobFlags),
  ...Object.fromEntries(
    Object.entries(pendingReasonBits).map(([name, bit]): [string, Item] => [
      `PEND_${name}`,
      async (job, source) => truth(((await pendingReason(job, source)) & bit) !== 0),
    ]),
  ),
  PENDING_JOB_REASON: pendingReason,
  JOB_FLAGS: jobFlags,
  JOB_NAME: ({ jobName }) => jobName,
  QUEUE_NAME: ({ queueName }) => queueName,
  USERNAME: ({ userName }) => userName,
  UIC: ({ userName }) => `[${userName}]`,
  PRIORITY: ({ priority }) => priority,
  SUBMISSION_TIME: ({ submittedAt }) => formatTime(submittedAt),
  CONDITION_VECTOR: conditionValue,
  PROCESSOR: async ({ queueName }, source) => (await source.queue(queueName))?.processor ?? '',
  FORM_NAME: formOf,
  FORM_STOCK: async (job, source) => {
    const name = formOf(job);
    if (name === '') return '';
    return (await source.definitions()).forms.find((each) => each.name === name)?.stock ?? defaultForm.stock;
  },
  FILE_COUNT: ({ batch }) => batch?.files.length ?? 1,
  CHECKPOINT_DATA: ({ batch }) => batch?.restartValue ?? '',
  CLI: ({ batch }) => (batch === undefined || batch.print !== undefined ? '' : (batch.cli ?? 'DCL')),
  ACCOUNT_NAME: ({ userName }, source) => source.accountName(userName),
  JOB_PID: (job, source) => source.jobPid(job),
  // Of a job without a limit it is zero. dcl.md §18.4
  CPU_LIMIT: ({ batch }) =>
    batch === undefined || batch.print !== undefined ? '' : formatDelta(batch.cpuLimitMs ?? 0),
  NOTE: ({ batch }) => batch?.note ?? '',
  JOB_COMPLETION_QUEUE: (job) => (job.batch?.completion === undefined ? '' : job.queueName),
  JOB_COMPLETION_TIME: ({ batch }) =>
    batch?.completion === undefined ? '' : formatTime(batch.completion.at),
  LOG_QUEUE: ({ batch }) => batch?.printQueue ?? '',
  LOG_SPECIFICATION: ({ batch }) => batch?.logSpecification ?? '',
  JOB_RETENTION: ({ batch }) => truth(batch?.retain === 'always' || batch?.retain === 'until'),
  JOB_ERROR_RETENTION: ({ batch }) => truth(batch?.retain === 'error'),
  JOB_COPIES: ({ batch }) => batch?.print?.jobCount ?? 1,
  JOB_COPIES_DONE: zero,
  JOB_COPIES_CHARGED: zero,
  JOB_RETENTION_TIME: ({ batch }) => (batch?.retain === 'until' ? formatTime(batch.retainUntil ?? 0) : ''),
  RESTART_QUEUE_NAME: ({ batch, queueName }) => (batch?.restart ? queueName : ''),
  CHARACTERISTICS: async ({ batch }, source) =>
    characteristicNames(batch?.characteristics ?? [], (await source.definitions()).characteristics),
  OPERATOR_REQUEST: ({ batch }) => batch?.print?.operatorText ?? '',
  REQUEUE_QUEUE_NAME: none,
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      `PARAMETER_${index + 1}`,
      ({ batch }: EntryInfo) => batch?.parameters[index] ?? '',
    ]),
  ),
  WSDEFAULT: ({ batch }) => batch?.workingSet?.default ?? 0,
  WSEXTENT: ({ batch }) => batch?.workingSet?.extent ?? 0,
  WSQUOTA: ({ batch }) => batch?.workingSet?.quota ?? 0,
};

export const jobItems: Readonly<Record<string, Item>> = {
  ...Object.fromEntries(
    Object.entries(closed).map(([name, item]): [string, Item] => [
      name,
      (job, source, subject) => (job.inaccessible ? '' : item(job, source, subject)),
    ]),
  ),
  ...open,
};

const ofFile = ({ batch }: EntryInfo, index: number): FilePrintSettings | undefined =>
  batch?.print && filePrintSettings(batch.print, index);

function fileFlags({ batch }: EntryInfo, index: number): number {
  const own = ofFile({ batch } as EntryInfo, index);
  return bitsOf(fileFlagBits, [
    ...(batch !== undefined && isFileDeleted(batch, index) ? (['DELETE'] as const) : []),
    ...(own?.burst === 'all' || own?.burst === 'one' ? (['BURST'] as const) : []),
    ...(own?.flag === 'all' || own?.flag === 'one' ? (['FLAG'] as const) : []),
    ...(own?.trailer === 'all' || own?.trailer === 'one' ? (['TRAILER'] as const) : []),
    ...(own?.space ? (['DOUBLE_SPACE'] as const) : []),
    ...(own?.header ? (['PAGE_HEADER'] as const) : []),
    ...(own?.feed ? (['PAGINATE'] as const) : []),
    ...(own?.passAll ? (['PASSALL'] as const) : []),
  ]);
}

const fileStatus = ({ state }: EntryInfo): number => (state === 'executing' ? fileStatusBits.EXECUTING : 0);

const allFileItems: Readonly<Record<string, FileItem>> = {
  ...Object.fromEntries(
    Object.entries(fileFlagBits).map(([name, bit]): [string, FileItem] => [
      `FILE_${name}`,
      (job, index) => truth((fileFlags(job, index) & bit) !== 0),
    ]),
  ),
  ...booleans('FILE_', fileStatusBits, fileStatus),
  FILE_SPECIFICATION: ({ batch, fileSpecification }, index) => batch?.files[index] ?? fileSpecification,
  // A control file is a record of the queue database, and has no number of its own.
  FILE_IDENTIFICATION: () => '',
  FILE_COPIES: (job, index) => ofFile(job, index)?.copies ?? 1,
  FILE_COPIES_DONE: () => 0,
  FILE_FLAGS: fileFlags,
  FILE_STATUS: fileStatus,
  FILE_SETUP_MODULES: (job, index) => (ofFile(job, index)?.setup ?? []).join(','),
  FIRST_PAGE: (job, index) => ofFile(job, index)?.firstPage ?? 0,
  LAST_PAGE: (job, index) => ofFile(job, index)?.lastPage ?? 0,
};

export const fileItems: Readonly<Record<string, FileItem>> = Object.fromEntries(
  Object.entries(allFileItems).map(([name, item]) => [
    name,
    (job: EntryInfo, index: number) => (job.inaccessible ? '' : item(job, index)),
  ]),
);
