/** DELETE and PURGE. Source: dcl.md §13. */
import { Condition, INHIBIT_MESSAGE, SYSTEM } from '../../../condition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { DELETE, PURGE } from './messages.ts';
import { findFiles } from './type.ts';

const blocks = ({ sizeBytes }: FileEntry): number => Math.ceil(sizeBytes / 512);
const done = SYSTEM.NORMAL.value | INHIBIT_MESSAGE;

export const deleteVerb: CoreVerb = {
  name: 'DELETE',
  summary: 'Deletes files; the version must be given.',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } }],
  qualifiers: { LOG: {}, CONFIRM: {} },
  routine: async (command, context) => {
    const texts = command.values('FILE');
    for (const text of texts) {
      if (parseFileSpecification(text).version === '') throw new Condition(DELETE.DELVER);
    }
    const removed: FileEntry[] = [];
    for (const text of texts) {
      for (const entry of await findFiles(text, '', DELETE.SEARCHFAIL, context)) {
        if (command.present('CONFIRM') && !(await confirmed(entry, context))) continue;
        await remove(entry, context);
        removed.push(entry);
        if (!command.present('LOG')) continue;
        await context.interpreter.display(new Condition(DELETE.FILDEL, [entry.specification, blocks(entry)]));
      }
    }
    if (command.present('LOG') && removed.length > 1) {
      const total = removed.reduce((sum, each) => sum + blocks(each), 0);
      await context.interpreter.display(new Condition(DELETE.TOTAL, [removed.length, total]));
    }
    return done;
  },
};

async function confirmed(entry: FileEntry, { command }: CoreContext): Promise<boolean> {
  const read = await command.read({ prompt: `${entry.specification}, delete? (Y or N): ` });
  return read.kind === 'record' && /^[YyTt1]/.test(read.text.trim());
}

async function remove(entry: FileEntry, { process }: CoreContext): Promise<void> {
  try {
    await process.files.remove(entry.specification);
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    throw new Condition(DELETE.FILNOTDEL, [entry.specification], { secondary: [error] });
  }
}

export const purgeVerb: CoreVerb = {
  name: 'PURGE',
  summary: 'Deletes all but the highest versions of files.',
  parameters: [{ label: 'FILE', value: { list: true, type: '$FILE' } }],
  qualifiers: { LOG: {}, KEEP: { negatable: false, value: { required: true, type: '$NUMBER' } } },
  routine: async (command, context) => {
    const keep = Math.max(1, Number(command.value('KEEP') ?? 1));
    const texts = command.values('FILE');
    let purged = 0;
    for (const text of texts.length === 0 ? ['*.*'] : texts) {
      const entries = await findFiles(`${text.replace(/;.*$/, '')};*`, '*.*;*', PURGE.SEARCHFAIL, context);
      // Sorted by version, highest first.
      const versions = Map.groupBy(entries, ({ specification }) => specification.replace(/;.*$/, ''));
      for (const entry of [...versions.values()].flatMap((each) => each.slice(keep))) {
        await remove(entry, context);
        purged += 1;
        if (!command.present('LOG')) continue;
        await context.interpreter.display(new Condition(PURGE.FILPURG, [entry.specification, blocks(entry)]));
      }
    }
    if (purged === 0 && command.present('LOG')) {
      await context.interpreter.display(new Condition(PURGE.NOFILPURG));
    }
    return done;
  },
};
