/** Whose mail file `vmsmail import` and `export` work on: an account of the node, and its store. */
import { openSpool } from '../../../adapters/node/spool.ts';
import { systemClock } from '../../../adapters/node/system-clock.ts';
import { openSqliteSystemStore } from '../../../adapters/sqlite/system-store/index.ts';
import type { MailStore } from '../../../ports/mail-store.ts';
import { accountNameOfLogin } from '../../../system/account-names.ts';
import { loginName } from '../../login.ts';
import { defaultHostName } from '../../node-configuration.ts';
import { nodeRoot, rootExists } from '../../node-root.ts';
import { openNodeMailStore } from '../../parts/mail-part.ts';

export interface MailUserStore extends AsyncDisposable {
  readonly userName: string;
  readonly hostName: string;
  readonly store: MailStore;
}

/** @returns what is wrong, where there is no such node or account */
export async function openMailUser(options: {
  readonly root: string;
  readonly user?: string;
}): Promise<MailUserStore | string> {
  const paths = nodeRoot(options.root);
  if (!rootExists(paths)) return `there is no node at ${paths.root} yet; vmsmail start creates it`;
  const systemStore = openSqliteSystemStore(paths.systemDirectory);
  try {
    const userName = (options.user ?? accountNameOfLogin(loginName())).toUpperCase();
    if ((await systemStore.account(userName)) === undefined)
      return `there is no account ${userName}; a manager adds it with MCR AUTHORIZE`;
    const hostName = (await systemStore.setting('HOST_NAME')) ?? defaultHostName();
    const store = openNodeMailStore({ paths, spool: await openSpool(paths.spoolDirectory, systemClock) });
    return { userName, hostName, store, [Symbol.asyncDispose]: () => store.close() };
  } finally {
    await systemStore.close();
  }
}
