/** HELP: the command tables, and what SYS$HELP:HELPLIB.HLP says of them. Source: DCL Dictionary, HELP. */
import { type HelpTopic, type ParsedCommand, tableTopics } from '../../command-definition/index.ts';
import { SYSTEM } from '../../condition/index.ts';
import { commandOutput, outputFile } from '../../system/command-output.ts';
import { type HelpTerminal, runHelp } from '../../system/help-dialogue.ts';
import { openHelpLibrary, systemHelp, userLibraries } from '../../system/help-library.ts';
import type { LogicalNameTable } from '../../system/logical-names.ts';
import type { CoreContext } from '../verb.ts';
import type { CoreVerb } from './core-verb.ts';

const LIBRARY = 'HELPLIB';
/** Topic of the library that HELP alone shows first. */
const INTRODUCTION = 'HELP';
const USER_TABLES: readonly LogicalNameTable[] = ['PROCESS', 'GROUP', 'SYSTEM'];

export const helpVerbs: readonly CoreVerb[] = [
  {
    name: 'HELP',
    summary: 'Explains commands: HELP, HELP verb.',
    parameters: [{ label: 'TOPIC', value: { type: '$REST_OF_LINE' } }],
    qualifiers: {
      INSTRUCTIONS: { default: true },
      LIBLIST: { default: true },
      LIBRARY: { value: { required: true, type: '$FILE' } },
      OUTPUT: { value: { required: true, type: '$OUTFILE' } },
      PAGE: {},
      PROMPT: {},
      USERLIBRARY: {
        value: {
          list: true,
          keywords: { ALL: {}, GROUP: {}, NONE: {}, PROCESS: {}, SYSTEM: {} },
        },
      },
    },
    routine: async (command, context) => {
      const library = await libraryOf(command, context);
      const others = await userLibraries(context.process, userTables(command));
      const to = outputFile(command);
      const out = await commandOutput(context, to);
      const isFile = to !== undefined;
      try {
        await runHelp(library, command.value('TOPIC') ?? '', terminalOf(context, out.line, isFile), {
          others: command.negated('LIBLIST') ? [] : others,
          ...(isFile || command.negated('PROMPT') ? { prompts: false } : {}),
          ...(isFile || command.negated('PAGE') ? { pages: false } : {}),
        });
      } finally {
        await out.close();
      }
      return SYSTEM.NORMAL.value;
    },
  },
];

const terminalOf = (
  { input, output }: CoreContext,
  line: (text: string) => Promise<void>,
  isFile: boolean,
): HelpTerminal => ({
  input,
  output: {
    isTerminal: output.isTerminal && !isFile,
    columns: output.columns,
    rows: output.rows,
    writeLine: line,
  },
});

/** That of the system, or the one that /LIBRARY names. Throws HELP OPENIN. */
async function libraryOf(command: ParsedCommand, { process, interpreter }: CoreContext): Promise<HelpTopic> {
  const named = command.value('LIBRARY');
  if (named !== undefined) {
    return { name: '', lines: [], subtopics: (await openHelpLibrary(process, named)).topics };
  }
  if (command.negated('LIBRARY')) return { name: '', lines: [], subtopics: [] };
  const topics = tableTopics(interpreter.vocabulary.tables, [], await systemHelp(process, LIBRARY));
  const introduction = topics
    .find(({ name }) => name === INTRODUCTION)
    ?.subtopics.find(({ name }) => name.toUpperCase() === 'INTRODUCTION');
  const lines = command.negated('INSTRUCTIONS') ? [] : (introduction?.lines ?? []);
  return { name: '', lines, subtopics: topics };
}

function userTables(command: ParsedCommand): readonly LogicalNameTable[] {
  const words = command.values('USERLIBRARY');
  if (command.negated('USERLIBRARY') || words.includes('NONE')) return [];
  if (words.length === 0 || words.includes('ALL')) return USER_TABLES;
  return USER_TABLES.filter((table) => words.includes(table));
}
