/** REMOVE and RENAME. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition } from '../../../condition/index.ts';
import type { Account } from '../../../ports/system-store.ts';
import { uicValueText } from '../../../system/rights-identifiers.ts';
import { accountChange } from '../account-changes.ts';
import { accountQualifiers } from '../account-qualifiers.ts';
import { type AuthorizeSession, oneAccount, say } from '../authorize-session.ts';
import { UAF } from '../messages.ts';
import { changeContext, freeName, oldAndNewUser, userParameter } from './account-parameters.ts';

/** Accounts the node itself counts on. */
const fixed: readonly string[] = ['SYSTEM', 'DEFAULT', 'TCPIP$SMTP'];

export const removeVerb = defineVerb<AuthorizeSession>({
  name: 'REMOVE',
  summary: 'Removes a user. Files and mail stay.',
  parameters: userParameter,
  qualifiers: { REMOVE_IDENTIFIER: { default: true, summary: 'his identifier goes too; it always does' } },
  async routine(command, session) {
    const account = await oneAccount(session, command.value('USERNAME')!);
    if (fixed.includes(account.userName)) throw condition(UAF.OWNRECORD, account.userName, 'removed');
    await session.store.removeAccount(account.userName);
    session.isModified = true;
    session.areRightsModified = true;
    await say(session, UAF.REMMSG);
    await say(session, UAF.RDBREMMSGU, account.userName, uicValueText(account.uic));
    return UAF.REMMSG.value;
  },
});

export const renameVerb = defineVerb<AuthorizeSession>({
  name: 'RENAME',
  summary: 'Gives a user another name. Directory, UIC, password and mail stay his.',
  parameters: oldAndNewUser,
  qualifiers: accountQualifiers,
  async routine(command, session) {
    const old = await oneAccount(session, command.value('USERNAME')!);
    if (fixed.includes(old.userName)) throw condition(UAF.OWNRECORD, old.userName, 'renamed');
    const userName = await freeName(session, command.value('NEWUSERNAME')!);
    const renamed = async (): Promise<Account> => ({
      ...(await oneAccount(session, old.userName)),
      userName,
    });
    const change = await accountChange(renamed, command, changeContext(session));
    const account = change(await renamed());
    // First the mail: who is interrupted here can do it again.
    if (!(await session.renameMail(old.userName, userName))) throw condition(UAF.MAILTHERE, userName);
    await session.store.putAccount(account);
    await session.store.removeAccount(old.userName);
    session.isModified = true;
    session.areRightsModified = true;
    await say(session, UAF.RENMSG);
    await say(session, UAF.RDBMDFYMSG, old.userName);
    return UAF.RENMSG.value;
  },
});
