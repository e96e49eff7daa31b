/** Names and numbers of characteristics, as qualifiers give them and displays show them. Source: queues.md §12. */
import { DCL } from '../command-definition/index.ts';
import { Condition, JBC, signal } from '../condition/index.ts';
import type { Characteristic } from '../ports/queue-definitions.ts';

const LAST_CHARACTERISTIC = 127;

/** Throws JBC NOSUCHCHAR for a name nobody has defined; a number needs no name. */
export function characteristicNumbers(
  given: readonly string[],
  known: readonly Characteristic[],
): readonly number[] {
  const numbers = given.map((text) => {
    if (/^\d+$/.test(text)) {
      if (Number(text) > LAST_CHARACTERISTIC) throw new Condition(DCL.IVVALU, [], { token: text });
      return Number(text);
    }
    return known.find(({ name }) => name === text.toUpperCase())?.number ?? signal(JBC.NOSUCHCHAR);
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** `(BLUE,7)`: by name where there is one. */
export const characteristicWords = (numbers: readonly number[], known: readonly Characteristic[]): string =>
  `(${numbers.map((number) => known.find((each) => each.number === number)?.name ?? number).join(',')})`;
