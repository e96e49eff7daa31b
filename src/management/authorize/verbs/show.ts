/** SHOW and LIST of accounts. */
import { defineVerb } from '../../../command-definition/index.ts';
import { SYSTEM } from '../../../condition/index.ts';
import type { Account } from '../../../ports/system-store.ts';
import { writeListing } from '../../../system/command-output.ts';
import { accountFullLines, accountHeading, accountLine } from '../account-display.ts';
import { type AuthorizeSession, matchingAccounts, say, writeLines } from '../authorize-session.ts';
import { UAF } from '../messages.ts';
import { userParameter } from './account-parameters.ts';

const LISTING = 'SYSUAF.LIS';

const briefLines = (accounts: readonly Account[]): readonly string[] => [
  accountHeading,
  '',
  ...accounts.map(accountLine),
];

async function fullLines(
  { store }: AuthorizeSession,
  accounts: readonly Account[],
): Promise<readonly string[]> {
  const identifiers = new Map((await store.identifiers()).map((each) => [each.name, each]));
  return accounts.flatMap((each) => accountFullLines(each, identifiers));
}

export const showVerb = defineVerb<AuthorizeSession>({
  name: 'SHOW',
  summary: 'Displays users; /FULL is the default.',
  parameters: userParameter,
  qualifiers: { BRIEF: { negatable: false }, FULL: { negatable: false } },
  disallow: ['BRIEF AND FULL'],
  async routine(command, session) {
    const accounts = await matchingAccounts(session, command.value('USERNAME')!);
    await writeLines(
      session,
      command.present('BRIEF') ? ['', ...briefLines(accounts)] : await fullLines(session, accounts),
    );
    return SYSTEM.NORMAL.value;
  },
});

export const listVerb = defineVerb<AuthorizeSession>({
  name: 'LIST',
  summary: `Writes users to ${LISTING} in your directory; /BRIEF is the default.`,
  parameters: [{ label: 'USERNAME', prompt: 'Username', value: { default: '*' } }],
  qualifiers: { BRIEF: { negatable: false }, FULL: { negatable: false } },
  disallow: ['BRIEF AND FULL'],
  async routine(command, session) {
    const accounts = await matchingAccounts(session, command.value('USERNAME') ?? '*');
    await say(session, UAF.LSTMSG1);
    await writeListing(
      session.image,
      LISTING,
      command.present('FULL') ? await fullLines(session, accounts) : briefLines(accounts),
    );
    await say(session, UAF.LSTMSG2, LISTING);
    return UAF.LSTMSG2.value;
  },
});
