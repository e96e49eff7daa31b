/** CREATE/DIRECTORY. Source: dcl.md §13; DCL Dictionary, CREATE/DIRECTORY. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, RMS, SYSTEM } from '../../../condition/index.ts';
import type { NewFileHeader } from '../../../ports/file-system.ts';
import { uicOf } from '../../../system/owner-uic.ts';
import { directoryOf } from '../../specification.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { CREATE } from './messages.ts';
import { protectionOf, protectionQualifier } from './protection-value.ts';

const value = { negatable: false, value: { required: true } } as const;
const number = { negatable: false, value: { required: true, type: '$NUMBER' } } as const;

export const createDirectoryVerb: CoreVerb = {
  name: 'CREATE/DIRECTORY',
  summary: 'Makes a directory, and those above it.',
  parameters: [
    { label: 'DIRECTORY', prompt: 'Directory', required: true, value: { list: true, type: '$FILE' } },
  ],
  qualifiers: {
    LOG: {},
    OWNER_UIC: value,
    PROTECTION: protectionQualifier,
    VERSION_LIMIT: number,
    // Size and place on a volume are left to the host.
    ALLOCATION: number,
    VOLUME: number,
  },
  routine: async (command, context) => {
    for (const text of command.values('DIRECTORY')) await create(text, command, context);
    return SYSTEM.NORMAL.value;
  },
};

async function create(text: string, command: ParsedCommand, context: CoreContext): Promise<void> {
  const { process, interpreter } = context;
  const directory = directoryOf(text, process);
  try {
    if (await process.files.directoryExists(directory)) {
      await interpreter.display(new Condition(CREATE.EXISTS, [directory]));
      return;
    }
    await process.files.createDirectory(directory, await headerOf(directory, command, context));
  } catch (error) {
    throw notCreated(directory, error);
  }
  if (command.present('LOG')) await interpreter.display(new Condition(CREATE.CREATED, [directory]));
}

/** Like the directory above, without D: what is in a directory is not to be lost with one DELETE. */
async function headerOf(
  directory: string,
  command: ParsedCommand,
  { process }: CoreContext,
): Promise<NewFileHeader> {
  const owner = command.value('OWNER_UIC');
  const limit = command.value('VERSION_LIMIT');
  const parent = await nearestAbove(directory, process);
  const change = protectionOf(command);
  const { system, owner: own, group, world } = parent?.protection ?? process.fileProtection;
  const inherited = {
    system: withoutDelete(system),
    owner: withoutDelete(own),
    group: withoutDelete(group),
    world: withoutDelete(world),
  };
  return {
    protection: { ...inherited, ...change },
    versionLimit: limit === undefined ? (parent?.versionLimit ?? 0) : Number(limit),
    ...(owner === undefined ? {} : { owner: await uicOf(owner, process) }),
  };
}

const withoutDelete = (letters: string): string => letters.replace('D', '');

async function nearestAbove(directory: string, { files }: CoreContext['process']) {
  for (let name = directory; name !== ''; ) {
    const path = await files.directoryPath(name);
    if (path !== undefined) return path.at(-1);
    name = name.includes('.') ? name.replace(/\.[^.]*\]$/, ']') : name.replace(/\[.*\]$/, '[000000]');
  }
  return undefined;
}

function notCreated(directory: string, error: unknown): unknown {
  if (!(error instanceof Condition)) return error;
  const reason = error.value === RMS.PRV.value ? new Condition(SYSTEM.NOPRIV) : error;
  return new Condition(CREATE.DIRNOTCRE, [directory], { secondary: [reason] });
}
