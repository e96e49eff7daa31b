/** Messages of SET COMMAND about command definition files. The sources give none: texts and numbers are ours. */
import { Condition, defineFacility } from '../../condition/index.ts';

const messages = defineFacility({
  name: 'CDU',
  number: 17,
  messages: {
    SYNTAX: { number: 1, severity: 'E', text: 'invalid command definition on line !UL', source: 'own' },
    UNDEFINED: { number: 2, severity: 'E', text: '!AS !AS is not defined, line !UL', source: 'own' },
    DUPLICATE: { number: 3, severity: 'E', text: '!AS !AS is defined twice, line !UL', source: 'own' },
    NOVERBS: { number: 4, severity: 'W', text: '!AS defines no verbs', source: 'own' },
    OPENIN: { severity: 'E', value: 0x0011109a, text: 'error opening !AS as input' },
  },
});

export const CDU = {
  ...messages,
  /** @param token  what stands where something else must */
  syntax: (line: number, token: string): Condition => new Condition(messages.SYNTAX, [line], { token }),
  undefined: (what: string, name: string, line: number): Condition =>
    new Condition(messages.UNDEFINED, [what, name, line]),
  duplicate: (what: string, name: string, line: number): Condition =>
    new Condition(messages.DUPLICATE, [what, name, line]),
};
