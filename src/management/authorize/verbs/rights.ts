/** GRANT/IDENTIFIER, REVOKE/IDENTIFIER, SHOW/IDENTIFIER, SHOW/RIGHTS and their listings. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition, SYSTEM } from '../../../condition/index.ts';
import type { Account } from '../../../ports/system-store.ts';
import { writeListing } from '../../../system/command-output.ts';
import { matchesNamePattern } from '../../../system/name-pattern.ts';
import {
  environmentalIdentifiers,
  identifierValueText,
  uicValueText,
} from '../../../system/rights-identifiers.ts';
import {
  type AuthorizeSession,
  matchingAccounts,
  oneAccount,
  say,
  writeLines,
} from '../authorize-session.ts';
import {
  identifierHeading,
  identifierLines,
  rightsLines,
  type ShownIdentifier,
} from '../identifier-display.ts';
import { UAF } from '../messages.ts';
import { attributesQualifier, changedAttributes, identifierParameter, nameOf } from './identifiers.ts';

const LISTING = 'RIGHTSLIST.LIS';
const holderParameters = [
  identifierParameter,
  { label: 'USERNAME', prompt: 'Username', required: true },
] as const;

export const grantVerb = defineVerb<AuthorizeSession>({
  name: 'GRANT/IDENTIFIER',
  summary: 'Gives an identifier to a user. It counts from his next login on.',
  parameters: holderParameters,
  qualifiers: { ATTRIBUTES: attributesQualifier },
  async routine(command, session) {
    const name = nameOf(command.value('IDENTIFIER_NAME')!);
    const { userName } = await oneAccount(session, command.value('USERNAME')!);
    const failure = condition(UAF.GRANTERR, name, userName);
    if ((await session.store.identifier(name)) === undefined) throw failure.with(condition(SYSTEM.NOSUCHID));
    const held = { name, attributes: changedAttributes(command, []) };
    await changeHeld(session, userName, (identifiers) => {
      if (identifiers.some((each) => each.name === name)) throw failure.with(condition(SYSTEM.DUPIDENT));
      return [...identifiers, held];
    });
    await say(session, UAF.GRANTMSG, name, userName);
    return UAF.GRANTMSG.value;
  },
});

export const revokeVerb = defineVerb<AuthorizeSession>({
  name: 'REVOKE/IDENTIFIER',
  summary: 'Takes an identifier from a user.',
  parameters: holderParameters,
  async routine(command, session) {
    const name = nameOf(command.value('IDENTIFIER_NAME')!);
    const { userName } = await oneAccount(session, command.value('USERNAME')!);
    await changeHeld(session, userName, (identifiers) => {
      const left = identifiers.filter((each) => each.name !== name);
      if (left.length < identifiers.length) return left;
      throw condition(UAF.REVOKEERR, name, userName).with(condition(SYSTEM.NOSUCHID));
    });
    await say(session, UAF.REVOKEMSG, name, userName);
    return UAF.REVOKEMSG.value;
  },
});

type Held = NonNullable<Account['identifiers']>;

async function changeHeld(
  session: AuthorizeSession,
  userName: string,
  change: (identifiers: Held) => Held,
): Promise<void> {
  await session.store.changeAccount(userName, (account) => ({
    ...account,
    identifiers: change(account.identifiers ?? []),
  }));
  session.areRightsModified = true;
}

const identifierSelection = {
  parameters: [{ label: 'IDENTIFIER_NAME', prompt: 'Identifier' }],
  qualifiers: {
    BRIEF: { negatable: false },
    FULL: { negatable: false, summary: 'also who holds it' },
    USER: { negatable: false, value: { required: true }, summary: 'the own identifiers of these users' },
  },
  disallow: ['BRIEF AND FULL'],
} as const;

export const showIdentifierVerb = defineVerb<AuthorizeSession>({
  name: 'SHOW/IDENTIFIER',
  summary: 'Displays identifiers; wildcards allowed.',
  ...identifierSelection,
  async routine(command, session) {
    const pattern = command.value('USER') ?? command.value('IDENTIFIER_NAME') ?? '*';
    await writeLines(
      session,
      await listing(session, pattern, command.present('USER'), command.present('FULL')),
    );
    return SYSTEM.NORMAL.value;
  },
});

export const listIdentifierVerb = defineVerb<AuthorizeSession>({
  name: 'LIST/IDENTIFIER',
  summary: `Writes identifiers to ${LISTING} in your directory.`,
  ...identifierSelection,
  async routine(command, session) {
    const pattern = command.value('USER') ?? command.value('IDENTIFIER_NAME') ?? '*';
    const lines = await listing(session, pattern, command.present('USER'), command.present('FULL'));
    await writeListing(session.image, LISTING, lines);
    await say(session, UAF.RLSTMSG, LISTING);
    return UAF.RLSTMSG.value;
  },
});

async function listing(
  session: AuthorizeSession,
  pattern: string,
  onlyUsers: boolean,
  isFull: boolean,
): Promise<readonly string[]> {
  const all = (await shownIdentifiers(session)).filter((each) => !onlyUsers || each.isUser);
  const found = all.filter(({ name }) => matchesNamePattern(name, pattern));
  if (found.length === 0) throw condition(UAF.SHOW_ERR).with(condition(SYSTEM.NOSUCHID));
  return [...identifierHeading, ...found.flatMap((each) => identifierLines(each, isFull))];
}

/** All there are, by name. */
async function shownIdentifiers({
  store,
}: AuthorizeSession): Promise<readonly (ShownIdentifier & { readonly isUser: boolean })[]> {
  const accounts = await store.accounts();
  const nobody = { attributes: [], holders: [] };
  const users = accounts
    .filter(({ userName }) => userName !== 'DEFAULT')
    .map(({ userName, uic }) => ({ name: userName, valueText: uicValueText(uic), ...nobody, isUser: true }));
  const fixed = Object.entries(environmentalIdentifiers).map(([name, value]) => ({
    ...{ name, valueText: identifierValueText(value), isUser: false },
    ...nobody,
  }));
  const general = (await store.identifiers()).map(({ name, value, attributes }) => ({
    ...{ name, valueText: identifierValueText(value), attributes, isUser: false },
    holders: accounts.flatMap(({ userName, identifiers = [] }) =>
      identifiers
        .filter((each) => each.name === name)
        .map((each) => ({ name: userName, attributes: each.attributes })),
    ),
  }));
  return [...users, ...fixed, ...general].sort((one, other) => (one.name < other.name ? -1 : 1));
}

export const showRightsVerb = defineVerb<AuthorizeSession>({
  name: 'SHOW/RIGHTS',
  summary: 'Displays the identifiers users hold.',
  parameters: [{ label: 'USERNAME', prompt: 'Username' }],
  qualifiers: { USER: { negatable: false, value: { required: true } } },
  async routine(command, session) {
    const user = command.value('USER') ?? command.value('USERNAME') ?? session.image.process.account.userName;
    await writeLines(session, await rights(session, user));
    return SYSTEM.NORMAL.value;
  },
});

export const listRightsVerb = defineVerb<AuthorizeSession>({
  name: 'LIST/RIGHTS',
  summary: `Writes the identifiers users hold to ${LISTING} in your directory.`,
  parameters: [{ label: 'USERNAME', prompt: 'Username' }],
  qualifiers: { USER: { negatable: false, value: { required: true } } },
  async routine(command, session) {
    const user = command.value('USER') ?? command.value('USERNAME') ?? '*';
    await writeListing(session.image, LISTING, await rights(session, user));
    await say(session, UAF.RLSTMSG, LISTING);
    return UAF.RLSTMSG.value;
  },
});

async function rights(session: AuthorizeSession, user: string): Promise<readonly string[]> {
  const accounts = await matchingAccounts(session, user);
  const values = new Map((await session.store.identifiers()).map(({ name, value }) => [name, value]));
  const holders = accounts.filter(({ identifiers = [] }) => identifiers.length > 0);
  if (holders.length === 0) throw condition(UAF.SHOW_ERR).with(condition(SYSTEM.NOSUCHID));
  return holders.flatMap(({ userName, identifiers = [] }) =>
    rightsLines(
      userName,
      identifiers.map((each) => ({ ...each, valueText: identifierValueText(values.get(each.name) ?? 0) })),
    ),
  );
}
