/** TYPE. Source: dcl.md §13; DCL Dictionary, TYPE. */
import { INHIBIT_MESSAGE, SYSTEM } from '../../../condition/index.ts';
import type { FileEntry, RecordReader } from '../../../ports/file-system.ts';
import { type CommandOutput, commandOutput, outputFile } from '../../../system/command-output.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { answerQuestion } from './confirmation.ts';
import { deviceRecords } from './device-records.ts';
import { filterDisallow, filterQualifiers } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { withReason } from './input-files.ts';
import { TYPE } from './messages.ts';
import { isEnough, type ListingOutput, pagedOutput } from './paged-output.ts';

/** /TAIL without a number: a screen without the line of the prompt. */
const TAIL_LINES = '23';

export const typeVerb: CoreVerb = {
  name: 'TYPE',
  summary: 'Shows the text of files.',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } }],
  qualifiers: {
    ...filterQualifiers,
    CONFIRM: {},
    OUTPUT: { value: { type: '$FILE' } },
    PAGE: { value: { keywords: { CLEAR_SCREEN: {}, SCROLL: {}, SAVE: { value: { type: '$NUMBER' } } } } },
    TAIL: { value: { type: '$NUMBER', default: TAIL_LINES } },
  },
  disallow: [filterDisallow],
  routine: async (command, context) => {
    const texts = command.values('FILE');
    const to = outputFile(command);
    const file = await commandOutput(context, to);
    const output = command.present('PAGE') && to === undefined ? pagedOutput(file, context) : file;
    const tail = command.present('TAIL') ? Number(command.value('TAIL')) : undefined;
    try {
      const device = deviceRecords(texts, context);
      if (device !== undefined) {
        await typeRecords(device.reader, output, tail, () => context.signal.aborted || isEnough(output));
        return SYSTEM.NORMAL.value | INHIBIT_MESSAGE;
      }
      const operation = new FileOperation(command, context, options(texts));
      return await typeFiles(operation, texts.length > 1, output, tail);
    } finally {
      await output.close();
    }
  },
};

const options = (texts: readonly string[]) => ({
  texts,
  defaults: '.LIS',
  failure: TYPE.SEARCHFAIL,
  question: answerQuestion('TYPE'),
});

/** @param isList  each file has a heading; of a wildcard that is seen when there is a second file */
async function typeFiles(
  operation: FileOperation,
  isList: boolean,
  output: ListingOutput,
  tail: number | undefined,
): Promise<number> {
  const { context } = operation;
  const isOver = (): boolean => operation.isOver || isEnough(output);
  let waiting: FileEntry | undefined;
  let typed = 0;
  const type = async (entry: FileEntry, heading: boolean): Promise<void> => {
    typed += 1;
    await operation.attempt(async () => {
      const reader = await openEntry(entry, context);
      try {
        if (heading) for (const line of ['', entry.specification, '']) await output.line(line);
        await typeRecords(reader, output, tail, isOver);
      } finally {
        await reader.close();
      }
    });
  };
  for await (const entry of operation.files()) {
    if (isOver()) break;
    if (waiting !== undefined) await type(waiting, true);
    waiting = isList ? undefined : entry;
    if (isList) await type(entry, true);
  }
  if (waiting !== undefined && !isOver()) await type(waiting, typed > 0);
  return operation.status(SYSTEM.NORMAL.value | INHIBIT_MESSAGE);
}

const typeRecords = (
  reader: RecordReader,
  output: CommandOutput,
  tail: number | undefined,
  isOver: () => boolean,
): Promise<void> =>
  tail === undefined ? typeAll(reader, output, isOver) : typeTail(reader, output, tail, isOver);

async function typeAll(reader: RecordReader, output: CommandOutput, isOver: () => boolean): Promise<void> {
  for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
    if (isOver()) return;
    await output.line(record);
  }
}

async function typeTail(
  reader: RecordReader,
  output: CommandOutput,
  count: number,
  isOver: () => boolean,
): Promise<void> {
  const last: string[] = [];
  for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
    if (isOver()) return;
    last.push(record);
    if (last.length > 2 * count + 100) last.splice(0, last.length - count);
  }
  for (const record of count === 0 ? [] : last.slice(-count)) await output.line(record);
}

async function openEntry({ specification }: FileEntry, { process }: CoreContext): Promise<RecordReader> {
  try {
    return await process.files.openRead(specification);
  } catch (error) {
    throw withReason(TYPE.OPENIN, specification, error);
  }
}
