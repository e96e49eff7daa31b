/**
 * EDIT, with /TPU or /EDT: the editor of whoever sits at the terminal, on files of this system. What concerns the editor's own
 * start-up, journal and windows is accepted: the editor of the host has its own. Source: DCL Dictionary, EDIT/TPU and EDIT/EDT.
 */
import type { ParsedCommand } from '../../command-definition/index.ts';
import { Condition, condition, SYSTEM } from '../../condition/index.ts';
import { editFile, TPU } from '../../system/editing.ts';
import { resolveFile, resolveFileForCreate } from '../../system/resolve-file.ts';
import type { CoreContext } from '../verb.ts';
import type { CoreVerb } from './core-verb.ts';

const chosen = { negatable: false } as const;
const file = { value: { type: '$FILE' } } as const;

export const editVerb: CoreVerb = {
  name: 'EDIT',
  summary: 'Calls your editor for a file.',
  source: 'DCL Dictionary, EDIT/TPU',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { type: '$FILE' } }],
  qualifiers: {
    EDT: chosen,
    TPU: chosen,
    CREATE: { default: true },
    OUTPUT: { value: { type: '$FILE' } },
    READ_ONLY: {},
    COMMAND: file,
    DEBUG: file,
    DISPLAY: { value: {} },
    INITIALIZATION: file,
    INTERFACE: { negatable: false, value: {} },
    JOURNAL: file,
    MODIFY: {},
    RECOVER: {},
    SECTION: file,
    START_POSITION: { negatable: false, value: { required: true, list: true } },
    WORK: file,
    WRITE: {},
  },
  disallow: ['EDT AND TPU'],
  routine: editTyped,
};

async function editTyped(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { process, output, signal } = context;
  const specification = await resolveFile(process, command.value('FILE') ?? '');
  const target = command.value('OUTPUT');
  const isReadOnly = ['OUTPUT', 'MODIFY', 'WRITE'].some((each) => command.negated(each));
  try {
    if (command.negated('CREATE')) await process.files.lookup(specification);
    const written = await editFile(context, {
      specification,
      output: target === undefined ? undefined : resolveFileForCreate(process, target, specification),
      isReadOnly: isReadOnly || command.present('READ_ONLY'),
      signal,
    });
    if (written !== undefined) {
      const lines = written.records === 1 ? '1 line' : `${written.records} lines`;
      await output.writeLine(`${lines} written to file ${written.specification}`);
    }
  } catch (error) {
    if (!(error instanceof Condition) || error.definition.facility !== 'RMS') throw error;
    const shown = specification.includes(';') ? specification : `${specification};`;
    throw condition(TPU.OPENIN, shown).with(error);
  }
  return SYSTEM.NORMAL.value;
}
