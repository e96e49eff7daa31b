/** DEFINE, ASSIGN, DEASSIGN. Source: dcl.md §11. */
import { DCL, type ParsedCommand, type QualifierDefinition } from '../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import { isHostPath } from '../../system/host-devices.ts';
import type { LogicalNameTable } from '../../system/logical-names.ts';
import { mayManageSystem } from '../../system/privileges.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { tableOf } from '../lexical/logical-names.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';
import { deassignInDirectory, defineInDirectory, isDirectory } from './name-tables.ts';

export const TABLES: readonly LogicalNameTable[] = ['PROCESS', 'JOB', 'GROUP', 'SYSTEM'];
const plain: QualifierDefinition = { negatable: false };

export const tableQualifiers: Readonly<Record<string, QualifierDefinition>> = {
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
];

export const trimColon = (name: string): string => name.replace(/:$/, '');

const resolver =
  ({ process }: CoreContext) =>
  (text: string): Promise<string> =>
    resolveFile(process, text, '.LOG');

/** Throws NOPRIV: SYSNAM and GRPNAM open the shared tables. */
export function tableFor(command: ParsedCommand, context: CoreContext, changes: boolean): LogicalNameTable {
  const named = command.present('TABLE')
    ? tableOf((command.value('TABLE') ?? '').toUpperCase(), context.process)
    : undefined;
  if (named === 'none') throw new Condition(SYSTEM.NOLOGNAM);
  const table = named ?? TABLES.find((each) => command.present(each)) ?? 'PROCESS';
  const needed = table === 'SYSTEM' ? 'SYSNAM' : table === 'GROUP' ? 'GRPNAM' : undefined;
  const { privileges } = context.process;
  if (changes && needed !== undefined && !privileges.has(needed) && !privileges.has('SYSPRV')) {
    throw new Condition(SYSTEM.NOPRIV);
  }
  return table;
}

/** Inner modes are for who holds SYSNAM; for others the qualifier does not count (DCL Dictionary, DEFINE). */
function modeFor(command: ParsedCommand, { process }: CoreContext): string {
  const given = Object.keys(modeQualifiers).find((each) => command.present(each)) ?? 'SUPERVISOR_MODE';
  const mode = given.replace('_MODE', '');
  return mode === 'USER' || process.privileges.has('SYSNAM') ? mode : 'SUPERVISOR';
}

async function define(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { process, interpreter } = context;
  const given = command.value('LOGICAL_NAME') ?? '';
  if (isDirectory(command))
    return defineInDirectory(trimColon(given), command.values('EQUIVALENCE_NAME'), context);
  const table = tableFor(command, context, true);
  // ASSIGN takes one colon off the name.
  const name = trimColon(given);
  if (name === '' || name.length > 255) throw new Condition(SYSTEM.IVLOGNAM);
  const values = command.values('EQUIVALENCE_NAME');
  // A device of the host: who may read what lies there has to be trusted with the system.
  if (table === 'SYSTEM' && values.some(isHostPath) && !mayManageSystem(process.privileges))
    throw new Condition(SYSTEM.NOPRIV);
  const superseded = await process.logicalNames.define(name, values, {
    table,
    mode: modeFor(command, context),
    attributes: [...command.values('TRANSLATION_ATTRIBUTES'), ...command.values('NAME_ATTRIBUTES')],
  });
  if (table === 'PROCESS') await interpreter.streams.follow(name.toUpperCase(), resolver(context));
  if (superseded && command.present('LOG')) await interpreter.display(new Condition(DCL.SUPERSEDE, [name]));
  return NORMAL;
}

async function deassign(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { process, interpreter } = context;
  if (isDirectory(command)) {
    const isGone = deassignInDirectory(trimColon(command.value('LOGICAL_NAME') ?? ''), context);
    if (!isGone) throw new Condition(SYSTEM.NOLOGNAM);
    return NORMAL;
  }
  const table = tableFor(command, context, true);
  const mode = modeFor(command, context);
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
