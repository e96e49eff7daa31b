/** COPY: one output for each input, or all inputs into one where several come and the output has no wildcard. dcl.md §13 */
import { Condition, SYSTEM } from '../../../condition/index.ts';
import {
  formatFileSpecification,
  mergeSpecifications,
  parseFileSpecification,
} from '../../../file-specification/index.ts';
import type { FileEntry, RecordWriter } from '../../../ports/file-system.ts';
import { completeAll } from '../../specification.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { COPY } from './messages.ts';
import { findFiles } from './type.ts';

export const copyVerb: CoreVerb = {
  name: 'COPY',
  summary: 'Copies files.',
  parameters: [
    { label: 'INPUT', prompt: 'From', required: true, value: { list: true, type: '$FILE' } },
    { label: 'OUTPUT', prompt: 'To', required: true, value: { type: '$FILE' } },
  ],
  qualifiers: { LOG: {} },
  routine: async (command, context) => {
    const entries: FileEntry[] = [];
    for (const text of command.values('INPUT')) {
      entries.push(...(await findFiles(text, '', COPY.OPENIN, context)));
    }
    const target = command.value('OUTPUT') ?? '';
    const log = command.present('LOG');
    const separate = entries.length === 1 || namesNothing(target);
    const say = async (
      message: (typeof COPY)['COPIED' | 'APPENDED' | 'NEWFILES'],
      ...args: (string | number)[]
    ) => {
      if (log) await context.interpreter.display(new Condition(message, args));
    };
    if (!separate) {
      await append(entries, target, context, say);
      return SYSTEM.NORMAL.value;
    }
    for (const entry of entries) {
      const writer = await createLike(entry, target, context);
      await copyRecords(entry, writer, context);
      await writer.close();
      await say(COPY.COPIED, entry.specification, writer.specification, Math.ceil(entry.sizeBytes / 512));
    }
    if (entries.length > 1) await say(COPY.NEWFILES, entries.length);
    return SYSTEM.NORMAL.value;
  },
};

type Say = (message: (typeof COPY)['COPIED' | 'APPENDED'], ...args: (string | number)[]) => Promise<void>;

/** `[.DIR]`, `*.*`, `DKA0:`: each input keeps its name. */
function namesNothing(target: string): boolean {
  const { name, type } = parseFileSpecification(target);
  return (name === '' || name === '*') && (type === '' || type === '.*');
}

async function append(
  entries: readonly FileEntry[],
  target: string,
  context: CoreContext,
  say: Say,
): Promise<void> {
  const writer = await createLike(entries[0]!, target, context);
  for (const [index, entry] of entries.entries()) {
    const records = await copyRecords(entry, writer, context);
    if (index === 0) {
      await say(COPY.COPIED, entry.specification, writer.specification, Math.ceil(entry.sizeBytes / 512));
    } else await say(COPY.APPENDED, entry.specification, writer.specification, records);
  }
  await writer.close();
}

/** Name and type that the output does not give come from the input. */
async function createLike(entry: FileEntry, target: string, context: CoreContext): Promise<RecordWriter> {
  const given = completeAll([target], context.process);
  const source = parseFileSpecification(entry.specification);
  const own = {
    ...given,
    name: given.name === '*' ? '' : given.name,
    type: given.type === '.*' ? '' : given.type,
    version: given.version === ';*' ? '' : given.version,
  };
  const specification = formatFileSpecification(mergeSpecifications(own, { ...source, version: '' }));
  try {
    return await context.process.files.create(specification);
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    throw new Condition(COPY.OPENOUT, [specification], { secondary: [error] });
  }
}

async function copyRecords(
  entry: FileEntry,
  writer: RecordWriter,
  { process }: CoreContext,
): Promise<number> {
  const reader = await process.files.openRead(entry.specification);
  let records = 0;
  try {
    for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
      await writer.write(record);
      records += 1;
    }
  } finally {
    await reader.close();
  }
  return records;
}
