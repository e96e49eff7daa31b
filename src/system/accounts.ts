/** New accounts: the next free UIC, the login directory, ordinary privileges. Source: AUTHORIZE, ADD and the DEFAULT record. */
import type { FileSystem, NewFileHeader } from '../ports/file-system.ts';
import type { Account, SystemStore } from '../ports/system-store.ts';
import { privateDirectory } from './file-protection/installed-protection.ts';
import { ordinaryPrivileges } from './privileges.ts';

/** Group of ordinary accounts: [200,*] in octal, as the DEFAULT record of AUTHORIZE has it. */
const ORDINARY_GROUP = 0o200;
const LARGEST_MEMBER = 0o177776;

/** A user name with everything else as in AUTHORIZE's DEFAULT record; no password, so no login yet. */
export function newAccount(
  userName: string,
  uic: Account['uic'],
  given: Partial<Omit<Account, 'userName' | 'uic'>> = {},
): Account {
  return {
    userName,
    uic,
    owner: '',
    device: 'DKA0:',
    directory: `[${userName}]`,
    passwordHash: '',
    privileges: ordinaryPrivileges,
    defaultPrivileges: given.privileges ?? ordinaryPrivileges,
    flags: [],
    loginCommand: 'LOGIN',
    ...given,
  };
}

/** What AUTHORIZE's DEFAULT record gives at first. It is nobody: no login, no mail. */
export const defaultRecord = (): Account => ({
  ...newAccount('DEFAULT', { group: ORDINARY_GROUP, member: ORDINARY_GROUP }),
  directory: '[USER]',
  flags: ['DISUSER', 'DISMAIL'],
});

/**
 * A new account as the DEFAULT record of the authorization file wants it.
 * Deviation: DISUSER and DISMAIL are of DEFAULT itself; on OpenVMS every new user has to be given /FLAGS=NODISUSER.
 */
export function newAccountLike(record: Account | undefined, userName: string, uic: Account['uic']): Account {
  const { passwordHash, lastInteractive, lastNonInteractive, passwordChangedAt, ...given } =
    record ?? defaultRecord();
  const flags = given.flags.filter((flag) => flag !== 'DISUSER' && flag !== 'DISMAIL');
  return { ...given, userName, uic, flags, directory: `[${userName}]`, passwordHash: '' };
}

/** The lowest member number of the group that nobody has; 1 up. */
export function nextUic(accounts: readonly Account[], group = ORDINARY_GROUP): Account['uic'] {
  const taken = new Set(accounts.filter(({ uic }) => uic.group === group).map(({ uic }) => uic.member));
  for (let member = 1; member <= LARGEST_MEMBER; member += 1)
    if (!taken.has(member)) return { group, member };
  throw new Error(`UIC group ${group.toString(8)} is full`);
}

/** `[200,1]`, in octal. */
export const uicText = (uic: Account['uic']): string =>
  `[${uic.group.toString(8)},${uic.member.toString(8)}]`;

/** Creates `DKA0:[NAME]`, the account's own; nothing happens where it exists. Throws RMS conditions. */
export async function createLoginDirectory(files: FileSystem, account: Account): Promise<void> {
  const directory = account.device + account.directory;
  if (!(await files.directoryExists(directory))) await files.createDirectory(directory, loginHeader(account));
}

/** Header of a login directory. */
export const loginHeader = ({ uic }: Pick<Account, 'uic'>): NewFileHeader => ({
  owner: uic,
  protection: privateDirectory,
});

/** Records an account that is not there yet, and makes its directory. False when the name is taken. */
export async function addAccount(store: SystemStore, files: FileSystem, account: Account): Promise<boolean> {
  if ((await store.account(account.userName)) !== undefined) return false;
  await createLoginDirectory(files, account);
  await store.putAccount(account);
  return true;
}
