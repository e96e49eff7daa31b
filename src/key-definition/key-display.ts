/** SHOW KEY. Source: DCL Dictionary, SHOW KEY; vms-mail.md §3.8. */
import type { KeyDefinition, KeyTable } from './key-table.ts';

/**
 * Definitions of `keys` in one state, a heading above them.
 * @param describe  what stands in parentheses behind the text; empty for nothing
 */
export function keyLines(
  table: KeyTable,
  state: string,
  keys: readonly string[],
  describe: (definition: KeyDefinition) => string,
): readonly string[] {
  return [
    `${state} keypad definitions:`,
    ...keys.flatMap((key) => {
      const definition = table.get(state, key);
      if (definition === undefined) return [];
      const words = describe(definition);
      return [`  ${key} = "${definition.text}"${words === '' ? '' : ` (${words})`}`];
    }),
  ];
}

/** /FULL only. Own: no source at hand shows which attributes DCL names, and in which order. */
export function attributes(definition: KeyDefinition, full: boolean): string {
  if (!full) return '';
  const { echo, terminate, lock, setState, erase } = definition;
  return [
    echo ? 'echo' : 'noecho',
    terminate ? 'terminate' : 'noterminate',
    ...(erase ? ['erase'] : []),
    ...(setState === undefined ? [] : [`state=${setState}`]),
    lock ? 'lock' : 'nolock',
  ].join(',');
}
