/**
 * The lines LOGINOUT writes in front of the login procedures: of a password that has expired, of new mail.
 * Sources: Guide to System Security, ch. 7; vms-mail.md §1.1, §6.4.
 */
import { fao } from '../../fao/fao.ts';
import type { SessionOutput } from '../../ports/session-io.ts';
import type { Account } from '../../ports/system-store.ts';
import { isPasswordExpired } from '../../system/login-rules.ts';

const NEW_MAIL = '    You have !UL new Mail message!%S.';

export async function tellOfNewMail(login: {
  readonly account: Account;
  readonly output: SessionOutput;
  /** Asked only where somebody is told. */
  readonly newMailCount: () => Promise<number>;
}): Promise<void> {
  if (login.account.flags.includes('DISNEWMAIL')) return;
  const count = await login.newMailCount();
  if (count > 0) await login.output.writeLine(fao(NEW_MAIL, [count]));
}

const EXPIRED = 'WARNING - Your password has expired; update immediately with SET PASSWORD!';

/**
 * Deviation: at the terminal of the node nobody has to give a password, so none has to be changed to get in; services of the
 * network do refuse it.
 */
export async function tellOfPassword(
  account: Account,
  output: Pick<SessionOutput, 'writeLine'>,
  now: number,
): Promise<void> {
  if (isPasswordExpired(account, now)) await output.writeLine(EXPIRED);
}
