/** F$IDENTIFIER: names of users, of environments and of the rights database, and their numbers. Source: dcl.md §16.4. */
import type { NodeInformation } from '../../ports/node-information.ts';
import type { Account } from '../../ports/system-store.ts';
import { environmentalIdentifiers } from '../../system/rights-identifiers.ts';
import { toInteger } from '../value.ts';
import { badKeyword, keyword } from './arguments.ts';
import type { LexicalFunction } from './lexical-function.ts';

export const identifierLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$IDENTIFIER',
    minimum: 2,
    maximum: 2,
    asynchronous: true,
    evaluate: (args, { process: { node } }) => {
      const conversion = keyword(args, 1);
      if (conversion === 'NAME_TO_NUMBER') return numberOf(keyword(args, 0), node);
      if (conversion === 'NUMBER_TO_NAME') return nameOf(toInteger(args[0] ?? 0), node);
      throw badKeyword(conversion);
    },
  },
];

/** 0 where there is none. */
async function numberOf(text: string, node: NodeInformation): Promise<number> {
  const name = text.replace(/^\[(.*)\]$/, '$1');
  const general = environmentalIdentifiers[name] ?? (await node.identifier(name))?.value;
  if (general !== undefined) return general | 0;
  const account = await node.account(name);
  return account === undefined ? 0 : uicNumber(account.uic);
}

/** '' where there is none. */
async function nameOf(number: number, node: NodeInformation): Promise<string> {
  if (number < 0) return environment(number) ?? (await node.identifierOfValue(number >>> 0))?.name ?? '';
  const uic = { group: number >>> 16, member: number & 0xffff };
  return (await node.accountOfUic(uic))?.userName ?? '';
}

const uicNumber = ({ group, member }: Account['uic']): number => (group << 16) | member;

/** Bit 31 is set where an identifier is no UIC. */
const environment = (number: number): string | undefined =>
  Object.entries(environmentalIdentifiers).find(([, value]) => (value | 0) === number)?.[0];

/** For `!%I` of F$FAO, which cannot wait for the authorization file: the caller, and the environments. */
export const ownIdentifier = (number: number, { uic, userName }: Account): string | undefined =>
  number === uicNumber(uic) ? userName : environment(number);
