/** SHOW QUEUE and SHOW ENTRY. Source: queues.md §8. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import type {
  Caller,
  EntryFilter,
  EntryInfo,
  JobState,
  QueueInfo,
  QueueManager,
} from '../ports/queue-manager.ts';
import { JBC } from '../queue-manager/messages.ts';
import { type CommandOutput, commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf, entriesOf, type OperatorDeps } from './deps.ts';
import { jobDetailLines, jobHeading, jobLines, jobQueueLine } from './job-display.ts';
import { type QueueDisplay, queueDetailLines, queueLine, summaryLine } from './queue-display.ts';

const statesByKeyword: Readonly<Record<string, readonly JobState[]>> = {
  EXECUTING: ['executing', 'aborting'],
  HOLDING: ['holding'],
  PENDING: ['pending'],
  RETAINED: ['retainedOnError'],
  TIMED_RELEASE: ['holdingUntil'],
};

const display = {
  BRIEF: { negatable: false },
  FULL: { negatable: false },
  BY_JOB_STATUS: {
    negatable: false,
    value: {
      list: true,
      keywords: { EXECUTING: {}, HOLDING: {}, PENDING: {}, RETAINED: {}, TIMED_RELEASE: {} },
    },
  },
  OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
} as const;

export const showQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW QUEUE',
    summary: 'Displays queues and the jobs in them.',
    source: 'DCL Dictionary, SHOW QUEUE',
    parameters: [{ label: 'QUEUE_NAME', prompt: 'Queue', value: { type: '$QUEUE', list: true } }],
    qualifiers: {
      ...display,
      ALL_JOBS: { negatable: false, summary: 'jobs of all users; default: your own' },
      SUMMARY: { negatable: false },
      BATCH: { negatable: false },
      DEVICE: {
        negatable: false,
        value: { list: true, keywords: { PRINTER: {}, SERVER: {}, TERMINAL: {} } },
      },
      GENERIC: { negatable: false },
    },
    disallow: ['ANY2(BRIEF,FULL,SUMMARY)'],
    async routine(command, context) {
      const caller = callerOf(context);
      const manager = await queueManager();
      const queues = (await namedQueues(manager, command, context)).filter((queue) =>
        isOfKind(queue, command),
      );
      if (queues.length === 0) signal(JBC.NOSUCHQUE);
      const output = await commandOutput(context, command.value('OUTPUT'));
      try {
        for (const queue of queues) await showQueue(queue, manager, command, caller, context, output);
      } finally {
        await output.close();
      }
      return SYSTEM.NORMAL.value;
    },
  });

async function showQueue(
  queue: QueueInfo,
  manager: QueueManager,
  command: ParsedCommand,
  caller: Caller,
  context: VerbContext,
  output: CommandOutput,
): Promise<void> {
  const how: QueueDisplay = command.present('FULL')
    ? 'full'
    : command.present('SUMMARY')
      ? 'summary'
      : 'brief';
  await output.line(queueLine(queue));
  if (how === 'full') {
    for (const line of queueDetailLines(queue, context.output.columns)) await output.line(line);
  }
  if (how === 'summary') await output.line(summaryLine(queue));
  await output.line('');
  if (how === 'summary') return;
  const filter: EntryFilter = {
    queue: queue.name,
    ...(command.present('ALL_JOBS') ? {} : { userName: caller.userName }),
    ...statesFilter(command),
  };
  let isFirst = true;
  for await (const entry of entriesOf(manager, filter, caller)) {
    if (context.signal.aborted) return;
    if (isFirst) for (const line of jobHeading) await output.line(line);
    isFirst = false;
    const details = how === 'full' ? jobDetailLines(entry) : [];
    for (const line of [...jobLines(entry, how === 'full'), ...details, '']) await output.line(line);
  }
}

/** /BATCH, /DEVICE and /GENERIC choose among the kinds; without them every queue is shown. */
function isOfKind(queue: QueueInfo, command: ParsedCommand): boolean {
  if (!['BATCH', 'DEVICE', 'GENERIC'].some((label) => command.present(label))) return true;
  if (command.present('GENERIC') && queue.kind === 'genericServer') return true;
  const isDeviceWanted =
    command.present('DEVICE') && (command.values('DEVICE').length === 0 || command.present('DEVICE.SERVER'));
  return isDeviceWanted && queue.kind === 'server';
}

async function namedQueues(
  manager: QueueManager,
  command: ParsedCommand,
  context: VerbContext,
): Promise<readonly QueueInfo[]> {
  const names = command.values('QUEUE_NAME');
  if (names.length === 0) return manager.queues();
  const found = new Map<string, QueueInfo>();
  for (const name of names) {
    const queues = await manager.queues(queueName(name, context));
    if (queues.length === 0) signal(JBC.NOSUCHQUE);
    for (const queue of queues) found.set(queue.name, queue);
  }
  return [...found.values()];
}

/** A queue name may be a logical name, and may end in a colon. */
export const queueName = (text: string, { process }: VerbContext): string =>
  process.logicalNames.translate(text.replace(/:$/, '').toUpperCase());

function statesFilter(command: ParsedCommand): Pick<EntryFilter, 'states'> {
  if (!command.present('BY_JOB_STATUS')) return {};
  const keywords = Object.keys(statesByKeyword).filter((each) => command.present(`BY_JOB_STATUS.${each}`));
  if (keywords.length === 0) return {};
  return { states: keywords.flatMap((keyword) => statesByKeyword[keyword] ?? []) };
}

export const showEntryVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW ENTRY',
    summary: 'Displays your jobs, or those you name.',
    source: 'DCL Dictionary, SHOW ENTRY',
    parameters: [{ label: 'ENTRY', prompt: 'Entry', value: { type: '$ENTRY', list: true } }],
    qualifiers: { ...display, USER_NAME: { negatable: false, value: { required: true } } },
    disallow: ['BRIEF AND FULL'],
    async routine(command, context) {
      const caller = callerOf(context);
      const manager = await queueManager();
      const queues = new Map((await manager.queues()).map((queue) => [queue.name, queue]));
      const output = await commandOutput(context, command.value('OUTPUT'));
      let shown = 0;
      try {
        for (const filter of entryFilters(command, caller)) {
          for await (const entry of entriesOf(manager, { ...filter, ...statesFilter(command) }, caller)) {
            if (context.signal.aborted) return SYSTEM.NORMAL.value;
            if (shown === 0 && !command.present('FULL'))
              for (const line of jobHeading) await output.line(line);
            for (const line of entryLines(entry, queues.get(entry.queueName), command.present('FULL'))) {
              await output.line(line);
            }
            shown += 1;
          }
        }
      } finally {
        await output.close();
      }
      if (shown === 0) signal(JBC.NOSUCHENT);
      return SYSTEM.NORMAL.value;
    },
  });

function entryLines(entry: EntryInfo, queue: QueueInfo | undefined, isFull: boolean): string[] {
  const [error, ...details] = isFull ? jobDetailLines(entry) : [];
  const isError = entry.errorText !== undefined && error !== undefined;
  return [
    ...jobLines(entry, isFull),
    ...(isError ? [error] : []),
    jobQueueLine(entry, queue),
    ...(isError || error === undefined ? details : [error, ...details]),
    '',
  ];
}

/** Numbers together; each job name for itself, among the caller's or the named user's jobs. */
function entryFilters(command: ParsedCommand, caller: Caller): readonly EntryFilter[] {
  const userName = command.value('USER_NAME');
  const given = command.values('ENTRY');
  const numbers = given.filter((each) => /^\d+$/.test(each)).map(Number);
  const names = given.filter((each) => !/^\d+$/.test(each));
  const owner = { userName: userName ?? caller.userName };
  if (given.length === 0) return [owner];
  return [
    ...(numbers.length === 0 ? [] : [{ entries: numbers, ...(userName === undefined ? {} : { userName }) }]),
    ...names.map((jobName) => ({ jobName, ...owner })),
  ];
}
