/** TYPE. Source: dcl.md §13. */
import { Condition, INHIBIT_MESSAGE, type MessageDefinition, RMS, SYSTEM } from '../../../condition/index.ts';
import type { FileEntry, RecordReader } from '../../../ports/file-system.ts';
import { commandOutput } from '../../../system/command-output.ts';
import { deviceOf, inputOf, type SessionDevice } from '../../devices.ts';
import type { CoreContext } from '../../verb.ts';
import { type CoreVerb, searchSpecification } from '../core-verb.ts';
import { TYPE } from './messages.ts';

export const typeVerb: CoreVerb = {
  name: 'TYPE',
  summary: 'Shows the text of files.',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } }],
  qualifiers: { OUTPUT: { value: { type: '$FILE' } }, PAGE: {} },
  routine: async (command, context) => {
    const entries: FileEntry[] = [];
    const [only] = command.values('FILE');
    const device = command.values('FILE').length === 1 ? deviceOf(only!, context.process) : undefined;
    if (device !== undefined) return typeDevice(device, context, command.value('OUTPUT'));
    for (const text of command.values('FILE')) {
      entries.push(...(await findFiles(text, '.LIS', TYPE.SEARCHFAIL, context)));
    }
    const output = await commandOutput(context, command.value('OUTPUT'));
    try {
      for (const entry of entries) {
        if (entries.length > 1) for (const line of ['', entry.specification, '']) await output.line(line);
        const reader = await openEntry(entry, context);
        try {
          for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
            if (context.signal.aborted) return SYSTEM.NORMAL.value;
            await output.line(record);
          }
        } finally {
          await reader.close();
        }
      }
    } finally {
      await output.close();
    }
    return SYSTEM.NORMAL.value | INHIBIT_MESSAGE;
  },
};

async function openEntry({ specification }: FileEntry, context: CoreContext): Promise<RecordReader> {
  try {
    return await context.process.files.openRead(specification);
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    throw new Condition(TYPE.OPENIN, [specification], { secondary: [error] });
  }
}

/** TYPE SYS$INPUT: the lines behind the command, a usual way to print a text; TYPE SYS$PIPE: the command before. */
async function typeDevice(
  device: SessionDevice,
  context: CoreContext,
  fileName: string | undefined,
): Promise<number> {
  const input = inputOf(device, context.interpreter, context.level);
  const output = await commandOutput(context, fileName);
  try {
    for (let read = await input.read(); read.kind === 'record'; read = await input.read()) {
      await output.line(read.text);
    }
  } finally {
    await output.close();
  }
  return SYSTEM.NORMAL.value | INHIBIT_MESSAGE;
}

/** Files that match, directories aside. Throws `failure` with RMS FNF behind it when there is none. */
export async function findFiles(
  text: string,
  defaults: string,
  failure: MessageDefinition,
  context: CoreContext,
): Promise<readonly FileEntry[]> {
  let specification = text;
  try {
    specification = searchSpecification(text, defaults, context);
    const entries = await context.process.files.search(specification);
    if (entries.length > 0) return entries;
    throw new Condition(RMS.FNF);
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    const shown = specification.includes(';') ? specification : `${specification};`;
    throw new Condition(failure, [shown], { secondary: [error] });
  }
}
