/** The line in which LOGINOUT tells of new mail, in front of the login procedures. Source: vms-mail.md §1.1, §6.4. */
import { fao } from '../../fao/fao.ts';
import type { SessionOutput } from '../../ports/session-io.ts';
import type { Account } from '../../ports/system-store.ts';

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
