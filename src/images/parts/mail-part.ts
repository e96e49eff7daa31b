/** MAIL and the routing of SMTP recipients over this node's stores. */
import { networkInterfaces } from 'node:os';
import { openMailStore } from '../../adapters/sqlite/mail-store/index.ts';
import { createMail, createMailQuota, type MailQuota, type MailService } from '../../mail/index.ts';
import {
  createLocalDomains,
  createSmtpFiles,
  createSmtpRecipients,
  type LocalDomains,
  type SmtpRecipients,
  smtpDirectories,
} from '../../mail/routing/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import { createLogicalNames } from '../../system/logical-name-tables.ts';
import type { CurrentSettings } from './current-settings.ts';
import type { NodeContext } from './node-context.ts';
import { remembered } from './remembered.ts';
import { rewritingSecret } from './rewriting-secret.ts';

export interface MailPart {
  readonly store: MailStore;
  readonly mail: MailService;
  readonly domains: LocalDomains;
  readonly recipients: SmtpRecipients;
  readonly quota: MailQuota;
}

/** What the database of everybody's mail is kept in while mail is delivered. */
export const DELIVERY_CACHE_MIB = 32;

/** @param cacheMiB  a session does well with the store's default */
export const openNodeMailStore = (
  context: Pick<NodeContext, 'paths' | 'spool'>,
  cacheMiB?: number,
): MailStore =>
  openMailStore({
    file: context.paths.mailDatabase,
    textDirectory: context.paths.mailDirectory,
    spool: context.spool,
    cacheMiB,
  });

/** @param freshMs  how old a list, or the forwarding address of a user, may be when a forward-path is checked; default 0 */
export function createMailPart(
  context: NodeContext,
  store: MailStore,
  settings: CurrentSettings,
  freshMs = 0,
): MailPart {
  const { configuration, clock, systemStore } = context;
  const quota = createMailQuota({
    store,
    accounts: systemStore,
    limitBytes: async () => (await settings.refresh()).mailQuota * MIB,
  });
  const mail = createMail({
    quota,
    store,
    systemStore,
    clock,
    log: context.log,
    nodeName: configuration.nodeName,
    hostName: configuration.hostName,
    queueManager: context.queueManager,
    spool: context.spool,
    announce: (userName, text) => context.operator.broadcast(userName, 'MAIL', text),
    tellOperators: (...told) => context.operator.operatorMessage('CENTRAL', 'MAIL', ...told),
    headersOption: async () => headersOptions[(await settings.refresh()).headerPlacement] ?? 'headers',
    substituteDomain: async () => (await settings.refresh()).substituteDomain,
    outboundAlias: async () => (await settings.refresh()).outboundAlias,
  });
  const logicalNames = createLogicalNames(systemStore);
  const smtpFiles = createSmtpFiles({
    fileSystem: context.files,
    directories: () => smtpDirectories(logicalNames),
  });
  const files = { ...smtpFiles, list: remembered(smtpFiles.list, clock, freshMs) };
  const domains = createLocalDomains({
    hostName: configuration.hostName,
    nodeName: configuration.nodeName,
    addresses: ownAddresses(clock),
    settings: () => settings.now(),
    files,
    clock,
  });
  const recipients = createSmtpRecipients({
    domains,
    nodeName: configuration.nodeName,
    accounts: systemStore,
    forwarding: remembered((userName) => mail.delivery.forwarding(userName), clock, freshMs),
    files,
    quota,
    settings: () => settings.now(),
    async rewriting() {
      const secret = await rewritingSecret(systemStore);
      return secret === undefined ? undefined : { secret, now: clock.now() };
    },
  });
  return { store, mail, domains, recipients, quota };
}

const MIB = 1_048_576;

const headersOptions: Readonly<Record<string, 'headers' | 'topHeaders' | 'noHeaders'>> = {
  BOTTOM: 'headers',
  TOP: 'topHeaders',
  NONE: 'noHeaders',
};

/** An address that this machine gets or loses counts within this time: looking took half of what the relay of a message costs. */
const ADDRESSES_MS = 1_000;

function ownAddresses(clock: Clock): () => readonly string[] {
  let known: { readonly at: number; readonly addresses: readonly string[] } | undefined;
  return () => {
    const now = clock.now();
    if (known === undefined || Math.abs(now - known.at) >= ADDRESSES_MS) {
      const addresses = Object.values(networkInterfaces()).flatMap((each) =>
        (each ?? []).map(({ address }) => address),
      );
      known = { at: now, addresses };
    }
    return known.addresses;
  };
}
