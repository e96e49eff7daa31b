/** The receiver's settings out of the one table; names in the lists of clients become addresses. tcpip-smtp.md §3.3 */
import { isIP } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import type { Resolver } from '../../ports/resolver.ts';
import { defaultReceiverSettings, type ReceiverSettings } from '../../receiver/index.ts';
import type { SmtpSettings } from '../../system/settings/index.ts';

/** Deviation: the product looks names up once, when it reads the file; addresses change. */
const NAMES_LAST_MS = 5 * 60_000;

/** For the same snapshot the same answer, until the addresses of named clients are to be looked up anew. */
export function createReceiverSettings(
  resolver: Resolver,
  clock: Clock,
): (settings: SmtpSettings) => ReceiverSettings | Promise<ReceiverSettings> {
  let last: { of: SmtpSettings; made: ReceiverSettings | Promise<ReceiverSettings>; at: number } | undefined;
  return (settings) => {
    const now = clock.now();
    if (last?.of === settings && Math.abs(now - last.at) < NAMES_LAST_MS) return last.made;
    const hasNames = [...settings.goodClients, ...settings.badClients].some(isName);
    const made = hasNames
      ? withAddresses(settings, resolver)
      : settingsOf(settings, settings.goodClients, settings.badClients);
    last = { of: settings, made, at: now };
    return made;
  };
}

const isName = (client: string): boolean => !client.includes('/') && isIP(client) === 0;

async function withAddresses(settings: SmtpSettings, resolver: Resolver): Promise<ReceiverSettings> {
  const addresses = async (clients: readonly string[]): Promise<readonly string[]> =>
    (await Promise.all(clients.map((each) => (isName(each) ? addressesOf(each, resolver) : [each])))).flat();
  return settingsOf(settings, await addresses(settings.goodClients), await addresses(settings.badClients));
}

/** Those of the host; else of the gateways of the domain. None, while the name server knows none. */
async function addressesOf(name: string, resolver: Resolver): Promise<readonly string[]> {
  const host = name.toLowerCase();
  const found = await resolver.addresses(host);
  if (found.kind === 'found') return found.records;
  const gateways = await resolver.mx(host);
  if (gateways.kind !== 'found') return [];
  const each = await Promise.all(gateways.records.map(({ exchange }) => resolver.addresses(exchange)));
  return each.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
}

function settingsOf(
  settings: SmtpSettings,
  goodClients: readonly string[],
  badClients: readonly string[],
): ReceiverSettings {
  const texts = {
    'Unbacktranslatable-IP': settings.unbacktranslatableText,
    'Bad-Clients': settings.badClientsText,
    'Client-In-RBL': settings.clientInRblText,
    'Reject-Mail-From': settings.rejectMailFromText,
    'Unqualified-Sender': settings.unqualifiedSenderText,
    'Unresolvable-Domain': settings.unresolvableDomainText,
    'SPAM-Relay': settings.spamRelayText,
  };
  return {
    ...defaultReceiverSettings,
    receiveTimeoutMs: settings.receiveTimeoutMs,
    messageSizeLimit: settings.messageSizeLimit,
    hopCountMaximum: settings.hopCountMaximum,
    relay: settings.relay,
    goodClients,
    badClients,
    relayZones: settings.relayZones,
    relayBasedOnMx: settings.relayBasedOnMx,
    rbls: settings.rbls,
    rejectUnbacktranslatable: settings.rejectUnbacktranslatable,
    acceptUnqualifiedSenders: settings.acceptUnqualifiedSenders,
    acceptUnresolvableDomains: settings.acceptUnresolvableDomains,
    rejectMailFrom: settings.rejectMailFrom,
    acceptMailFrom: settings.acceptMailFrom,
    greylists: settings.greylisting,
    greylistDelayMs: settings.greylistDelay,
    filterUrl: settings.filterUrl,
    filterTimeoutMs: settings.filterTimeout * 1_000,
    rateLimits: {
      clientConnections: settings.clientConnectionRate,
      clientMessages: settings.clientMessageRate,
      clientRecipients: settings.clientRecipientRate,
      clientErrors: settings.clientErrorRate,
      userMessages: settings.userMessageRate,
      userRecipients: settings.userRecipientRate,
    },
    tarpits: settings.tarpit,
    checksSenders: settings.checkSenders,
    dmarcPolicy: settings.dmarcPolicy as ReceiverSettings['dmarcPolicy'],
    quarantineFolder: settings.quarantineFolder,
    trustedSealers: settings.trustedArcSealers,
    checksDeliverability: settings.checksDeliverability,
    tellsOperators: settings.spamAction === 'OPCOM',
    keepsAccounts: settings.spamAction === 'ACCOUNTING',
    traces: settings.receiverTrace,
    friendly: settings.security === 'FRIENDLY',
    classic: settings.classic,
    xclientClients: settings.xclientClients,
    substituteDomain: settings.substituteDomain,
    authMechanisms: settings.authMechanisms,
    authWithoutTls: settings.authWithoutTls,
    policyTexts: Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
  };
}
