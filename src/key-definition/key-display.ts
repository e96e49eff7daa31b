/** SHOW KEY. Source: DCL Dictionary, SHOW KEY; vms-mail.md §3.8. */
import type { KeyDefinition, KeyTable } from './key-table.ts';

/** Definitions of `keys` in one state, a heading above them. */
export function keyLines(
  table: KeyTable,
  state: string,
  keys: readonly string[],
  full: boolean,
): readonly string[] {
  return [
    `${state} keypad definitions:`,
    ...keys.flatMap((key) => {
      const definition = table.get(state, key);
      if (definition === undefined) return [];
      return [`  ${key} = "${definition.text}"${full ? ` (${attributes(definition)})` : ''}`];
    }),
  ];
}

const attributes = ({ echo, terminate, lock, setState, erase }: KeyDefinition): string =>
  [
    echo ? 'echo' : 'noecho',
    terminate ? 'terminate' : 'noterminate',
    ...(erase ? ['erase'] : []),
    ...(setState === undefined ? [] : [`state=${setState}`]),
    lock ? 'lock' : 'nolock',
  ].join(',');
