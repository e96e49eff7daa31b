/** What is in a file, put into another one: bytes as they are, the records of an indexed file one by one. */
import { Condition, type MessageDefinition, RMS } from '../../../condition/index.ts';
import type { ByteReader, FileEntry, NewFileHeader, RecordWriter } from '../../../ports/file-system.ts';
import type { RecordStream } from '../../../ports/record-stream.ts';
import type { CoreContext } from '../../verb.ts';
import { withReason } from './input-files.ts';

export interface CopyMessages {
  readonly OPENIN: MessageDefinition;
  readonly OPENOUT: MessageDefinition;
  readonly READERR: MessageDefinition;
  readonly WRITEERR: MessageDefinition;
}

/** A file being written, of an output whose parts follow one another. */
export interface Output {
  readonly specification: string;
  /** Adds one file. Resolves to its records, counted where the file ends in one. */
  add(entry: FileEntry): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param shown  how messages name it
 * Throws `error opening X as output` with the reason behind it.
 */
export async function createOutput(
  specification: string,
  shown: string,
  like: FileEntry,
  header: NewFileHeader,
  messages: CopyMessages,
  context: CoreContext,
): Promise<Output> {
  const { files } = context.process;
  try {
    if (like.organization === 'IDX')
      return await indexedOutput(specification, like, header, messages, context);
    const { recordFormat, recordAttributes, maximumRecord } = like;
    const writer = await files.create(specification, {
      recordFormat,
      recordAttributes,
      maximumRecord,
      ...header,
    });
    return bytesOutput(writer, messages, context);
  } catch (error) {
    throw withReason(messages.OPENOUT, shown, error);
  }
}

export function bytesOutput(writer: RecordWriter, messages: CopyMessages, context: CoreContext): Output {
  return {
    specification: writer.specification,
    add: async (entry) => {
      await refuseItself(entry, writer.specification, messages, context);
      const reader = await orSay(messages.OPENIN, entry.specification, () =>
        context.process.files.openBytes(entry.specification),
      );
      try {
        return await pump(reader, entry.specification, writer, messages, context);
      } finally {
        await reader.close();
      }
    },
    close: () => writer.close(),
  };
}

/** A file that is being written is locked; copied into itself it would grow for ever. */
async function refuseItself(
  entry: FileEntry,
  output: string,
  { OPENIN }: CopyMessages,
  { process }: CoreContext,
): Promise<void> {
  const written = await process.files.lookup(output);
  if (written.fileId === entry.fileId) throw withReason(OPENIN, entry.specification, new Condition(RMS.FLK));
}

const NEWLINE = 10;

/** A last line without an end gets one, so that what is appended begins a record. */
async function pump(
  reader: ByteReader,
  source: string,
  writer: RecordWriter,
  messages: CopyMessages,
  { signal }: CoreContext,
): Promise<number> {
  let records = 0;
  let last = NEWLINE;
  while (!signal.aborted) {
    const bytes = await orSay(messages.READERR, source, () => reader.read());
    if (bytes === undefined) break;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) records += 1;
    last = bytes[bytes.length - 1]!;
    await orSay(messages.WRITEERR, writer.specification, () => writer.writeBytes(bytes));
  }
  return last === NEWLINE ? records : records + 1;
}

async function indexedOutput(
  specification: string,
  source: FileEntry,
  header: NewFileHeader,
  messages: CopyMessages,
  context: CoreContext,
): Promise<Output> {
  const { files } = context.process;
  const like = await files.openRecords(source.specification, 'read');
  await like.close();
  const { definition } = like;
  if (definition === undefined) throw new Condition(RMS.IOP);
  const made = await files.createIndexed(specification, definition, header);
  return recordsOutput(await files.openRecords(made, 'append'), messages, context);
}

/** Record by record: an indexed file finds each its place. */
export const recordsOutput = (
  output: RecordStream,
  messages: CopyMessages,
  context: CoreContext,
): Output => ({
  specification: output.specification,
  add: async (entry) => {
    const { specification } = entry;
    await refuseItself(entry, output.specification, messages, context);
    const input = await orSay(messages.OPENIN, specification, () =>
      context.process.files.openRead(specification),
    );
    let records = 0;
    try {
      for (let record = await input.read(); record !== undefined; record = await input.read()) {
        if (context.signal.aborted) break;
        const text = record;
        await orSay(messages.WRITEERR, output.specification, () => output.write(text));
        records += 1;
      }
    } finally {
      await input.close();
    }
    return records;
  },
  close: () => output.close(),
});

async function orSay<T>(message: MessageDefinition, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withReason(message, name, error);
  }
}
