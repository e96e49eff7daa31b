/** CREATE and CREATE/DIRECTORY. Source: dcl.md §13. */
import { Condition, SYSTEM } from '../../../condition/index.ts';
import { resolveFile } from '../../../system/resolve-file.ts';
import { directoryOf } from '../../specification.ts';
import type { CoreVerb } from '../core-verb.ts';
import { CREATE } from './messages.ts';

export const createVerbs: readonly CoreVerb[] = [
  {
    name: 'CREATE',
    summary: 'Makes a file of the lines that follow.',
    parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { type: '$FILE' } }],
    qualifiers: { LOG: {} },
    routine: async (command, { process, input, interpreter }) => {
      const specification = await resolveFile(process, command.value('FILE') ?? '');
      let writer: Awaited<ReturnType<typeof process.files.create>>;
      try {
        writer = await process.files.create(specification);
      } catch (error) {
        if (!(error instanceof Condition)) throw error;
        throw new Condition(CREATE.OPENOUT, [specification], { secondary: [error] });
      }
      try {
        for (let read = await input.read(); read.kind === 'record'; read = await input.read()) {
          await writer.write(read.text);
        }
      } finally {
        await writer.close();
      }
      if (command.present('LOG')) {
        await interpreter.display(new Condition(CREATE.CREATED, [writer.specification]));
      }
      return SYSTEM.NORMAL.value;
    },
  },
  {
    name: 'CREATE/DIRECTORY',
    summary: 'Makes a directory, and those above it.',
    parameters: [{ label: 'DIRECTORY', prompt: 'Directory', required: true, value: { type: '$FILE' } }],
    qualifiers: { LOG: {} },
    routine: async (command, { process, interpreter }) => {
      const directory = directoryOf(command.value('DIRECTORY') ?? '', process);
      if (await process.files.directoryExists(directory)) {
        await interpreter.display(new Condition(CREATE.EXISTS, [directory]));
        return SYSTEM.NORMAL.value;
      }
      await process.files.createDirectory(directory);
      if (command.present('LOG')) await interpreter.display(new Condition(CREATE.CREATED, [directory]));
      return SYSTEM.NORMAL.value;
    },
  },
];
