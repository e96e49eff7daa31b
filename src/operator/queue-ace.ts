/** Entries of the access list of a queue, as SET SECURITY/ACL takes them and displays show them. Source: queues.md §14; DCL Dictionary, SET SECURITY. */
import { DCL } from '../command-definition/index.ts';
import { Condition, condition, SYSTEM } from '../condition/index.ts';
import type { QueueAce } from '../ports/queue-manager.ts';
import type { SystemStore } from '../ports/system-store.ts';
import { environmentalIdentifiers } from '../system/rights-identifiers.ts';

const letterOf = { READ: 'R', SUBMIT: 'S', MANAGE: 'M', DELETE: 'D' } as const;
type AccessWord = keyof typeof letterOf;

/** `(IDENTIFIER=[SMITH],ACCESS=READ+SUBMIT)` */
export function aceText({ identifiers, access }: QueueAce): string {
  const words = (Object.keys(letterOf) as AccessWord[]).filter((word) => access.includes(letterOf[word]));
  return `(IDENTIFIER=${identifiers.join('+')},ACCESS=${words.length === 0 ? 'NONE' : words.join('+')})`;
}

/** @param values  of /ACL: one entry without its parentheses, or several with them. Throws IVVALU. */
export function parseAcl(values: readonly string[]): readonly QueueAce[] {
  if (values.length === 0) return [];
  if (!values[0]!.startsWith('(')) return [parseAce(values)];
  return values.map((each) => {
    const inside = /^\((.*)\)$/s.exec(each)?.[1];
    if (inside === undefined) throw wrong(each);
    return parseAce(inside.split(/,(?![^[]*\])/));
  });
}

function parseAce(parts: readonly string[]): QueueAce {
  let identifiers: readonly string[] | undefined;
  let access: string | undefined;
  for (const part of parts) {
    const [, word = '', value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/s.exec(part) ?? [];
    const isMeant = (name: string): boolean => word !== '' && name.startsWith(word.toUpperCase());
    if (isMeant('IDENTIFIER')) identifiers = value.toUpperCase().split('+').map(identifierOf);
    else if (isMeant('ACCESS')) access = accessOf(value.toUpperCase());
    else throw wrong(part);
  }
  if (identifiers === undefined || access === undefined) throw wrong(parts.join(','));
  return { identifiers, access };
}

/** A user is shown in brackets: `[SMITH]`, `[STAFF,SMITH]` are SMITH. */
function identifierOf(text: string): string {
  const name = text.trim().replace(/^\[(?:[^,\]]*,)?([^\]]*)\]$/, '$1');
  if (name !== '*' && !/^[A-Z0-9$_]{1,31}$/.test(name)) throw wrong(text);
  return name;
}

function accessOf(text: string): string {
  if (text !== '' && 'NONE'.startsWith(text)) return '';
  const letters = text.split('+').map((each) => {
    const words = (Object.keys(letterOf) as AccessWord[]).filter(
      (word) => each !== '' && word.startsWith(each),
    );
    if (words.length !== 1) throw wrong(each);
    return letterOf[words[0]!];
  });
  return [...new Set(letters)].join('');
}

const wrong = (text: string): Condition => new Condition(DCL.IVVALU, [], { token: text });

/** Throws SYSTEM NOSUCHID for one that nobody is, and nobody can hold. */
export async function checkIdentifiers(acl: readonly QueueAce[], store: SystemStore): Promise<void> {
  for (const name of acl.flatMap(({ identifiers }) => identifiers)) {
    if (name === '*' || name in environmentalIdentifiers) continue;
    if ((await store.account(name)) === undefined && (await store.identifier(name)) === undefined)
      throw condition(SYSTEM.NOSUCHID);
  }
}

export const isSameAce = (one: QueueAce, other: QueueAce): boolean => aceText(one) === aceText(other);
