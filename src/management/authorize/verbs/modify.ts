/** MODIFY and DEFAULT: changes of accounts that are there. */
import { defineVerb, type ParsedCommand } from '../../../command-definition/index.ts';
import type { Account } from '../../../ports/system-store.ts';
import { createLoginDirectory, defaultRecord, uicText } from '../../../system/accounts.ts';
import { accountChange } from '../account-changes.ts';
import { accountQualifiers } from '../account-qualifiers.ts';
import { type AuthorizeSession, matchingAccounts, oneAccount, say } from '../authorize-session.ts';
import { UAF } from '../messages.ts';
import { changeContext, userParameter } from './account-parameters.ts';

export const modifyVerb = defineVerb<AuthorizeSession>({
  name: 'MODIFY',
  summary: 'Changes users; wildcards allowed.',
  parameters: userParameter,
  qualifiers: accountQualifiers,
  async routine(command, session) {
    const accounts = await matchingAccounts(session, command.value('USERNAME')!);
    return modify(
      session,
      command,
      accounts.map(
        ({ userName }) =>
          () =>
            oneAccount(session, userName),
      ),
    );
  },
});

export const defaultVerb = defineVerb<AuthorizeSession>({
  name: 'DEFAULT',
  summary: 'Changes what ADD gives new users.',
  qualifiers: accountQualifiers,
  async routine(command, session) {
    const current = async (): Promise<Account> => (await session.store.account('DEFAULT')) ?? defaultRecord();
    return modify(session, command, [current]);
  },
});

async function modify(
  session: AuthorizeSession,
  command: ParsedCommand,
  accounts: readonly (() => Promise<Account>)[],
): Promise<number> {
  const { files } = session.image.process;
  const renumbered: string[] = [];
  for (const current of accounts) {
    const change = await accountChange(current, command, changeContext(session));
    const before = await current();
    const { userName } = before;
    const wanted = change(before);
    if ((command.present('DIRECTORY') || command.present('DEVICE')) && userName !== 'DEFAULT') {
      await createLoginDirectory(files, wanted);
    }
    // Only DEFAULT may not be there.
    if ((await session.store.changeAccount(userName, change)) === undefined)
      await session.store.putAccount(change(await current()));
    session.isModified = true;
    if (uicText(wanted.uic) !== uicText(before.uic)) renumbered.push(userName);
  }
  await say(session, UAF.MDFYMSG);
  for (const userName of renumbered) {
    session.areRightsModified = true;
    await say(session, UAF.RDBMDFYMSG, userName);
  }
  return UAF.MDFYMSG.value;
}
