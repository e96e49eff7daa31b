/** SHOW LOGICAL, SHOW TRANSLATION. Source: dcl.md §11.3 [R8]; DCL Dictionary, SHOW LOGICAL, for /FULL and /STRUCTURE. */
import { DCL, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE } from '../../condition/index.ts';
import { matchesWildcard } from '../../file-specification/index.ts';
import { type CommandOutput, commandOutput, outputFile } from '../../system/command-output.ts';
import type { LogicalName, LogicalNameTable } from '../../system/logical-names.ts';
import { namesOfDirectory, tableName, tableOf } from '../lexical/logical-names.ts';
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
const nameAttributes = ['CONFINE', 'NO_ALIAS', 'TABLE'];

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
      const found = firstOf(trimColon(name), shownTables(command, context), () => true);
      if (found === undefined) return noTranslation(name, context);
      await context.output.writeLine(`  ${name} = "${found.values[0] ?? ''}" (${found.title})`);
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

/** A table as it is shown: of names, or one of the directories, in which tables are found. */
interface ShownTable {
  readonly title: string;
  list(): readonly LogicalName[];
}

/** LNM$FILE_DEV, as no table at all, means those that are looked into in turn. Throws NOLOGNAM. */
function shownTables(command: ParsedCommand, context: CoreContext): readonly ShownTable[] {
  const { process } = context;
  const named = (command.value('TABLE') ?? '').toUpperCase();
  const directory = namesOfDirectory(named, process);
  if (directory !== undefined) return [{ title: named, list: () => directory }];
  const isLimited =
    named === '' ? TABLES.some((each) => command.present(each)) : tableOf(named, process) !== undefined;
  const { searchOrder } = process.logicalNames;
  const tables = isLimited ? [tableFor(command, context, false)] : searchOrder;
  return tables.map((table) => ({
    title: tableName(table, process),
    list: () => process.logicalNames.list(table),
  }));
}

/** In the first table that has the name. */
function firstOf(
  name: string,
  tables: readonly ShownTable[],
  counts: (each: LogicalName) => boolean,
): (LogicalName & Pick<ShownTable, 'title'>) | undefined {
  for (const { title, list } of tables) {
    const found = list().find((each) => each.name === name.toUpperCase() && counts(each));
    if (found !== undefined) return { ...found, title };
  }
  return undefined;
}

async function showLogical(command: ParsedCommand, display: Display): Promise<number> {
  const { context } = display;
  if (command.present('STRUCTURE')) return showStructure(display);
  const tables = shownTables(command, context);
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
  tables: readonly ShownTable[],
  depth: number,
  display: Display,
): Promise<boolean> {
  const found = firstOf(
    name,
    tables,
    (each) => isSeen(each, display) && (depth === 0 || !each.attributes.includes('TABLE')),
  );
  if (found === undefined || depth > DEEPEST) return false;
  const lead = depth === 0 ? '   ' : `${depth}  `;
  const [first = '', ...others] = nameLines(found, ` (${found.title})`, 0, display.isFull);
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
  const shown = isFull ? [modeWords[found.mode], ...ofName] : ofName.filter((each) => each === 'TABLE');
  const mode = shown.length > 0 ? ` [${shown.join(',').toLowerCase()}]` : '';
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
  tables: readonly ShownTable[],
  showsEmpty: boolean,
  display: Display,
): Promise<boolean> {
  let isAny = false;
  for (const { title, list } of tables) {
    const names = list().filter((each) => matchesWildcard(pattern, each.name) && isSeen(each, display));
    if (names.length === 0 && !showsEmpty) continue;
    isAny = true;
    for (const line of ['', `(${title})`, '']) await display.out.line(line);
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
