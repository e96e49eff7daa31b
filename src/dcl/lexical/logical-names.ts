/** F$TRNLNM, F$LOGICAL. Source: dcl.md §16.5, §11.2. */
import type { LogicalName, LogicalNameTable } from '../../system/logical-names.ts';
import { badKeyword, integer, keyword, text, truth } from './arguments.ts';
import type { LexicalFunction } from './lexical-function.ts';

export const logicalNameLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$TRNLNM',
    minimum: 1,
    maximum: 6,
    evaluate: (args, { process }) => {
      const item = keyword(args, 5) || 'VALUE';
      const answer = Object.hasOwn(items, item) ? items[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      const table = tableOf(keyword(args, 1));
      if (table === 'none') return '';
      const found = process.logicalNames.lookup(text(args, 0), table);
      if (found === undefined) return '';
      return answer(found, integer(args, 2), process.pid);
    },
  },
  {
    name: 'F$LOGICAL',
    minimum: 1,
    maximum: 1,
    evaluate: (args, { process }) => process.logicalNames.lookup(text(args, 0))?.values[0] ?? '',
  },
];

/** undefined: all of them in their order; `none`: no such table, so no translation. */
export function tableOf(name: string): LogicalNameTable | undefined | 'none' {
  if (name === '' || name === 'LNM$DCL_LOGICAL' || name === 'LNM$FILE_DEV') return undefined;
  if (name === 'LNM$PROCESS' || name === 'LNM$PROCESS_TABLE') return 'PROCESS';
  if (name === 'LNM$JOB' || name.startsWith('LNM$JOB_')) return 'JOB';
  if (name === 'LNM$GROUP' || name.startsWith('LNM$GROUP_')) return 'GROUP';
  if (name === 'LNM$SYSTEM' || name === 'LNM$SYSTEM_TABLE') return 'SYSTEM';
  return 'none';
}

/** `LNM$PROCESS_TABLE`, `LNM$JOB_xxxxxxxx`. */
export function tableName(table: LogicalNameTable, pid: string): string {
  switch (table) {
    case 'PROCESS':
      return 'LNM$PROCESS_TABLE';
    case 'JOB':
      return `LNM$JOB_${pid}`;
    case 'GROUP':
      return 'LNM$GROUP_000001';
    case 'SYSTEM':
      return 'LNM$SYSTEM_TABLE';
  }
}

type Item = (name: LogicalName, index: number, pid: string) => string | number;

const attribute =
  (wanted: string): Item =>
  ({ attributes }) =>
    truth(attributes.includes(wanted));

const items: Readonly<Record<string, Item>> = {
  VALUE: ({ values }, index) => values[index] ?? '',
  LENGTH: ({ values }, index) => values[index]?.length ?? 0,
  MAX_INDEX: ({ values }) => values.length - 1,
  TABLE_NAME: ({ table }, _index, pid) => tableName(table, pid),
  ACCESS_MODE: ({ mode }) => mode,
  TABLE: () => 'FALSE',
  CLUSTERWIDE: () => 'FALSE',
  CRELOG: () => 'FALSE',
  CONCEALED: attribute('CONCEALED'),
  CONFINE: attribute('CONFINE'),
  NO_ALIAS: attribute('NO_ALIAS'),
  TERMINAL: attribute('TERMINAL'),
};
