/**
 * Logical name tables of a process: CREATE/NAME_TABLE, and the process directory, where they are found and where LNM$FILE_DEV
 * says which tables are looked into. Source: dcl.md §11.1, §11.2; DCL Dictionary, CREATE/NAME_TABLE.
 */
import { DCL, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import {
  DEFAULT_SEARCH_ORDER,
  type LogicalNameTable,
  type OwnTable,
  ownTable,
} from '../../system/logical-names.ts';
import { tableOf } from '../lexical/logical-names.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

/** Names of tables are in it: DEFINE/TABLE and DEASSIGN/TABLE of these are about tables. */
const DIRECTORY = 'LNM$PROCESS_DIRECTORY';
const plain = { negatable: false } as const;

export const nameTableVerb: CoreVerb = {
  name: 'CREATE/NAME_TABLE',
  summary: 'Makes a logical name table of your process.',
  parameters: [{ label: 'TABLE_NAME', prompt: 'Table name', required: true }],
  qualifiers: {
    ATTRIBUTES: {
      negatable: false,
      value: { list: true, keywords: { CONFINE: {}, NO_ALIAS: {}, SUPERSEDE: {} } },
    },
    LOG: {},
    PARENT_TABLE: { negatable: false, value: { required: true } },
    PROTECTION: { negatable: false, value: { list: true } },
    QUOTA: { negatable: false, value: { type: '$NUMBER' } },
    USER_MODE: plain,
    SUPERVISOR_MODE: plain,
    EXECUTIVE_MODE: plain,
    KERNEL_MODE: plain,
  },
  routine: async (command, { process, interpreter }) => {
    const table = checked(command.value('TABLE_NAME') ?? '');
    const parent = (command.value('PARENT_TABLE') ?? DIRECTORY).toUpperCase();
    // A table that others share would have to be kept by the node: there is none.
    if (parent === 'LNM$SYSTEM_DIRECTORY') throw new Condition(SYSTEM.NOPRIV);
    if (parent !== DIRECTORY && tableOf(parent, process) === 'none') throw new Condition(SYSTEM.NOLOGNAM);
    const { logicalNames } = process;
    const mayReplace = command.values('ATTRIBUTES').includes('SUPERSEDE');
    if (!mayReplace && logicalNames.ownTables().includes(table)) return NORMAL;
    const isReplaced = logicalNames.createTable(table);
    if (isReplaced && command.present('LOG'))
      await interpreter.display(new Condition(DCL.TABSUPER, [nameOf(table)]));
    return NORMAL;
  },
};

/** 31 characters of letters, digits, `$` and `_`. IVLOGTAB is not to be had: IVLOGNAM. */
function checked(name: string): OwnTable {
  if (!/^[A-Z0-9$_]{1,31}$/i.test(name) || /^LNM\$/i.test(name)) throw new Condition(SYSTEM.IVLOGNAM);
  return ownTable(name);
}

const nameOf = (table: OwnTable): string => table.slice('OWN '.length);

export const isDirectory = (command: ParsedCommand): boolean =>
  command.value('TABLE')?.toUpperCase() === DIRECTORY;

/** `DEFINE/TABLE=LNM$PROCESS_DIRECTORY LNM$FILE_DEV MINE,LNM$PROCESS,LNM$JOB,LNM$GROUP,LNM$SYSTEM`. Other names: IVLOGNAM. */
export function defineInDirectory(name: string, values: readonly string[], { process }: CoreContext): number {
  if (name.toUpperCase() !== 'LNM$FILE_DEV') throw new Condition(SYSTEM.IVLOGNAM);
  const tables = values.map((each) => tableOf(each.toUpperCase(), process));
  if (tables.some((each) => each === undefined || each === 'none')) throw new Condition(SYSTEM.NOLOGNAM);
  process.logicalNames.searchOrder = tables as LogicalNameTable[];
  return NORMAL;
}

/** Takes LNM$FILE_DEV back, or a table away with its names. False when there is neither. */
export function deassignInDirectory(name: string, { process }: CoreContext): boolean {
  const { logicalNames } = process;
  if (name.toUpperCase() === 'LNM$FILE_DEV') {
    const wasOwn = logicalNames.searchOrder !== DEFAULT_SEARCH_ORDER;
    logicalNames.searchOrder = DEFAULT_SEARCH_ORDER;
    return wasOwn;
  }
  const table = ownTable(name);
  logicalNames.searchOrder = logicalNames.searchOrder.filter((each) => each !== table);
  return logicalNames.removeTable(table);
}
