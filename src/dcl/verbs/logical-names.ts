/** DEFINE, ASSIGN, DEASSIGN, SHOW LOGICAL, SHOW TRANSLATION. Source: dcl.md §11. */
import { DCL, type ParsedCommand, type QualifierDefinition } from '../../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, SYSTEM } from '../../condition/index.ts';
import { matchesWildcard } from '../../file-specification/index.ts';
import { isHostPath } from '../../system/host-devices.ts';
import type { LogicalName, LogicalNameTable } from '../../system/logical-names.ts';
import { mayManageSystem } from '../../system/privileges.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { tableName, tableOf } from '../lexical/logical-names.ts';
import { SHOW } from '../messages.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

const TABLES: readonly LogicalNameTable[] = ['PROCESS', 'JOB', 'GROUP', 'SYSTEM'];
const plain: QualifierDefinition = { negatable: false };

const tableQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  PROCESS: plain,
  JOB: plain,
  GROUP: plain,
  SYSTEM: plain,
  TABLE: { negatable: false, value: { required: true } },
};
const modeQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  USER_MODE: plain,
  SUPERVISOR_MODE: plain,
  EXECUTIVE_MODE: plain,
  KERNEL_MODE: plain,
};
const attributeQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  TRANSLATION_ATTRIBUTES: {
    negatable: false,
    value: { required: true, list: true, keywords: { CONCEALED: {}, TERMINAL: {} } },
  },
  NAME_ATTRIBUTES: {
    negatable: false,
    value: { required: true, list: true, keywords: { CONFINE: {}, NO_ALIAS: {} } },
  },
  LOG: { default: true },
};
const logicalName = { label: 'LOGICAL_NAME', prompt: 'Log name', required: true } as const;
const equivalence = {
  label: 'EQUIVALENCE_NAME',
  prompt: 'Equ name',
  required: true,
  value: { list: true },
} as const;

export const logicalNameVerbs: readonly CoreVerb[] = [
  {
    name: 'DEFINE',
    summary: 'Gives a logical name its value.',
    parameters: [logicalName, equivalence],
    qualifiers: { ...tableQualifiers, ...modeQualifiers, ...attributeQualifiers },
    routine: define,
  },
  {
    name: 'ASSIGN',
    summary: 'Gives a logical name its value; the value comes first.',
    parameters: [equivalence, logicalName],
    qualifiers: { ...tableQualifiers, ...modeQualifiers, ...attributeQualifiers },
    routine: define,
  },
  {
    name: 'DEASSIGN',
    summary: 'Removes a logical name.',
    parameters: [{ ...logicalName, required: false }],
    qualifiers: { ...tableQualifiers, ...modeQualifiers, ALL: plain },
    routine: deassign,
  },
  {
    name: 'SHOW LOGICAL',
    summary: 'Shows logical names and their values.',
    parameters: [{ label: 'LOGICAL_NAME', value: { list: true } }],
    qualifiers: {
      ...tableQualifiers,
      ACCESS_MODE: { negatable: false, value: { required: true } },
      ALL: plain,
      FULL: plain,
    },
    routine: showLogical,
  },
  {
    name: 'SHOW TRANSLATION',
    summary: 'Shows one translation of a logical name.',
    parameters: [logicalName],
    routine: async (command, context) => {
      const name = command.value('LOGICAL_NAME') ?? '';
      const found = context.process.logicalNames.lookup(trimColon(name));
      if (found === undefined) return noTranslation(name, context);
      const { table, values } = found;
      await context.output.writeLine(
        `  ${name} = "${values[0] ?? ''}" (${tableName(table, context.process)})`,
      );
      return NORMAL;
    },
  },
];

const trimColon = (name: string): string => name.replace(/:$/, '');

const resolver =
  ({ process }: CoreContext) =>
  (text: string): Promise<string> =>
    resolveFile(process, text, '.LOG');

/** Throws NOPRIV: SYSNAM and GRPNAM open the shared tables. */
function tableFor(command: ParsedCommand, context: CoreContext, changes: boolean): LogicalNameTable {
  const named = command.present('TABLE') ? tableOf(command.value('TABLE') ?? '') : undefined;
  if (named === 'none') throw new Condition(SYSTEM.NOLOGNAM);
  const table = named ?? TABLES.find((each) => command.present(each)) ?? 'PROCESS';
  const needed = table === 'SYSTEM' ? 'SYSNAM' : table === 'GROUP' ? 'GRPNAM' : undefined;
  const { privileges } = context.process;
  if (changes && needed !== undefined && !privileges.has(needed) && !privileges.has('SYSPRV')) {
    throw new Condition(SYSTEM.NOPRIV);
  }
  return table;
}

function modeFor(command: ParsedCommand): string {
  const mode = Object.keys(modeQualifiers).find((each) => command.present(each)) ?? 'SUPERVISOR_MODE';
  return mode.replace('_MODE', '');
}

async function define(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { process, interpreter } = context;
  const table = tableFor(command, context, true);
  const given = command.value('LOGICAL_NAME') ?? '';
  // ASSIGN takes one colon off the name.
  const name = trimColon(given);
  if (name === '' || name.length > 255) throw new Condition(SYSTEM.IVLOGNAM);
  const values = command.values('EQUIVALENCE_NAME');
  // A device of the host: who may read what lies there has to be trusted with the system.
  if (table === 'SYSTEM' && values.some(isHostPath) && !mayManageSystem(process.privileges))
    throw new Condition(SYSTEM.NOPRIV);
  const superseded = await process.logicalNames.define(name, values, {
    table,
    mode: modeFor(command),
    attributes: [...command.values('TRANSLATION_ATTRIBUTES'), ...command.values('NAME_ATTRIBUTES')],
  });
  if (table === 'PROCESS') await interpreter.streams.follow(name.toUpperCase(), resolver(context));
  if (superseded && command.present('LOG')) await interpreter.display(new Condition(DCL.SUPERSEDE, [name]));
  return NORMAL;
}

async function deassign(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { process, interpreter } = context;
  const table = tableFor(command, context, true);
  const mode = modeFor(command);
  if (command.present('ALL')) {
    for (const each of process.logicalNames.list(table)) {
      if (each.mode !== mode) continue;
      await process.logicalNames.deassign(each.name, { table, mode });
      await interpreter.streams.follow(each.name, resolver(context));
    }
    return NORMAL;
  }
  const name = command.value('LOGICAL_NAME');
  if (name === undefined) throw new Condition(DCL.INSFPRM);
  if (!(await process.logicalNames.deassign(trimColon(name), { table, mode }))) {
    throw new Condition(SYSTEM.NOLOGNAM);
  }
  await interpreter.streams.follow(trimColon(name).toUpperCase(), resolver(context));
  return NORMAL;
}

/** Severity S: IF $STATUS is true. dcl.md §11.3 */
async function noTranslation(name: string, { interpreter }: CoreContext): Promise<number> {
  await interpreter.display(new Condition(SHOW.NOTRAN, [name]));
  return SHOW.NOTRAN.value | INHIBIT_MESSAGE;
}

interface Display {
  readonly tables: readonly LogicalNameTable[];
  /** Modes and attributes too. */
  readonly isFull: boolean;
  /** Names of this access mode alone. */
  readonly mode: string | undefined;
}

async function showLogical(command: ParsedCommand, context: CoreContext): Promise<number> {
  const limited = command.present('TABLE') || TABLES.some((each) => command.present(each));
  const display: Display = {
    tables: limited ? [tableFor(command, context, false)] : TABLES,
    isFull: command.present('FULL'),
    mode: command.value('ACCESS_MODE')?.replace(/_MODE$/, ''),
  };
  const names = command.values('LOGICAL_NAME');
  if (names.length === 0) {
    await showTables('*', display, true, context);
    return NORMAL;
  }
  let status = NORMAL;
  for (const name of names.map(trimColon)) {
    const isShown = /[*%]/.test(name)
      ? await showTables(name.toUpperCase(), display, false, context)
      : await showChain(name, display, context);
    if (!isShown) status = await noTranslation(name, context);
  }
  return status;
}

/** The name, and what its value means in turn, one level a line. */
async function showChain(name: string, display: Display, context: CoreContext): Promise<boolean> {
  const { logicalNames } = context.process;
  let wanted = name;
  for (let depth = 0; depth < 10; depth += 1) {
    const found = display.tables
      .map((table) => logicalNames.lookup(wanted, table))
      .find((each) => each !== undefined && isOfMode(each, display));
    if (found === undefined) return depth > 0;
    const lead = depth === 0 ? '   ' : `${depth}  `;
    const lines = nameLines(found, ` (${tableName(found.table, context.process)})`, 0, display);
    await context.output.writeLine(lead + lines[0]!.slice(3));
    for (const line of lines.slice(1)) await context.output.writeLine(line);
    wanted = trimColon(found.values[0] ?? '');
    if (found.attributes.includes('TERMINAL') || wanted.toUpperCase() === found.name) return true;
  }
  return true;
}

const isOfMode = (found: LogicalName, { mode }: Display): boolean =>
  mode === undefined || found.mode.startsWith(mode);

const shortModes: Readonly<Record<string, string>> = {
  USER: 'user',
  SUPERVISOR: 'super',
  EXECUTIVE: 'exec',
  KERNEL: 'kernel',
};

/** `   "VPT_LIST" = "A" (LNM$PROCESS_TABLE)`, then `\t= "B"`; /FULL: `   "X" [super] = "A" [terminal] (…)`. */
function nameLines(
  found: LogicalName,
  suffix: string,
  width: number,
  { isFull }: Display,
): readonly string[] {
  const [first = '', ...others] = found.values;
  const mode = isFull ? ` [${shortModes[found.mode] ?? found.mode}]` : '';
  const shown = found.attributes.map((each) => each.toLowerCase()).join(',');
  const attributes = isFull && shown !== '' ? ` [${shown}]` : '';
  return [
    `   ${`"${found.name}"`.padEnd(width)}${mode} = "${first}"${attributes}${suffix}`,
    ...others.map((value) => `\t= "${value}"${attributes}`),
  ];
}

async function showTables(
  pattern: string,
  display: Display,
  empty: boolean,
  context: CoreContext,
): Promise<boolean> {
  const { logicalNames } = context.process;
  let found = false;
  for (const table of display.tables) {
    const names = logicalNames
      .list(table)
      .filter((each) => matchesWildcard(pattern, each.name) && isOfMode(each, display));
    if (names.length === 0 && !empty) continue;
    found = true;
    for (const line of ['', `(${tableName(table, context.process)})`, ''])
      await context.output.writeLine(line);
    for (const each of names) {
      for (const line of nameLines(each, '', 13, display)) await context.output.writeLine(line);
    }
  }
  return found;
}
