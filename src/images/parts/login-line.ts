/**
 * The lines LOGINOUT writes in front of the login procedures: when somebody logged in last, of a password that has expired,
 * of new mail.
 * Sources: Guide to System Security, ch. 7; vms-mail.md §1.1, §6.4.
 */
import { fao } from '../../fao/fao.ts';
import type { SessionOutput } from '../../ports/session-io.ts';
import type { Account } from '../../ports/system-store.ts';
import { isPasswordExpired } from '../../system/login-rules.ts';
import { formatTime, weekdayOf } from '../../vms-time/index.ts';

/** From memory: docs/deviations.md. */
const LAST_LOGIN = '    Last !AS login on !AS';
const FAILURES = '       !UL failure!%S since last successful login';

/** DISREPORT keeps it from being told. */
export async function tellOfLastLogin(
  { flags, lastInteractive, lastNonInteractive, loginFailures = 0 }: Account,
  output: Pick<SessionOutput, 'writeLine'>,
): Promise<void> {
  if (flags.includes('DISREPORT')) return;
  for (const [kind, instant] of [
    ['interactive', lastInteractive],
    ['non-interactive', lastNonInteractive],
  ] as const) {
    if (instant === undefined) continue;
    await output.writeLine(fao(LAST_LOGIN, [kind, `${weekdayOf(instant)}, ${formatTime(instant)}`]));
  }
  if (loginFailures > 0) await output.writeLine(fao(FAILURES, [loginFailures]));
}

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
