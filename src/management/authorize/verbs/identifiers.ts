/** ADD/IDENTIFIER, MODIFY/IDENTIFIER, RENAME/IDENTIFIER, REMOVE/IDENTIFIER: the rights database. */
import { defineVerb, type ParsedCommand } from '../../../command-definition/index.ts';
import { condition, SYSTEM } from '../../../condition/index.ts';
import type { RightsIdentifier, SystemStore } from '../../../ports/system-store.ts';
import {
  environmentalIdentifiers,
  FIRST_GENERAL_IDENTIFIER,
  identifierAttributes,
  identifierName,
  identifierValueText,
  isGeneralIdentifier,
} from '../../../system/rights-identifiers.ts';
import { type AuthorizeSession, say } from '../authorize-session.ts';
import { UAF } from '../messages.ts';

export const attributesQualifier = {
  negatable: false,
  value: {
    required: true,
    list: true,
    keywords: Object.fromEntries(identifierAttributes.map((name) => [name, { negatable: true }])),
  },
} as const;

export const identifierParameter = {
  label: 'IDENTIFIER_NAME',
  prompt: 'Identifier',
  required: true,
} as const;

/** The words of /ATTRIBUTES put to what was there. */
export const changedAttributes = (command: ParsedCommand, before: readonly string[]): readonly string[] =>
  identifierAttributes.filter((name) => {
    const presence = command.presence(`ATTRIBUTES.${name}`);
    return presence === 'absent' ? before.includes(name) : presence !== 'negated';
  });

/** Throws INVIDENT. */
export function nameOf(text: string): string {
  const name = identifierName(text);
  if (name === undefined) throw condition(UAF.INVIDENT, text);
  return name;
}

const isTaken = async (store: SystemStore, name: string): Promise<boolean> =>
  environmentalIdentifiers[name] !== undefined ||
  (await store.account(name)) !== undefined ||
  (await store.identifier(name)) !== undefined;

export const addIdentifierVerb = defineVerb<AuthorizeSession>({
  name: 'ADD/IDENTIFIER',
  summary: 'Adds an identifier to the rights database.',
  parameters: [identifierParameter],
  qualifiers: {
    ATTRIBUTES: attributesQualifier,
    VALUE: {
      negatable: false,
      value: { required: true, keywords: { IDENTIFIER: { value: { required: true } } } },
    },
  },
  async routine(command, session) {
    const { store } = session;
    const name = nameOf(command.value('IDENTIFIER_NAME')!);
    const identifiers = await store.identifiers();
    const value = command.present('VALUE')
      ? givenValue(command.value('VALUE.IDENTIFIER') ?? '')
      : nextValue(identifiers);
    const isKnown = (await isTaken(store, name)) || identifiers.some((each) => each.value === value);
    if (isKnown) {
      throw condition(UAF.RDBADDERR, name, identifierValueText(value)).with(condition(SYSTEM.DUPIDENT));
    }
    await store.putIdentifier({ name, value, attributes: changedAttributes(command, []) });
    session.areRightsModified = true;
    await say(session, UAF.RDBADDMSG, name, identifierValueText(value));
    return UAF.RDBADDMSG.value;
  },
});

export const modifyIdentifierVerb = defineVerb<AuthorizeSession>({
  name: 'MODIFY/IDENTIFIER',
  summary: 'Changes the attributes of an identifier.',
  parameters: [identifierParameter],
  qualifiers: { ATTRIBUTES: attributesQualifier },
  async routine(command, session) {
    const before = await known(session, command.value('IDENTIFIER_NAME')!, UAF.RDBMDFYERR);
    await session.store.putIdentifier({
      ...before,
      attributes: changedAttributes(command, before.attributes),
    });
    session.areRightsModified = true;
    await say(session, UAF.RDBMDFYMSG, before.name);
    return UAF.RDBMDFYMSG.value;
  },
});

export const renameIdentifierVerb = defineVerb<AuthorizeSession>({
  name: 'RENAME/IDENTIFIER',
  summary: 'Gives an identifier another name; those who hold it keep it.',
  parameters: [
    { ...identifierParameter, prompt: 'Old identifier' },
    { label: 'NEW_NAME', prompt: 'New identifier', required: true },
  ],
  async routine(command, session) {
    const { store } = session;
    const before = await known(session, command.value('IDENTIFIER_NAME')!, UAF.RDBMDFYERR);
    const name = nameOf(command.value('NEW_NAME')!);
    if (await isTaken(store, name)) {
      throw condition(UAF.RDBMDFYERR, before.name).with(condition(SYSTEM.DUPIDENT));
    }
    await store.putIdentifier({ ...before, name });
    await changeHolders(store, before.name, name);
    await store.removeIdentifier(before.name);
    session.areRightsModified = true;
    await say(session, UAF.RDBMDFYMSG, before.name);
    return UAF.RDBMDFYMSG.value;
  },
});

export const removeIdentifierVerb = defineVerb<AuthorizeSession>({
  name: 'REMOVE/IDENTIFIER',
  summary: 'Removes an identifier; nobody holds it any more.',
  parameters: [identifierParameter],
  async routine(command, session) {
    const { store } = session;
    const { name, value } = await known(session, command.value('IDENTIFIER_NAME')!, UAF.RDBREMERR);
    await changeHolders(store, name, undefined);
    await store.removeIdentifier(name);
    session.areRightsModified = true;
    await say(session, UAF.RDBREMMSG, name, identifierValueText(value));
    return UAF.RDBREMMSG.value;
  },
});

/** Throws the failure with NOSUCHID: not there, or no identifier of the rights database. */
async function known(
  { store }: AuthorizeSession,
  text: string,
  failure: typeof UAF.RDBREMERR,
): Promise<RightsIdentifier> {
  const name = nameOf(text);
  const found = await store.identifier(name);
  if (found === undefined) throw condition(failure, name).with(condition(SYSTEM.NOSUCHID));
  return found;
}

async function changeHolders(store: SystemStore, name: string, newName: string | undefined): Promise<void> {
  for (const { userName } of await store.accounts())
    await store.changeAccount(userName, (account) => {
      const { identifiers = [] } = account;
      if (!identifiers.some((each) => each.name === name)) return account;
      const changed = identifiers.flatMap((each) =>
        each.name !== name ? [each] : newName === undefined ? [] : [{ ...each, name: newName }],
      );
      return { ...account, identifiers: changed };
    });
}

function nextValue(identifiers: readonly RightsIdentifier[]): number {
  const taken = new Set(identifiers.map(({ value }) => value));
  let value = FIRST_GENERAL_IDENTIFIER;
  while (taken.has(value)) value += 1;
  return value;
}

/** `IDENTIFIER:%X80011000` */
function givenValue(text: string): number {
  const value = /^%X[0-9A-F]{1,8}$/.test(text) ? Number.parseInt(text.slice(2), 16) : Number(text);
  if (!Number.isInteger(value) || !isGeneralIdentifier(value)) throw condition(UAF.INVVALUE, text, 'VALUE');
  return value;
}
