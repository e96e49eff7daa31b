/**
 * SET PASSWORD: a user changes his own. Asks for the old one, the new one, and the new one again, without echo.
 * Texts are the product's; numbers ours. Source: DCL Dictionary, SET PASSWORD; System Messages, SET; Guide to System Security, ch. 7.
 */
import { condition, SYSTEM } from '../../condition/index.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { Account, SystemStore } from '../../ports/system-store.ts';
import type { ImageContext } from '../../system/image.ts';
import { openLoginDoor } from '../../system/login-door.ts';
import { hashPassword, isPasswordOf } from '../../system/passwords.ts';
import { choosePassword, readSecret } from './choose-password.ts';
import { SET_PASSWORD } from './messages.ts';

const LONGEST = 32;
const USUAL_MINIMUM = 6;
/** Where /GENERATE has no length. */
const GENERATED = 8;

export interface PasswordParts {
  readonly systemStore: SystemStore;
  /** Hears of wrong passwords. */
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
}

/**
 * @param generatedLength  undefined: the user thinks of a password himself
 * Throws SET conditions; NOPRIV for who has no account; ABORT where an answer is missing.
 */
export async function setPassword(
  image: ImageContext,
  parts: PasswordParts,
  given: { readonly isGenerated: boolean; readonly length: number | undefined },
): Promise<void> {
  const account = await parts.systemStore.account(image.process.account.userName);
  if (account === undefined) throw condition(SYSTEM.NOPRIV);
  const isGenerated = given.isGenerated || account.flags.includes('GENPWD');
  await changePassword(image, parts, account, isGenerated ? (given.length ?? GENERATED) : undefined);
}

async function changePassword(
  image: ImageContext,
  parts: PasswordParts,
  account: Account,
  generatedLength: number | undefined,
): Promise<void> {
  if (account.flags.includes('LOCKPWD')) throw condition(SET_PASSWORD.PWDLOCKED);
  const hasPassword = account.passwordHash !== '';
  const old = hasPassword ? await readSecret(image, 'Old password: ') : '';
  if (hasPassword && !(await isOldPassword(image, parts, account, old)))
    throw condition(SET_PASSWORD.PWDNOTVAL);
  // What is kept of a password may be more of it once it has been given.
  const checked = await parts.systemStore.account(account.userName);
  const { passwordMinimum: minimum = USUAL_MINIMUM } = account;
  const password =
    generatedLength === undefined
      ? await readSecret(image, 'New password: ')
      : await choosePassword(image, Math.min(Math.max(generatedLength, minimum), LONGEST - 2));
  if (password.length < minimum || password.length > LONGEST) {
    throw condition(SET_PASSWORD.INVPWDLEN, minimum, LONGEST);
  }
  if (hasPassword && (await isPasswordOf(account, password))) throw condition(SET_PASSWORD.PWDNOTDIF);
  if ((await readSecret(image, 'Verification: ')) !== password) throw condition(SET_PASSWORD.PWDNOTVER);
  const passwordHash = await hashPassword(password, account.flags);
  await keepPassword(parts.systemStore, account.userName, checked?.passwordHash ?? '', {
    passwordHash,
    passwordChangedAt: image.process.clock.now(),
  });
}

/**
 * Answers take their time. Into the account as it is by now: what the manager has done meanwhile stays, and a user he has removed, or
 * given another password, keeps nothing.
 */
async function keepPassword(
  systemStore: SystemStore,
  userName: string,
  oldHash: string,
  password: Pick<Account, 'passwordHash' | 'passwordChangedAt'>,
): Promise<void> {
  const account = await systemStore.changeAccount(userName, (now) => {
    if (now.flags.includes('LOCKPWD')) throw condition(SET_PASSWORD.PWDLOCKED);
    if (now.passwordHash !== oldHash) throw condition(SET_PASSWORD.PWDNOTVAL);
    return { ...now, ...password, flags: now.flags.filter((flag) => flag !== 'PWD_EXPIRED') };
  });
  if (account === undefined) throw condition(SYSTEM.NOPRIV);
}

/** Who sits at a session somebody left may guess here as at any door: too often, and the right one counts no more for a while. */
async function isOldPassword(
  { process }: ImageContext,
  { systemStore, opcom }: PasswordParts,
  { userName }: Account,
  password: string,
): Promise<boolean> {
  const { clock, nodeName, pid, processName, terminal } = process;
  const source =
    terminal === undefined
      ? ({ kind: 'process' } as const)
      : ({ kind: 'terminal', terminal: terminal.deviceName } as const);
  const peer = { source, processName, pid };
  const { kind } = await openLoginDoor({ systemStore, opcom, clock, nodeName }, peer).attempt(
    userName,
    password,
  );
  return kind === 'in';
}
