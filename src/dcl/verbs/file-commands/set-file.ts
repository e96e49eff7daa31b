/** SET FILE and SET DIRECTORY: what the header of a file says. Source: DCL Dictionary, SET FILE, SET DIRECTORY. */
import type { ParsedCommand, QualifierDefinition } from '../../../command-definition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry, NewFileHeader } from '../../../ports/file-system.ts';
import { uicOf } from '../../../system/owner-uic.ts';
import { parseVmsTime } from '../../../vms-time/index.ts';
import { directoryOf } from '../../specification.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { answerQuestion } from './confirmation.ts';
import { directoryFileOf } from './directory-file.ts';
import { attributesOf } from './file-attributes.ts';
import { filterDisallow, filterQualifiers } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { withReason } from './input-files.ts';
import { SET } from './messages.ts';
import { protectionOf, protectionQualifier } from './protection-value.ts';

const number: QualifierDefinition = { negatable: false, value: { required: true, type: '$NUMBER' } };
const text: QualifierDefinition = { negatable: false, value: { required: true } };

const headerQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  OWNER_UIC: { negatable: false, value: {} },
  PROTECTION: protectionQualifier,
  VERSION_LIMIT: { value: { type: '$NUMBER', default: '0' } },
  CONFIRM: {},
  LOG: {},
};

/** How a file is laid out, cached and journalled is the host's; procedures that say so are not to fail. */
const hostQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  BACKUP: {},
  CACHING_ATTRIBUTE: text,
  DATA_CHECK: { value: { list: true } },
  END_OF_FILE: {},
  ERASE_ON_DELETE: {},
  EXTENSION: number,
  GLOBAL_BUFFER: number,
  MOVE: {},
  STATISTICS: {},
  TRUNCATE: {},
  UNLOCK: {},
};

export const setFileVerbs: readonly CoreVerb[] = [
  {
    name: 'SET FILE',
    summary: 'Changes what is kept of files: owner, protection, dates, versions.',
    parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } }],
    qualifiers: {
      ...filterQualifiers,
      ...headerQualifiers,
      ...hostQualifiers,
      ATTRIBUTES: { negatable: false, value: { required: true, list: true } },
      EXPIRATION_DATE: { value: { type: '$DATETIME' } },
    },
    disallow: [filterDisallow],
    routine: async (command, context) => {
      // What is wrong there is said before any file is changed.
      attributesOf(command);
      const operation = new FileOperation(command, context, {
        texts: command.values('FILE'),
        failure: SET.SEARCHFAIL,
        question: answerQuestion('SET FILE'),
        directories: true,
      });
      for await (const entry of operation.files()) await change(entry, operation);
      return operation.status();
    },
  },
  {
    name: 'SET DIRECTORY',
    summary: 'Changes owner, protection and number of versions of directories.',
    parameters: [
      { label: 'DIRECTORY', prompt: 'Directory', required: true, value: { list: true, type: '$FILE' } },
    ],
    qualifiers: { ...filterQualifiers, ...headerQualifiers, STATISTICS: {} },
    disallow: [filterDisallow],
    routine: async (command, context) => {
      const operation = new FileOperation(command, context, {
        texts: command.values('DIRECTORY').map((each) => directoryFileOf(directoryOf(each, context.process))),
        failure: SET.SEARCHFAIL,
        question: answerQuestion('SET DIRECTORY'),
        directories: true,
        mayBeMeant: ({ isDirectory }) => isDirectory,
      });
      for await (const entry of operation.files()) await change(entry, operation);
      return operation.status();
    },
  },
];

function change(entry: FileEntry, operation: FileOperation): Promise<void> {
  return operation.attempt(async () => {
    const { command, context } = operation;
    try {
      const changes = await changesOf(command, entry, context);
      if (Object.keys(changes).length > 0)
        await context.process.files.setHeader(entry.specification, changes);
    } catch (error) {
      throw withReason(SET.WRITEERR, entry.specification, error);
    }
    await operation.log(SET.MODIFIED, entry.specification);
  });
}

async function changesOf(
  command: ParsedCommand,
  entry: FileEntry,
  { process }: CoreContext,
): Promise<NewFileHeader> {
  const protection = protectionOf(command);
  const expires = command.value('EXPIRATION_DATE');
  return {
    ...attributesOf(command),
    ...(protection === undefined ? {} : { protection: { ...entry.protection, ...protection } }),
    ...(command.present('OWNER_UIC') ? { owner: await ownerOf(command, entry, process) } : {}),
    ...(command.present('VERSION_LIMIT') ? { versionLimit: Number(command.value('VERSION_LIMIT')) } : {}),
    ...(command.negated('VERSION_LIMIT') ? { versionLimit: 0 } : {}),
    ...(expires === undefined ? {} : { expires: parseVmsTime(expires, process.clock.now()) }),
  };
}

/** /OWNER_UIC alone: who gives the command; PARENT: who owns the directory. */
async function ownerOf(command: ParsedCommand, entry: FileEntry, process: CoreContext['process']) {
  const given = command.value('OWNER_UIC');
  if (given === undefined) return process.account.uic;
  if (!/^PARENT$/i.test(given)) return uicOf(given, process);
  const { device, directory } = parseFileSpecification(entry.specification);
  const path = await process.files.directoryPath(device + directory);
  return path?.at(-1)?.owner ?? process.account.uic;
}
