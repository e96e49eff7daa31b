/** SHOW LOGICAL, SHOW TRANSLATION. Source: dcl.md §11.3 [R8]; DCL Dictionary, SHOW LOGICAL, for /FULL and /STRUCTURE. */
import { DCL, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE } from '../../condition/index.ts';
import { matchesWildcard } from '../../file-specification/index.ts';
import { type CommandOutput, commandOutput, outputFile } from '../../system/command-output.ts';
import type { LogicalName, LogicalNameTable } from '../../system/logical-names.ts';
import { tableName } from '../lexical/logical-names.ts';
import { SHOW } from '../messages.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';
import { TABLES, tableFor, tableQualifiers, trimColon } from './logical-names.ts';

/** Translations that are followed. dcl.md §11.2 */
const DEEPEST = 10;
/** Outermost first. */
const MODES: readonly string[] = ['USER', 'SUPERVISOR', 'EXECUTIVE', 'KERNEL'];
const modeWords: Readonly<Record<string, string>> = {
  USER: 'user',
  SUPERVISOR: 'super',
  EXECUTIVE: 'exec',
  KERNEL: 'kernel',
};
/** Attributes of names; the others are those of their values. */
const nameAttributes = ['CONFINE', 'NO_ALIAS'];

export const showLogicalVerbs: readonly CoreVerb[] = [
  {
    name: 'SHOW LOGICAL',
    summary: 'Shows logical names and their values.',
    parameters: [{ label: 'LOGICAL_NAME', value: { list: true } }],
    qualifiers: {
      ...tableQualifiers,
      ACCESS_MODE: {
        negatable: false,
        value: {
          required: true,
          keywords: Object.fromEntries([...MODES].map((mode) => [`${mode}_MODE`, {}])),
        },
      },
      ALL: { negatable: false },
      DESCENDANTS: {},
      FULL: { negatable: false },
      OUTPUT: { value: { required: true, type: '$OUTFILE' } },
      STRUCTURE: { negatable: false },
    },
    disallow: ['STRUCTURE AND (ALL OR TABLE OR LOGICAL_NAME)'],
    routine: async (command, context) => {
      const out = await commandOutput(context, outputFile(command));
      try {
        return await showLogical(command, { context, out, ...styleOf(command) });
      } finally {
        await out.close();
      }
    },
  },
  {
    name: 'SHOW TRANSLATION',
    summary: 'Shows one translation of a logical name.',
    parameters: [{ label: 'LOGICAL_NAME', prompt: 'Log name', required: true }],
    qualifiers: { TABLE: { negatable: false, value: { required: true } } },
    routine: async (command, context) => {
      const name = command.value('LOGICAL_NAME') ?? '';
      const table = command.present('TABLE') ? tableFor(command, context, false) : undefined;
      const found = context.process.logicalNames.lookup(trimColon(name), table);
      if (found === undefined) return noTranslation(name, context);
      const shown = tableName(found.table, context.process);
      await context.output.writeLine(`  ${name} = "${found.values[0] ?? ''}" (${shown})`);
      return NORMAL;
    },
  },
];

interface Style {
  readonly isFull: boolean;
  /** Only names of this mode and of inner ones. */
  readonly outermost: number;
}

interface Display extends Style {
  readonly context: CoreContext;
  readonly out: CommandOutput;
}

function styleOf(command: ParsedCommand): Style {
  const mode = command.value('ACCESS_MODE')?.replace('_MODE', '');
  return { isFull: command.present('FULL'), outermost: mode === undefined ? 0 : MODES.indexOf(mode) };
}

/** Severity S: IF $STATUS is true. dcl.md §11.3 */
async function noTranslation(name: string, { interpreter }: CoreContext): Promise<number> {
  await interpreter.display(new Condition(SHOW.NOTRAN, [name]));
  return SHOW.NOTRAN.value | INHIBIT_MESSAGE;
}

async function showLogical(command: ParsedCommand, display: Display): Promise<number> {
  const { context } = display;
  if (command.present('STRUCTURE')) return showStructure(display);
  const isLimited = command.present('TABLE') || TABLES.some((each) => command.present(each));
  const tables = isLimited ? [tableFor(command, context, false)] : context.process.logicalNames.searchOrder;
  const names = command.values('LOGICAL_NAME');
  if (command.present('ALL') && names.length > 0) throw new Condition(DCL.CONFLICT);
  if (names.length === 0) {
    await showTables('*', tables, true, display);
    return NORMAL;
  }
  let status = NORMAL;
  for (const name of names.map(trimColon)) {
    const isThere = /[*%]/.test(name)
      ? await showTables(name.toUpperCase(), tables, false, display)
      : await showChain(name, tables, 0, display);
    if (!isThere) status = await noTranslation(name, context);
  }
  return status;
}

/** The name, and what its values mean in turn, one level deeper each. */
async function showChain(
  name: string,
  tables: readonly LogicalNameTable[],
  depth: number,
  display: Display,
): Promise<boolean> {
  const { process } = display.context;
  const { logicalNames } = process;
  const found = tables
    .flatMap((table) => logicalNames.list(table))
    .find((each) => each.name === name.toUpperCase() && isSeen(each, display));
  if (found === undefined || depth > DEEPEST) return false;
  const lead = depth === 0 ? '   ' : `${depth}  `;
  const [first = '', ...others] = nameLines(
    found,
    ` (${tableName(found.table, process)})`,
    0,
    display.isFull,
  );
  await display.out.line(lead + first);
  for (const line of others) await display.out.line(line);
  if (found.attributes.includes('TERMINAL')) return true;
  for (const value of found.values) {
    if (trimColon(value).toUpperCase() !== found.name)
      await showChain(trimColon(value), tables, depth + 1, display);
  }
  return true;
}

const isSeen = ({ mode }: LogicalName, { outermost }: Style): boolean => MODES.indexOf(mode) >= outermost;

/** `"VPT_LIST" = "A" (LNM$PROCESS_TABLE)`, then `\t= "B"`. */
function nameLines(found: LogicalName, suffix: string, width: number, isFull: boolean): readonly string[] {
  const ofName = found.attributes.filter((each) => nameAttributes.includes(each));
  const ofValue = found.attributes.filter((each) => !nameAttributes.includes(each));
  const mode = isFull ? ` [${[modeWords[found.mode], ...ofName.map(lower)].join(',')}]` : '';
  const attributes = isFull && ofValue.length > 0 ? ` [${ofValue.map(lower).join(',')}]` : '';
  const [first = '', ...others] = found.values.map((value) => `= "${value}"${attributes}`);
  return [
    `${`"${found.name}"`.padEnd(width)}${mode} ${first}${suffix}`,
    ...others.map((value) => `\t${value}`),
  ];
}

const lower = (word: string): string => word.toLowerCase();

async function showTables(
  pattern: string,
  tables: readonly LogicalNameTable[],
  showsEmpty: boolean,
  display: Display,
): Promise<boolean> {
  const { process } = display.context;
  const { logicalNames } = process;
  let isAny = false;
  for (const table of tables) {
    const names = logicalNames
      .list(table)
      .filter((each) => matchesWildcard(pattern, each.name) && isSeen(each, display));
    if (names.length === 0 && !showsEmpty) continue;
    isAny = true;
    for (const line of ['', `(${tableName(table, process)})`, '']) await display.out.line(line);
    for (const each of names) {
      const [first = '', ...others] = nameLines(each, '', 13, display.isFull);
      for (const line of [`   ${first}`, ...others]) await display.out.line(line);
    }
  }
  return isAny;
}

/** The directories, and the tables in them. */
async function showStructure({ context, out }: Display): Promise<number> {
  const { process } = context;
  const below = (tables: readonly LogicalNameTable[]): readonly string[] =>
    tables.map((table) => `    (${tableName(table, process)})`);
  const lines = [
    '(LNM$PROCESS_DIRECTORY)',
    ...below(['PROCESS', ...process.logicalNames.ownTables()]),
    '(LNM$SYSTEM_DIRECTORY)',
    ...below(['SYSTEM', 'GROUP', 'JOB']),
  ];
  for (const line of lines) await out.line(line);
  return NORMAL;
}
