/** ADD and COPY: new accounts. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition, type MessageDefinition } from '../../../condition/index.ts';
import type { Account } from '../../../ports/system-store.ts';
import { addAccount, newAccountLike, nextUic } from '../../../system/accounts.ts';
import { accountChange } from '../account-changes.ts';
import { accountQualifiers } from '../account-qualifiers.ts';
import { type AuthorizeSession, oneAccount, say } from '../authorize-session.ts';
import { UAF } from '../messages.ts';
import {
  changeContext,
  freeName,
  oldAndNewUser,
  tellOwnIdentifier,
  userParameter,
} from './account-parameters.ts';

async function add(session: AuthorizeSession, account: Account, message: MessageDefinition): Promise<void> {
  if (!(await addAccount(session.store, session.image.process.files, account))) throw condition(UAF.UAEERR);
  session.isModified = true;
  await say(session, message);
}

export const addVerb = defineVerb<AuthorizeSession>({
  name: 'ADD',
  summary: 'Adds a user, and makes the login directory.',
  parameters: userParameter,
  qualifiers: accountQualifiers,
  async routine(command, session) {
    const { store } = session;
    const name = await freeName(session, command.value('USERNAME')!);
    const blank = async (): Promise<Account> =>
      newAccountLike(await store.account('DEFAULT'), name, nextUic(await store.accounts()));
    const change = await accountChange(blank, command, changeContext(session));
    const account = change(await blank());
    await add(session, account, UAF.ADDMSG);
    await tellOwnIdentifier(session, account);
    return UAF.ADDMSG.value;
  },
});

export const copyVerb = defineVerb<AuthorizeSession>({
  name: 'COPY',
  summary: 'Adds a user like another one. The password is not copied.',
  parameters: oldAndNewUser,
  qualifiers: accountQualifiers,
  async routine(command, session) {
    await oneAccount(session, command.value('USERNAME')!);
    const name = await freeName(session, command.value('NEWUSERNAME')!);
    const copy = async (): Promise<Account> => {
      const old = await oneAccount(session, command.value('USERNAME')!);
      const uic = nextUic(await session.store.accounts(), old.uic.group);
      const { lastInteractive, lastNonInteractive, passwordChangedAt, loginFailures, ...kept } = old;
      return { ...kept, userName: name, uic, directory: `[${name}]`, passwordHash: '' };
    };
    const change = await accountChange(copy, command, changeContext(session));
    const account = change(await copy());
    await add(session, account, UAF.COPMSG);
    if (account.passwordHash === '' && !command.negated('PASSWORD')) await say(session, UAF.DEFPWD);
    await tellOwnIdentifier(session, account);
    return UAF.COPMSG.value;
  },
});
