/** The IMAP server of a node: what TCPIP$IMAP_RUN.COM RUNs. */

import { AccountWatcher, ChangeWatcher, ConnectionCounts, createImapImage } from '../../imap/index.ts';
import { openClientMailboxes } from '../../mail/index.ts';
import type { Account } from '../../ports/system-store.ts';
import type { ImapFields } from '../../system/settings/index.ts';
import type { Current, CurrentSettings } from './current-settings.ts';
import type { MailAccessOptions } from './mail-access-process.ts';
import type { MailPart } from './mail-part.ts';
import { type NodeContext, versionInfo } from './node-context.ts';
import { nodeLoginDoor } from './node-login-door.ts';
import type { ServiceImage } from './service-part.ts';

export function createImapPart(
  context: NodeContext,
  mail: MailPart,
  settings: CurrentSettings,
  fields: Current<ImapFields>,
  { version, stopping, tls }: MailAccessOptions,
): ServiceImage {
  const { clock, log, systemStore, configuration } = context;
  const { store } = mail;
  const openLoginDoor = nodeLoginDoor(context, mail);
  const pid = process.pid.toString(16).toUpperCase().padStart(8, '0');
  return {
    name: 'TCPIP$IMAP_SERVER',
    image: (devices) =>
      createImapImage(
        {
          quota: mail.quota,
          openMailboxes: (userName) => openClientMailboxes(store, userName),
          accounts: new AccountWatcher(
            {
              mayStay: async (userName) => isInUse(await systemStore.account(userName), clock.now()),
              stamp: () => systemStore.changeCounter(true),
            },
            clock,
            log,
          ),
          loginDoor: ({ address }) =>
            openLoginDoor({
              source: { kind: 'network', address },
              mode: 'NETWORK',
              processName: 'TCPIP$IMAP_1',
              pid,
            }),
          counts: new ConnectionCounts(),
          watcher: new ChangeWatcher(store.mailboxes, clock, log),
          tls,
          clock,
          log,
          hostName: configuration.hostName,
          versionInfo: versionInfo(version),
          domain: async () =>
            (await fields.refresh()).gatewayNode ??
            (await settings.refresh()).substituteDomain ??
            configuration.hostName,
          settings: async () => {
            const { authMechanisms, authWithoutTls } = await settings.refresh();
            return { ...(await fields.refresh()), authMechanisms, authWithoutTls };
          },
          ...(stopping === undefined ? {} : { stopping }),
        },
        devices,
      ),
  };
}

/** Of a session that is there its hours of access do not count any more. */
const isInUse = (account: Account | undefined, now: number): boolean =>
  account !== undefined &&
  !account.flags.includes('DISUSER') &&
  !account.flags.includes('DISMAIL') &&
  (account.expiration === undefined || account.expiration > now);
