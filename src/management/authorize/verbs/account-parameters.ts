/** Parameters and names that several verbs of AUTHORIZE take. */
import { condition, SYSTEM } from '../../../condition/index.ts';
import type { Account } from '../../../ports/system-store.ts';
import { accountName } from '../../../system/account-names.ts';
import { uicText } from '../../../system/accounts.ts';
import { uicValueText } from '../../../system/rights-identifiers.ts';
import type { ChangeContext } from '../account-changes.ts';
import { type AuthorizeSession, say } from '../authorize-session.ts';
import { choosePassword } from '../choose-password.ts';
import { UAF } from '../messages.ts';

export const userParameter = [{ label: 'USERNAME', prompt: 'Username', required: true }] as const;
export const oldAndNewUser = [
  { label: 'USERNAME', prompt: 'Old username', required: true },
  { label: 'NEWUSERNAME', prompt: 'New username', required: true },
] as const;

/** Throws INVUSERNAME; UAEERR where somebody has it. */
export async function freeName({ store }: AuthorizeSession, text: string): Promise<string> {
  const name = accountName(text);
  if (name === undefined) throw condition(UAF.INVUSERNAME, text);
  if ((await store.account(name)) !== undefined) throw condition(UAF.UAEERR);
  return name;
}

export const changeContext = ({ image }: AuthorizeSession): ChangeContext => ({
  now: image.process.clock.now(),
  generatePassword: (minimum) => choosePassword(image, minimum),
});

/** Every account has an identifier of its own; of accounts with one UIC the first has it. */
export async function tellOwnIdentifier(session: AuthorizeSession, account: Account): Promise<void> {
  session.areRightsModified = true;
  const others = (await session.store.accounts()).filter(
    ({ userName, uic }) => userName !== account.userName && uicText(uic) === uicText(account.uic),
  );
  if (others.length === 0) {
    await say(session, UAF.RDBADDMSGU, account.userName, uicValueText(account.uic));
    return;
  }
  const failure = condition(UAF.RDBADDERRU, account.userName, uicValueText(account.uic));
  throw failure.with(condition(SYSTEM.DUPIDENT));
}
