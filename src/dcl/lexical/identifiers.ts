/** F$IDENTIFIER: names of users and of environments, and their numbers. Source: dcl.md §16.4. */
import type { Account } from '../../ports/system-store.ts';
import { toInteger } from '../value.ts';
import { badKeyword, keyword } from './arguments.ts';
import type { LexicalFunction } from './lexical-function.ts';

/** Every system has these. Bit 31: no UIC. Source: Guide to System Security, environmental identifiers. */
const environments: ReadonlyMap<string, number> = new Map(
  ['BATCH', 'DIALUP', 'INTERACTIVE', 'LOCAL', 'NETWORK', 'REMOTE'].map((name, index) => [
    name,
    (0x8000_0001 + index) | 0,
  ]),
);

const numberOf = ({ group, member }: Account['uic']): number => (group << 16) | member;

export const identifierLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$IDENTIFIER',
    minimum: 2,
    maximum: 2,
    asynchronous: true,
    evaluate: async (args, { process: { node } }) => {
      const conversion = keyword(args, 1);
      if (conversion === 'NAME_TO_NUMBER') {
        const name = keyword(args, 0).replace(/^\[(.*)\]$/, '$1');
        const account = await node.account(name);
        return environments.get(name) ?? (account === undefined ? 0 : numberOf(account.uic));
      }
      if (conversion !== 'NUMBER_TO_NAME') throw badKeyword(conversion);
      const number = toInteger(args[0] ?? 0);
      const environment = [...environments].find(([, value]) => value === number);
      if (environment !== undefined) return environment[0];
      const uic = { group: (number >>> 16) & 0x3fff, member: number & 0xffff };
      return (await node.accountOfUic(uic))?.userName ?? '';
    },
  },
];

/** For `!%I` of F$FAO, which cannot wait for the authorization file: the caller, and the environments. */
export function ownIdentifier(number: number, { uic, userName }: Account): string | undefined {
  if (number === numberOf(uic)) return userName;
  return [...environments].find(([, value]) => value === number)?.[0];
}
