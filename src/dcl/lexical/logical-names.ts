/** F$TRNLNM, F$LOGICAL. Source: dcl.md §16.5, §11.2. */
import {
  DEFAULT_SEARCH_ORDER,
  type LogicalName,
  type LogicalNameTable,
  ownTable,
} from '../../system/logical-names.ts';
import { masterOf, type ProcessContext } from '../../system/process.ts';
import { badKeyword, integer, keyword, text, truth } from './arguments.ts';
import type { LexicalFunction } from './lexical-function.ts';

const MODES = ['USER', 'SUPERVISOR', 'EXECUTIVE', 'KERNEL'];
const CASES = ['CASE_BLIND', 'CASE_SENSITIVE', 'INTERLOCKED', 'NONINTERLOCKED'];

export const logicalNameLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$TRNLNM',
    minimum: 1,
    maximum: 6,
    evaluate: (args, { process }) => {
      const item = keyword(args, 5) || 'VALUE';
      const answer = Object.hasOwn(items, item) ? items[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      const mode = keyword(args, 3) || 'USER';
      if (!MODES.includes(mode)) throw badKeyword(mode);
      for (const word of keyword(args, 4).split(','))
        if (word !== '' && !CASES.includes(word.trim())) throw badKeyword(word.trim());
      const found = find(text(args, 0), keyword(args, 1), mode, process);
      return found === undefined ? '' : answer(found, integer(args, 2), process);
    },
  },
  {
    name: 'F$LOGICAL',
    minimum: 1,
    maximum: 1,
    evaluate: (args, { process }) => process.logicalNames.lookup(text(args, 0))?.values[0] ?? '',
  },
];

/** The definition in the outermost mode that is not outside `mode`. */
function find(name: string, table: string, mode: string, process: ProcessContext): LogicalName | undefined {
  const { logicalNames } = process;
  const key = name.trim().toUpperCase();
  const directory = namesOfDirectory(table, process);
  if (directory !== undefined) return directory.find((each) => each.name === key);
  const where = tableOf(table, process);
  if (where === 'none') return undefined;
  if (mode === 'USER') return logicalNames.lookup(name, where);
  for (const each of where === undefined ? logicalNames.searchOrder : [where]) {
    const found = logicalNames
      .list(each)
      .filter((one) => one.name === key.replace(/:$/, '') && MODES.indexOf(one.mode) >= MODES.indexOf(mode))
      .sort((one, other) => MODES.indexOf(one.mode) - MODES.indexOf(other.mode))[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** undefined: all of them in their order; `none`: no such table, so no translation. */
export function tableOf(
  name: string,
  { logicalNames }: Pick<ProcessContext, 'logicalNames'>,
): LogicalNameTable | undefined | 'none' {
  if (name === '' || name === 'LNM$DCL_LOGICAL' || name === 'LNM$FILE_DEV') return undefined;
  if (name === 'LNM$PROCESS' || name === 'LNM$PROCESS_TABLE') return 'PROCESS';
  if (name === 'LNM$JOB' || name.startsWith('LNM$JOB_')) return 'JOB';
  if (name === 'LNM$GROUP' || name.startsWith('LNM$GROUP_')) return 'GROUP';
  if (name === 'LNM$SYSTEM' || name === 'LNM$SYSTEM_TABLE') return 'SYSTEM';
  const own = ownTable(name);
  return logicalNames.ownTables().includes(own) ? own : 'none';
}

/** `LNM$PROCESS_TABLE`, `LNM$JOB_2020011C`, `LNM$GROUP_000200`: a job's table carries the number of its main process. */
export function tableName(table: LogicalNameTable, process: ProcessContext): string {
  switch (table) {
    case 'PROCESS':
      return 'LNM$PROCESS_TABLE';
    case 'JOB':
      return `LNM$JOB_${masterOf(process).pid}`;
    case 'GROUP':
      return `LNM$GROUP_${process.account.uic.group.toString(8).padStart(6, '0')}`;
    case 'SYSTEM':
      return 'LNM$SYSTEM_TABLE';
    default:
      return table.slice('OWN '.length);
  }
}

/** LNM$PROCESS_DIRECTORY, LNM$SYSTEM_DIRECTORY; undefined of any other table. dcl.md §11.2 */
export function namesOfDirectory(table: string, process: ProcessContext): readonly LogicalName[] | undefined {
  if (table !== 'LNM$PROCESS_DIRECTORY' && table !== 'LNM$SYSTEM_DIRECTORY') return undefined;
  return directoryNames(process)
    .filter((each) => directoryOf(each) === table)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The tables, and names by which tables are found. */
function directoryNames(process: ProcessContext): readonly LogicalName[] {
  const make = (name: string, table: LogicalNameTable, ...values: readonly string[]): LogicalName => ({
    name,
    values,
    table,
    mode: 'KERNEL',
    attributes: [],
  });
  const tables = (directory: LogicalNameTable, ...names: readonly string[]): readonly LogicalName[] =>
    names.map((name) => ({ ...make(name, directory, ''), attributes: ['TABLE'] }));
  const title = (table: LogicalNameTable): string => tableName(table, process);
  return [
    ...tables('PROCESS', 'LNM$PROCESS_DIRECTORY', title('PROCESS')),
    ...tables('PROCESS', ...process.logicalNames.ownTables().map(title)),
    ...tables('SYSTEM', 'LNM$SYSTEM_DIRECTORY', title('SYSTEM'), title('GROUP'), title('JOB')),
    make('LNM$DIRECTORIES', 'SYSTEM', 'LNM$PROCESS_DIRECTORY', 'LNM$SYSTEM_DIRECTORY'),
    make('LNM$PROCESS', 'PROCESS', title('PROCESS')),
    make('LNM$JOB', 'PROCESS', title('JOB')),
    make('LNM$GROUP', 'PROCESS', title('GROUP')),
    make('LNM$SYSTEM', 'SYSTEM', title('SYSTEM')),
    ...ownSearchOrder(process).map((tables) => make('LNM$FILE_DEV', 'PROCESS', ...tables)),
    make('LNM$FILE_DEV', 'SYSTEM', 'LNM$PROCESS', 'LNM$JOB', 'LNM$GROUP', 'LNM$SYSTEM'),
    make('LNM$DCL_LOGICAL', 'SYSTEM', 'LNM$FILE_DEV'),
    make('LNM$PERMANENT_MAILBOX', 'SYSTEM', 'LNM$SYSTEM'),
    make('LNM$TEMPORARY_MAILBOX', 'SYSTEM', 'LNM$JOB'),
  ];
}

/** What the process has made of LNM$FILE_DEV: none or one. */
function ownSearchOrder(process: ProcessContext): readonly (readonly string[])[] {
  const { searchOrder } = process.logicalNames;
  return searchOrder === DEFAULT_SEARCH_ORDER ? [] : [searchOrder.map((each) => tableName(each, process))];
}

const directoryOf = ({ table }: LogicalName): string => `LNM$${table}_DIRECTORY`;

type Item = (name: LogicalName, index: number, process: ProcessContext) => string | number;

const attribute =
  (wanted: string): Item =>
  ({ attributes }) =>
    truth(attributes.includes(wanted));

const items: Readonly<Record<string, Item>> = {
  VALUE: ({ values }, index) => values[index] ?? '',
  LENGTH: ({ values }, index) => values[index]?.length ?? '',
  MAX_INDEX: ({ values }) => values.length - 1,
  TABLE_NAME: (name, _index, process) =>
    name.attributes.includes('TABLE') || (name.mode === 'KERNEL' && name.name.startsWith('LNM$'))
      ? directoryOf(name)
      : tableName(name.table, process),
  ACCESS_MODE: ({ mode }) => mode,
  TABLE: attribute('TABLE'),
  CLUSTERWIDE: () => 'FALSE',
  CRELOG: () => 'FALSE',
  CONCEALED: attribute('CONCEALED'),
  CONFINE: attribute('CONFINE'),
  NO_ALIAS: attribute('NO_ALIAS'),
  TERMINAL: attribute('TERMINAL'),
};
