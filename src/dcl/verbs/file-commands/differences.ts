/** DIFFERENCES: where two files are not the same. Source: DCL Dictionary, DIFFERENCES. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import { type CommandOutput, commandOutput, outputFile } from '../../../system/command-output.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { type Difference, differencesOf, RecordSide } from './difference-sections.ts';
import { filesOf, requestedFiles, shownName, withReason } from './input-files.ts';
import { DIFF } from './messages.ts';

const number = { required: true, type: '$NUMBER' } as const;

export const differencesVerb: CoreVerb = {
  name: 'DIFFERENCES',
  summary: 'Shows where two files, or two versions of one, differ.',
  parameters: [
    { label: 'INPUT', prompt: 'File 1', required: true, value: { type: '$FILE' } },
    { label: 'REVISION', value: { type: '$FILE' } },
  ],
  qualifiers: {
    IGNORE: {
      negatable: false,
      value: {
        required: true,
        list: true,
        keywords: { BLANK_LINES: {}, CASE: {}, SPACING: {}, TRAILING_SPACES: {} },
      },
    },
    MATCH: { negatable: false, value: number },
    MERGED: { negatable: false, value: { type: '$NUMBER', default: '1' } },
    MAXIMUM_DIFFERENCES: { negatable: false, value: number },
    NUMBER: { default: true },
    OUTPUT: { value: { type: '$FILE' } },
  },
  routine: async (command, context) => {
    const first = await fileOf(command.value('INPUT')!, '', context);
    const second = await revisionOf(first, command.value('REVISION'), context);
    const output = await commandOutput(context, outputFile(command));
    try {
      return await compare(first, second, output, command, context);
    } finally {
      await output.close();
    }
  },
};

async function fileOf(text: string, defaults: string, { process }: CoreContext): Promise<FileEntry> {
  const [request] = requestedFiles({ texts: [text], defaults }, process);
  try {
    const { value } = await filesOf(request!, process).next();
    return (value as { entry: FileEntry }).entry;
  } catch (error) {
    throw withReason(DIFF.OPENIN, shownName(request!), error);
  }
}

/** Without a second file: the next lower version of the first. */
async function revisionOf(
  first: FileEntry,
  text: string | undefined,
  context: CoreContext,
): Promise<FileEntry> {
  if (text !== undefined) return fileOf(text, first.specification.replace(/;\d+$/, ''), context);
  const { version } = parseFileSpecification(first.specification);
  const base = first.specification.slice(0, first.specification.lastIndexOf(';'));
  const versions = await context.process.files.search(`${base};*`);
  const numbers = versions
    .map((each) => each.specification)
    .filter((each) => numberOf(each) < numberOf(version));
  return fileOf(numbers[0] ?? `${base};-1`, '', context);
}

const numberOf = (specification: string): number =>
  Number(specification.slice(specification.lastIndexOf(';') + 1));

async function compare(
  first: FileEntry,
  second: FileEntry,
  output: CommandOutput,
  command: ParsedCommand,
  context: CoreContext,
): Promise<number> {
  const { files } = context.process;
  const ignored = command.values('IGNORE');
  const match = Math.max(1, Number(command.value('MATCH') ?? 3));
  const merged = Math.max(0, Math.min(match, Number(command.value('MERGED') ?? 1)));
  const open = async ({ specification }: FileEntry): Promise<RecordSide> => {
    const reader = await files.openRead(specification).catch((error: unknown) => {
      throw withReason(DIFF.OPENIN, specification, error);
    });
    return new RecordSide(reader, ignored);
  };
  const one = await open(first);
  let other: RecordSide | undefined;
  let [sections, records] = [0, 0];
  try {
    other = await open(second);
    for await (const difference of differencesOf(one, other, { match, merged }, context.signal)) {
      sections += 1;
      records += Math.max(difference.first.length, difference.second.length);
      for (const line of sectionLines(difference, first, second, command)) await output.line(line);
      if (sections >= Number(command.value('MAXIMUM_DIFFERENCES') ?? Number.POSITIVE_INFINITY)) break;
    }
  } finally {
    await one.close();
    await other?.close();
  }
  for (const line of [
    ...(sections > 0 ? [''] : []),
    `Number of difference sections found: ${sections}`,
    `Number of difference records found: ${records}`,
    '',
    `DIFFERENCES /IGNORE=(${ignored.join(',')})/MERGED=${merged}-`,
    `    ${first.specification}-`,
    `    ${second.specification}`,
  ])
    await output.line(line);
  return sections === 0 ? DIFF.SAMEFIL.value : DIFF.FILDIF.value;
}

/** Each side, and the records behind it by which both go on. */
function sectionLines(
  { first, second, next }: Difference,
  one: FileEntry,
  other: FileEntry,
  command: ParsedCommand,
): readonly string[] {
  const line = ({ text, number }: { readonly text: string; readonly number: number }): string =>
    command.present('NUMBER') ? `${String(number).padStart(5)}   ${text}` : text;
  return [
    '*'.repeat(12),
    `File ${one.specification}`,
    ...[...first, ...next.first].map(line),
    '*'.repeat(6),
    `File ${other.specification}`,
    ...[...second, ...next.second].map(line),
    '*'.repeat(12),
  ];
}
