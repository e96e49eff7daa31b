/**
 * Makes a root the first time: directories, databases, the account SYSTEM with a random password, the network's own
 * account, one for the person who runs it, and the services as shipped. A second time it only adds what is missing, and says which
 * services listen: a start is what it is for.
 */
import { randomBytes } from 'node:crypto';
import { type HostFileSystem, hostFileSystem } from '../adapters/node/host-file-system.ts';
import { openSqliteSystemStore } from '../adapters/sqlite/system-store/index.ts';
import { defaultServices } from '../auxiliary-server/index.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Service, SystemStore } from '../ports/system-store.ts';
import { accountNameOfLogin } from '../system/account-names.ts';
import { addAccount, defaultRecord, loginHeader, newAccount, nextUic } from '../system/accounts.ts';
import { placeOf } from '../system/file-protection/file-place.ts';
import { isInstalledDirectory } from '../system/file-protection/installed-protection.ts';
import { AUTHENTICATION_SECRET } from '../system/login-door.ts';
import { hashPassword, randomPassword } from '../system/passwords.ts';
import { ordinaryPrivileges, privilegeNames } from '../system/privileges.ts';
import { enableConfiguredServices } from './configured-services.ts';
import { checkLateFiles } from './late-files.ts';
import { loginName } from './login.ts';
import type { NodeConfiguration } from './node-configuration.ts';
import { type NodeRoot, prepareRoot, rootExists } from './node-root.ts';

/** @param say  hears at once what was made, and the one password that is shown once: what follows may fail */
export async function createRoot(
  paths: NodeRoot,
  configuration: NodeConfiguration,
  say: (line: string) => void = () => {},
): Promise<void> {
  const isNew = !rootExists(paths);
  prepareRoot(paths);
  if (isNew) say(`Created ${paths.root}`);
  const store = openSqliteSystemStore(paths.systemDirectory);
  try {
    await checkLateFiles(paths, store);
    await addMissing(store, paths, say);
    await enableConfiguredServices(store);
    await store.putSetting('NODE_NAME', configuration.nodeName);
    await store.putSetting('HOST_NAME', configuration.hostName);
    if ((await store.setting(AUTHENTICATION_SECRET)) === undefined)
      await store.putSetting(AUTHENTICATION_SECRET, randomBytes(32).toString('base64'));
    const { metricsPort = 0 } = configuration;
    await store.putSetting('METRICS_PORT', metricsPort === 0 ? undefined : String(metricsPort));
  } finally {
    await store.close();
  }
}

async function addMissing(store: SystemStore, paths: NodeRoot, say: (line: string) => void): Promise<void> {
  const files = hostFileSystem({ root: paths.root });
  try {
    await addMissingAccounts(store, files, say);
    await adoptLoginDirectories(store, files);
  } finally {
    files.close();
  }
  for (const service of defaultServices()) {
    const found = await store.service(service.name);
    if (found === undefined || isOfBeforeTls(found)) await store.putService(service);
    else if (hasForeignLimit(found, service))
      await store.putService({ ...found, inactivity: service.inactivity });
  }
}

/** As shipped by versions without servers for them; nobody could use it. */
const isOfBeforeTls = ({ name, flags, enabled }: Service): boolean =>
  (name === 'POPS' || name === 'IMAPS') && flags.length === 0 && !enabled;

/** As shipped by versions that cut sessions off which their server lets wait; in use, the manager's own value counts. */
const hasForeignLimit = (found: Service, shipped: Service): boolean =>
  shipped.inactivity === 0 && found.inactivity === 5 && !found.enabled;

/** Login directories that a version without headers made. */
async function adoptLoginDirectories(store: SystemStore, files: HostFileSystem): Promise<void> {
  for (const account of await store.accounts()) {
    const directory = account.device + account.directory;
    const place = placeOf(directory);
    if (place !== undefined && !isInstalledDirectory(place))
      await files.adoptDirectory(directory, loginHeader(account));
  }
}

async function addMissingAccounts(
  store: SystemStore,
  files: FileSystem,
  say: (line: string) => void,
): Promise<void> {
  if ((await store.account('SYSTEM')) === undefined) {
    const password = randomPassword();
    await addAccount(store, files, {
      ...newAccount(
        'SYSTEM',
        { group: 1, member: 4 },
        { owner: 'SYSTEM MANAGER', privileges: privilegeNames, defaultPrivileges: privilegeNames },
      ),
      directory: '[SYSMGR]',
      passwordHash: await hashPassword(password),
    });
    say(`Account SYSTEM, password ${password} (shown only now; MCR AUTHORIZE changes it)`);
  }
  if ((await store.account('TCPIP$SMTP')) === undefined) {
    await addAccount(store, files, {
      ...newAccount(
        'TCPIP$SMTP',
        { group: 0o3655, member: 1 },
        { owner: 'TCPIP$SMTP', flags: ['RESTRICTED'] },
      ),
      directory: '[TCPIP$SMTP]',
    });
  }
  if ((await store.account('DEFAULT')) === undefined) await store.putAccount(defaultRecord());
  const person = accountNameOfLogin(loginName());
  if ((await store.account(person)) === undefined) {
    const uic = nextUic(await store.accounts());
    await addAccount(
      store,
      files,
      newAccount(person, uic, { owner: loginName(), privileges: ordinaryPrivileges }),
    );
    say(`Account ${person} for you: vmsmail mail, vmsmail dcl`);
  }
}
