/** SET PROTECTION, SHOW PROTECTION, SET SECURITY, SHOW SECURITY. Source: dcl.md §14; DCL Dictionary. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import type { FileProtection } from '../../../ports/file-header.ts';
import type { FileEntry, NewFileHeader } from '../../../ports/file-system.ts';
import { uicText } from '../../../system/accounts.ts';
import {
  type ProtectionChange,
  protectionCode,
  protectionLine,
} from '../../../system/file-protection/protection-code.ts';
import { uicOf } from '../../../system/owner-uic.ts';
import { type CoreVerb, NORMAL } from '../core-verb.ts';
import { answerQuestion } from './confirmation.ts';
import { filterDisallow, filterQualifiers } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { withReason } from './input-files.ts';
import { SET, SHOW_FILES } from './messages.ts';
import { protectionOf, protectionQualifier } from './protection-value.ts';

const files = {
  label: 'FILE',
  prompt: 'File',
  required: true,
  value: { list: true, type: '$FILE' },
} as const;
const codeOfWord = { list: true } as const;

export const protectionVerbs: readonly CoreVerb[] = [
  {
    name: 'SET PROTECTION',
    summary: 'Says who may read, write, execute and delete files.',
    value: codeOfWord,
    parameters: [files],
    qualifiers: {
      ...filterQualifiers,
      CONFIRM: {},
      LOG: {},
      PROTECTION: { ...protectionQualifier, placement: 'positional' },
    },
    disallow: [filterDisallow],
    routine: async (command, context) => {
      const operation = new FileOperation(command, context, {
        texts: command.values('FILE'),
        failure: SET.SEARCHFAIL,
        question: answerQuestion('SET PROTECTION'),
        directories: true,
      });
      const change = protectionOf(command, 'PROTECTION') ?? context.process.fileProtection;
      for await (const entry of operation.files())
        await setHeader(entry, { protection: { ...entry.protection, ...change } }, operation);
      return operation.status();
    },
  },
  {
    name: 'SET PROTECTION/DEFAULT',
    summary: 'Says how new files of this process are protected.',
    value: codeOfWord,
    routine: (command, { process }) => {
      process.fileProtection = { ...process.fileProtection, ...protectionOf(command, 'PROTECTION') };
      return NORMAL;
    },
  },
  {
    name: 'SHOW PROTECTION',
    summary: 'Shows how new files of this process are protected.',
    routine: async (_command, { process, output }) => {
      await output.writeLine(`  ${protectionLine(process.fileProtection)}`);
      return NORMAL;
    },
  },
  {
    name: 'SET SECURITY',
    summary: 'Changes owner and protection of files.',
    parameters: [files],
    qualifiers: {
      ...filterQualifiers,
      CLASS: { negatable: false, value: { required: true, keywords: { FILE: {} } } },
      PROTECTION: protectionQualifier,
      OWNER: { negatable: false, value: { required: true } },
      CONFIRM: {},
      LOG: {},
    },
    disallow: [filterDisallow],
    routine: async (command, context) => {
      const operation = new FileOperation(command, context, {
        texts: command.values('FILE'),
        failure: SET.SEARCHFAIL,
        question: answerQuestion('SET SECURITY'),
        directories: true,
      });
      const protection = protectionOf(command);
      const owner = await ownerOf(command, context);
      for await (const entry of operation.files()) {
        await setHeader(entry, changes(entry.protection, protection, owner), operation);
      }
      return operation.status();
    },
  },
  {
    name: 'SHOW SECURITY',
    summary: 'Shows owner and protection of files.',
    parameters: [files],
    qualifiers: {
      ...filterQualifiers,
      CLASS: { negatable: false, value: { required: true, keywords: { FILE: {} } } },
    },
    disallow: [filterDisallow],
    routine: async (command, context) => {
      const operation = new FileOperation(command, context, {
        texts: command.values('FILE'),
        failure: SHOW_FILES.SEARCHFAIL,
        directories: true,
      });
      for await (const entry of operation.files()) {
        for (const line of securityLines(entry)) await context.output.writeLine(line);
      }
      return operation.status();
    },
  },
];

async function ownerOf(command: ParsedCommand, { process }: FileOperation['context']) {
  const given = command.value('OWNER');
  return given === undefined ? undefined : uicOf(given, process);
}

const changes = (
  before: FileProtection,
  protection: ProtectionChange | undefined,
  owner: NewFileHeader['owner'],
): NewFileHeader => ({
  ...(protection === undefined ? {} : { protection: { ...before, ...protection } }),
  ...(owner === undefined ? {} : { owner }),
});

function setHeader(entry: FileEntry, header: NewFileHeader, operation: FileOperation): Promise<void> {
  return operation.attempt(async () => {
    try {
      await operation.context.process.files.setHeader(entry.specification, header);
    } catch (error) {
      throw withReason(SET.WRITEERR, entry.specification, error);
    }
    if (header.protection !== undefined)
      await operation.log(SET.PROTECTED, entry.specification, protectionCode(header.protection));
    else await operation.log(SET.MODIFIED, entry.specification);
  });
}

const securityLines = ({ specification, owner, protection }: FileEntry): readonly string[] => [
  '',
  `${specification} object of class FILE`,
  `     Owner: ${uicText(owner)}`,
  `     Protection: (${categories(protection)})`,
  '     Access Control List: <empty>',
];

const categories = ({ system, owner, group, world }: FileProtection): string =>
  [
    ['System', system],
    ['Owner', owner],
    ['Group', group],
    ['World', world],
  ]
    .map(([name, letters]) => (letters === '' ? name : `${name}: ${letters}`))
    .join(', ');
