/**
 * Which hosts take mail for a domain, in the order they are tried: alternate gateway and zone, local MX entries, MX, A/AAAA.
 * Source: tcpip-smtp.md §5.5; RFC 5321 §5.1; RFC 7505 (null MX).
 */
import { isIP } from 'node:net';
import { canonicalDomain, literalAddress } from '../../mail/routing/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MxRecord, Resolution, Resolver } from '../../ports/resolver.ts';
import type { SymbiontSettings } from '../settings.ts';
import { type DaneHost, daneOf } from './dane.ts';
import type { StsPolicies } from './mta-sts.ts';
import { daneUnknown, type JudgedBy } from './reported-policies.ts';
import { orNothing, withinPolicy } from './within-policy.ts';

export interface RouteAddress {
  readonly host: string;
  readonly address: string;
  readonly preference: number;
  /** The destination itself, or the gateway mail goes through: what rules for hosts are about. */
  readonly nextHop: string;
  /** The manager's alternate gateway: its port and its password are for it alone. */
  readonly isAlternateGateway?: true;
  /** What DNSSEC says of its certificate. */
  readonly dane?: DaneHost | undefined;
  /** The domain has promised a certificate of the host: MTA-STS, enforced. */
  readonly isPromised?: true;
  /** It tries that out, and wants to hear what came of it. */
  readonly isObserved?: boolean;
  /** Where the domain may hear of sessions with it: by what; the session itself is held to the last. */
  readonly judgedBy?: readonly JudgedBy[];
}

export type Route =
  /** At least one address. */
  | ({ readonly kind: 'found'; readonly addresses: readonly RouteAddress[] } & LeftOut)
  /** No host will ever take it: reply line for the bounce. */
  | { readonly kind: 'failed'; readonly reply: string }
  | ({ readonly kind: 'retry'; readonly reply: string } & LeftOut);

interface LeftOut {
  /** Hosts that are not tried because of what is published of them, where the domain may hear of it. */
  readonly leftOut?: readonly JudgedBy[];
}

export interface Routes {
  /**
   * @param domain canonical; a literal `[192.0.2.1]` too
   * @param ignoresPolicies  whatever is published of its hosts and TLS: RFC 8689 §4.2.2
   */
  route(
    domain: string,
    gateway: string | undefined,
    settings: SymbiontSettings,
    ignoresPolicies?: boolean,
  ): Promise<Route>;
  /** None of these addresses answered: look it up anew next time. */
  forget(domain: string): void;
}

/** Resolved routes are kept this long, so that a thousand messages for one domain ask once. */
const ROUTE_LASTS_MS = 30_000;
const ROUTES_KEPT = 5_000;
/** More MX records than that are ignored. tcpip-smtp.md §5.5 */
const HOSTS_AT_MOST = 50;
/** Of one host: an answer has room for thousands, which nobody tries, and each is looked at and logged. */
const ADDRESSES_AT_MOST = 100;
/** Behind every MX record: RFC 5321 knows preferences to 65535. */
const LAST_PREFERENCE = 65_536;

export function createRoutes(deps: {
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** This node's own names and address literals. */
  readonly isLocal: (domain: string) => Promise<boolean>;
  /** Orders hosts of equal preference, 0 ≤ random() < 1. RFC 5321 §5.1 */
  readonly random: () => number;
  readonly stsPolicies?: StsPolicies | undefined;
  /** Of other hosts: TLSA records are said of each. */
  readonly port: number;
  readonly log: (line: string) => void;
}): Routes {
  const known = new Map<string, { readonly route: Route; readonly foundAt: number }>();
  /** The snapshot they were found by: a change of routing counts with the next attempt. */
  let foundBy: SymbiontSettings | undefined;

  const addressesOf = async (host: string): Promise<Resolution<string>> => {
    if (isIP(host) !== 0) return { kind: 'found', records: [host] };
    const literal = literalAddress(host);
    if (literal !== undefined)
      return isIP(literal) === 0 ? { kind: 'noSuchName' } : { kind: 'found', records: [literal] };
    return deps.resolver.addresses(host);
  };

  const lookUp = async (
    { exchange, preference }: MxRecord,
    { domain, usesDane }: Hosts,
  ): Promise<LookedUp> => {
    const host = canonicalDomain(exchange);
    const found = await addressesOf(host);
    if (found.kind !== 'found') return { addresses: [], isUnknown: found.kind === 'temporary' };
    const { port, resolver } = deps;
    const dane = usesDane ? await daneOf(host, found, { domain, port, resolver }) : undefined;
    // RFC 7672 §2.1.2: as if the host did not answer.
    if (dane !== undefined && 'temporary' in dane)
      return { addresses: [], isUnknown: true, leftOut: daneUnknown(host, dane.temporary) };
    const addresses = found.records
      .slice(0, ADDRESSES_AT_MOST)
      .map((address) => ({ host: exchange, address, preference, nextHop: domain, dane }));
    return { addresses };
  };

  /**
   * MX, then A: step 4 of tcpip-smtp.md §5.5.
   * @param isNamed  a gateway the manager named: it may well be another mail server of this machine
   */
  const byMx = async (domain: string, settings: SymbiontSettings, isNamed = false): Promise<Route> => {
    const isAddress = isIP(domain) !== 0 || domain.startsWith('[');
    const local = settings.localMx?.(domain);
    const hosts = {
      domain,
      isNamed,
      isLocalMx: false,
      usesDane: settings.dane,
      isReported: settings.tlsReports && !isNamed,
    };
    if (local !== undefined && local.length > 0)
      return byHosts(local, { ...hosts, isLocalMx: true, isReported: false });
    if (isAddress || settings.noMx === true) return byHosts([{ preference: 0, exchange: domain }], hosts);
    const found = await deps.resolver.mx(domain);
    const itself = { preference: LAST_PREFERENCE, exchange: domain };
    switch (found.kind) {
      case 'temporary':
        return { kind: 'retry', reply: `451 4.4.3 ${domain}: name server: ${found.reason}` };
      // Not even the name is in the DNS: the local hosts database may know it, and is asked last.
      case 'noSuchName':
      case 'noData':
        return settings.tryARecords === 'NEVER'
          ? { kind: 'failed', reply: `550 5.1.2 ${domain}: no MX record, and Try-A-Records is NEVER` }
          : byHosts([{ preference: 0, exchange: domain }], hosts);
      case 'found':
        if (found.records.every((each) => each.exchange === '' || each.exchange === '.')) {
          return { kind: 'failed', reply: `556 5.1.10 ${domain} does not accept mail` };
        }
        // RFC 7672 §2.2.1: names of hosts that anybody may have made up prove nothing.
        return byHosts(settings.tryARecords === 'ALWAYS' ? [...found.records, itself] : found.records, {
          ...hosts,
          usesDane: settings.dane && found.isValidated === true,
        });
    }
  };

  const byHosts = async (records: readonly MxRecord[], hosts: Hosts): Promise<Route> => {
    const { domain, isNamed } = hosts;
    const remaining = (await withoutThisHost(records)).slice(0, HOSTS_AT_MOST);
    if (remaining.length === 0)
      return { kind: 'failed', reply: `554 5.4.6 mail for ${domain} loops back to this host` };
    const looked = await Promise.all(remaining.map((each) => lookUp(each, hosts)));
    const addresses = looked.flatMap((each) => each.addresses);
    const leftOut = hosts.isReported ? looked.flatMap((each) => each.leftOut ?? []) : [];
    const limit = isNamed ? Number.POSITIVE_INFINITY : await ownPreference(addresses, hosts);
    const foreign = addresses.filter(({ preference }) => preference < limit);
    if (foreign.length > 0) return { kind: 'found', addresses: foreign, ...orNothing(leftOut) };
    // One before ours may be known again before long: this host stands in for it.
    if (looked.some(({ isUnknown }, index) => isUnknown && remaining[index]!.preference < limit))
      return {
        kind: 'retry',
        reply: `451 4.4.3 ${domain}: name server: no answer for its hosts`,
        ...orNothing(leftOut),
      };
    return addresses.length > 0
      ? { kind: 'failed', reply: `554 5.4.6 mail for ${domain} loops back to this host` }
      : hostUnknown(domain);
  };

  /**
   * The preference of the first with an address of this machine: behind a foreign name it would hand the message back to us for ever.
   * RFC 5321 §5.1: it drops its own preference and everything above, as the name would.
   */
  const ownPreference = async (addresses: readonly RouteAddress[], { isLocalMx }: Hosts): Promise<number> => {
    let limit = Number.POSITIVE_INFINITY;
    for (const { host, address, preference } of addresses) {
      if (preference >= limit) continue;
      const literal = isIP(address) === 6 ? `[ipv6:${address}]` : `[${address}]`;
      const isOurs =
        (deps.port === SMTP_PORT && !isLocalMx && isThisMachine(literal)) || (await deps.isLocal(literal));
      if (!isOurs) continue;
      limit = preference;
      deps.log(`gateway ${host} [${address}] is me. Skipping MX rec's with equal preference ${limit}`);
    }
    return limit;
  };

  /** RFC 5321 §5.1: this host in the list drops its own preference and everything above. */
  const withoutThisHost = async (records: readonly MxRecord[]): Promise<MxRecord[]> => {
    const shuffled = records
      .map((record) => ({ record, order: deps.random() }))
      .sort((a, b) => a.record.preference - b.record.preference || a.order - b.order)
      .map(({ record }) => record);
    let limit = Number.POSITIVE_INFINITY;
    for (const record of shuffled) {
      if (record.preference >= limit || !(await deps.isLocal(canonicalDomain(record.exchange)))) continue;
      limit = record.preference;
      deps.log(
        `gateway ${record.exchange} is me. Stopping MX lookup. Skipping MX rec's with equal preference ${limit}`,
      );
    }
    return shuffled.filter((record) => record.preference < limit && record.exchange !== '');
  };

  /** By MX, to those hosts alone that the domain's policy names. RFC 8461 §5 */
  const direct = async (domain: string, settings: SymbiontSettings): Promise<Route> => {
    const route = await byMx(domain, settings);
    const isOurs =
      isIP(domain) !== 0 || domain.startsWith('[') || (settings.localMx?.(domain) ?? []).length > 0;
    if (route.kind !== 'found' || isOurs) return route;
    const sts = (settings.mtaSts ? await deps.stsPolicies?.of(domain) : undefined) ?? {};
    return withinPolicy(domain, route, sts, { isReported: settings.tlsReports, log: deps.log });
  };

  /** Step 3: outside the zone everything goes to the alternate gateway. */
  const byGateway = async (domain: string, gateway: string, settings: SymbiontSettings): Promise<Route> => {
    const through = asAlternateGateway(await byMx(canonicalDomain(gateway), settings, true));
    if (settings.mxIfNoAltgate !== true) {
      // A gateway that cannot be found is the manager's mistake, not the sender's: wait until it is mended.
      return through.kind === 'failed'
        ? { kind: 'retry', reply: `451 4.4.4 alternate gateway: ${through.reply}` }
        : through;
    }
    const straight = await direct(domain, settings);
    if (through.kind !== 'found') return straight;
    const rest = straight.kind === 'found' ? straight.addresses : [];
    return { kind: 'found', addresses: [...through.addresses, ...rest] };
  };

  const look = async (
    domain: string,
    gateway: string | undefined,
    settings: SymbiontSettings,
  ): Promise<Route> => {
    if (gateway !== undefined) return byMx(canonicalDomain(gateway), settings, true);
    const alternate = settings.alternateGateway;
    if (alternate === undefined || isInside(domain, settings)) return direct(domain, settings);
    return byGateway(domain, alternate, settings);
  };

  return {
    async route(domain, gateway, settings, ignoresPolicies = false) {
      if (foundBy !== settings) known.clear();
      foundBy = settings;
      const key = `${ignoresPolicies} ${gateway ?? ''} ${settings.alternateGateway ?? ''} ${domain}`;
      const kept = known.get(key);
      // A clock set back must not keep old routes alive.
      if (kept !== undefined && Math.abs(deps.clock.now() - kept.foundAt) < ROUTE_LASTS_MS) return kept.route;
      const wanted = ignoresPolicies ? { ...settings, dane: false, mtaSts: false } : settings;
      const route = await look(domain, gateway, wanted);
      if (known.size >= ROUTES_KEPT) known.clear();
      if (route.kind === 'found') {
        known.set(key, { route, foundAt: deps.clock.now() });
        deps.log(`gateways for ${domain}: ${route.addresses.map(addressLine).join(', ')}`);
      }
      return route;
    },
    forget(domain) {
      for (const key of known.keys()) if (key.endsWith(` ${domain}`)) known.delete(key);
    },
  };
}

interface Hosts {
  readonly domain: string;
  readonly isNamed: boolean;
  /** The manager's own records: he may know of another mail server on a loopback address. */
  readonly isLocalMx: boolean;
  readonly usesDane: boolean;
  /** What is left out may be told: not of what the manager named himself. */
  readonly isReported: boolean;
}

interface LookedUp {
  readonly addresses: readonly RouteAddress[];
  /** Nobody knows them now, or what DNSSEC says of them. */
  readonly isUnknown?: boolean;
  readonly leftOut?: JudgedBy;
}

const SMTP_PORT = 25;

/** Whatever leads nowhere else, in any form: the whole loopback network, and the addresses that stand for none. RFC 1122 §3.2.1.3 */
function isThisMachine(literal: string): boolean {
  const address = literalAddress(literal) ?? '';
  return /^127\.|^0\.0\.0\.0$|^::1?$/.test(address);
}

const asAlternateGateway = (route: Route): Route =>
  route.kind === 'found'
    ? { kind: 'found', addresses: route.addresses.map((each) => ({ ...each, isAlternateGateway: true })) }
    : route;

const addressLine = ({ host, address, preference }: RouteAddress): string =>
  `${host} [${address}] ${preference}`;

const hostUnknown = (domain: string): Route => ({
  kind: 'failed',
  reply: `550 5.1.2 ${domain}: host unknown`,
});

function isInside(domain: string, settings: SymbiontSettings): boolean {
  if (settings.altgateAlways === true || settings.zone === undefined) return false;
  const zone = canonicalDomain(settings.zone);
  return domain === zone || domain.endsWith(`.${zone}`);
}
