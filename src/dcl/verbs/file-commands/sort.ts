/**
 * SORT and MERGE. What does not fit into memory is sorted in parts, each a work file in SYS$SCRATCH, and merged.
 * Source: dcl.md §13; SORT/MERGE manual.
 */
import type { ParsedCommand, QualifierDefinition } from '../../../command-definition/index.ts';
import { Condition, isSuccess } from '../../../condition/index.ts';
import { formatFileSpecification } from '../../../file-specification/index.ts';
import type { RecordReader } from '../../../ports/file-system.ts';
import { sessionDevice } from '../../../system/session-device.ts';
import { outputOf } from '../../devices.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { deviceRecords } from './device-records.ts';
import { FileOperation } from './file-operation.ts';
import { named, withReason } from './input-files.ts';
import { SORT } from './messages.ts';
import { outputName } from './output-name.ts';
import { type CompareRecords, recordOrder } from './sort-keys.ts';
import { SortStatistics } from './sort-statistics.ts';
import { mergeRecords, SortedRuns } from './sorted-runs.ts';

const plain: QualifierDefinition = { negatable: false };
const qualifiers: Readonly<Record<string, QualifierDefinition>> = {
  KEY: { negatable: false, value: { required: true, list: true } },
  DUPLICATES: { default: true },
  STABLE: plain,
  COLLATING_SEQUENCE: {
    negatable: false,
    value: { required: true, keywords: { ASCII: {}, MULTINATIONAL: {} } },
  },
  STATISTICS: plain,
  // How the work is done is left to this implementation.
  PROCESS: { negatable: false, value: { required: true } },
  WORK_FILES: { negatable: false, value: { required: true } },
};
const parameters = [
  { label: 'INPUT', prompt: 'Input', required: true, value: { list: true, type: '$FILE' } },
  { label: 'OUTPUT', prompt: 'Output', required: true, value: { type: '$FILE' } },
] as const;

export const sortVerbs: readonly CoreVerb[] = [
  {
    name: 'SORT',
    summary: 'Sorts the records of files.',
    parameters,
    qualifiers,
    routine: async (command, context) => {
      const order = recordOrder(command);
      const operation = operationOf(command, context);
      const runs = new SortedRuns(order, context.process);
      const statistics = statisticsOf(command, context);
      try {
        await everyRecord(command, operation, (record) => {
          statistics?.read(record);
          return runs.add(record);
        });
        if (!isSuccess(operation.status())) return operation.status();
        await write(runs.merged(), order, command, operation, statistics);
        await statistics?.show(context.output, runs.workFiles);
      } finally {
        await runs.remove();
      }
      return operation.status();
    },
  },
  {
    name: 'MERGE',
    summary: 'Merges files whose records are sorted.',
    parameters,
    qualifiers: { ...qualifiers, CHECK_SEQUENCE: { default: true } },
    routine: async (command, context) => {
      const order = recordOrder(command);
      const operation = operationOf(command, context);
      const readers: RecordReader[] = [];
      const statistics = statisticsOf(command, context);
      try {
        for (const { specification } of await operation.all())
          readers.push(await openInput(specification, context));
        if (!isSuccess(operation.status())) return operation.status();
        const checked = command.negated('CHECK_SEQUENCE')
          ? readers
          : readers.map((each) => inOrder(each, order));
        const counted =
          statistics === undefined ? checked : checked.map((each) => countedReader(each, statistics));
        await write(mergeRecords(counted, order), order, command, operation, statistics);
        await statistics?.show(context.output, 0);
      } finally {
        for (const reader of readers) await reader.close();
      }
      return operation.status();
    },
  },
];

const statisticsOf = (command: ParsedCommand, { process }: CoreContext): SortStatistics | undefined =>
  command.present('STATISTICS') ? new SortStatistics(process) : undefined;

const operationOf = (command: ParsedCommand, context: CoreContext): FileOperation =>
  new FileOperation(command, context, { texts: command.values('INPUT'), failure: SORT.OPENIN });

const openInput = (specification: string, { process }: CoreContext): Promise<RecordReader> =>
  process.files.openRead(specification).catch((error: unknown) => {
    throw withReason(SORT.OPENIN, specification, error);
  });

/** Files, or a stream of the session: SORT SYS$PIPE SYS$OUTPUT. */
async function everyRecord(
  command: ParsedCommand,
  operation: FileOperation,
  take: (record: string) => void | Promise<void>,
): Promise<void> {
  const { context } = operation;
  const device = deviceRecords(command.values('INPUT'), context);
  if (device !== undefined) {
    const { reader } = device;
    for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
      if (operation.isOver) return;
      await take(record);
    }
    return;
  }
  for await (const { specification } of operation.files()) {
    const reader = await openInput(specification, context);
    try {
      for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
        if (operation.isOver) return;
        await take(record);
      }
    } finally {
      await reader.close();
    }
  }
}

const countedReader = (reader: RecordReader, statistics: SortStatistics): RecordReader => ({
  async read() {
    const record = await reader.read();
    if (record !== undefined) statistics.read(record);
    return record;
  },
  close: () => reader.close(),
});

/** MERGE/CHECK_SEQUENCE. Throws BAD_ORDER. */
function inOrder(reader: RecordReader, order: CompareRecords): RecordReader {
  let before: string | undefined;
  return {
    async read() {
      const record = await reader.read();
      if (record !== undefined && before !== undefined && order(before, record) > 0)
        throw new Condition(SORT.BAD_ORDER);
      before = record;
      return record;
    },
    close: () => reader.close(),
  };
}

async function write(
  records: AsyncIterable<string>,
  order: CompareRecords,
  command: ParsedCommand,
  operation: FileOperation,
  statistics: SortStatistics | undefined,
): Promise<void> {
  const { context } = operation;
  const target = command.value('OUTPUT')!;
  const device = sessionDevice(target, context.process);
  const output = device === undefined ? undefined : outputOf(device, context.interpreter);
  let writer: Awaited<ReturnType<typeof create>> | undefined;
  let before: string | undefined;
  if (output === undefined) writer = await create(target, context);
  try {
    for await (const record of records) {
      if (operation.isOver) break;
      // Records with equal keys: only the first is kept.
      if (command.negated('DUPLICATES') && before !== undefined && order(before, record) === 0) continue;
      before = record;
      statistics?.wrote(record);
      if (output !== undefined) await output.writeLine(record);
      else await writer!.write(record);
    }
  } finally {
    await writer?.close();
  }
}

async function create(text: string, { process }: CoreContext) {
  const { pattern } = outputName(text, process);
  const specification = formatFileSpecification({
    ...pattern,
    version: pattern.version === ';' ? '' : pattern.version,
  });
  try {
    return await process.files.create(specification);
  } catch (error) {
    throw withReason(SORT.OPENOUT, named(specification), error);
  }
}
