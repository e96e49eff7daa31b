/**
 * The resolver port over the name servers of the machine. Names that the DNS does not know are looked up in the local hosts
 * database too. Source: RFC 1035, RFC 6698, RFC 7505; tcpip-smtp.md §5.5 (order of look-ups).
 */
import { promises as dns } from 'node:dns';
import type { Answer } from 'dns-packet';
import type { Resolution, Resolver } from '../../ports/resolver.ts';
import { createDnsClient, type DnsAnswer } from './dns/dns-client.ts';
import type { NameServer } from './dns/name-server.ts';
import { reverseName } from './dns/reverse-name.ts';
import { addressesInHosts, type SystemNameServers, systemNameServers } from './dns/system-name-servers.ts';

export interface DnsResolverOptions {
  /** Name servers `address` or `address:port`, `[address]:port` for IPv6; default those of the machine. */
  readonly servers?: readonly string[];
  /** For one question to one server. Default 5 s. */
  readonly timeoutMs?: number;
  /** Questions to each server. Default 2. */
  readonly tries?: number;
  /** Also ask the machine's hosts file for addresses. Default true. */
  readonly useHosts?: boolean;
}

/** How long /etc/resolv.conf is believed without looking again. */
const RESOLV_CONF_LASTS_MS = 30_000;

export function createDnsResolver(options: DnsResolverOptions = {}): Resolver {
  const system = remembered(options.servers);
  const client = createDnsClient({
    servers: () => system().servers,
    // RFC 4035 §4.9.3: the bit is worth what the way to the server is; one on this machine has no way.
    isTrusted: ({ address }) => isLoopback(address) || system().trustsAuthenticData,
    timeoutMs: options.timeoutMs ?? 5_000,
    tries: options.tries ?? 2,
  });

  const fromHosts = async (host: string): Promise<readonly string[]> => {
    if (options.useHosts === false) return [];
    const found = addressesInHosts(host);
    // A bare name may be one of the machine's own domain.
    return found.length > 0 || host.includes('.') ? found : bySearchList(host);
  };

  return {
    mx: async (domain) =>
      resolution(await client.ask(domain, 'MX'), (each) =>
        each.type === 'MX'
          ? { preference: each.data.preference ?? 0, exchange: plain(each.data.exchange) }
          : undefined,
      ),
    async addresses(host) {
      const [six, four] = await Promise.all([client.ask(host, 'AAAA'), client.ask(host, 'A')]);
      const found = [six, four].flatMap((each) => (each.kind === 'found' ? [each] : []));
      if (found.length > 0) {
        const records = found.flatMap((each) => each.records.flatMap((record) => addressOf(record) ?? []));
        const { canonicalName } = found[0]!;
        const unknown = six.kind === 'temporary' ? 'AAAA' : four.kind === 'temporary' ? 'A' : undefined;
        return {
          kind: 'found',
          records,
          ...(found.every((each) => each.isValidated) ? { isValidated: true } : {}),
          ...(canonicalName === host ? {} : { canonicalName }),
          ...(unknown === undefined ? {} : { unknown }),
        };
      }
      const local = await fromHosts(host);
      if (local.length > 0) return { kind: 'found', records: local };
      if (six.kind === 'temporary') return six;
      if (four.kind === 'temporary') return four;
      return six.kind === 'noSuchName' && four.kind === 'noSuchName' ? six : { kind: 'noData' };
    },
    async names(address) {
      const name = reverseName(address);
      if (name === undefined) return { kind: 'noSuchName' };
      return resolution(await client.ask(name, 'PTR'), (each) =>
        each.type === 'PTR' ? plain(each.data) : undefined,
      );
    },
    txt: async (name) =>
      resolution(await client.ask(name, 'TXT'), (each) =>
        each.type === 'TXT' ? joined(each.data) : undefined,
      ),
    tlsa: async (name) =>
      resolution(await client.ask(name, 'TLSA'), (each) => {
        if (each.type !== 'TLSA') return undefined;
        const { usage, selector, matchingType, certificate } = each.data;
        return { usage, selector, matchingType, data: certificate };
      }),
  };
}

function resolution<T>(answer: DnsAnswer, read: (record: Answer) => T | undefined): Resolution<T> {
  if (answer.kind !== 'found') return answer;
  const records = answer.records.flatMap((each) => read(each) ?? []);
  return {
    kind: 'found',
    records,
    ...(answer.isValidated ? { isValidated: true } : {}),
  };
}

/** A name may hold any octet: what would make lines in a log or a report of its own goes. RFC 2181 §11 */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/[\x00-\x20\x7f]/g, '?');

const addressOf = (record: Answer): string | undefined =>
  record.type === 'A' || record.type === 'AAAA' ? record.data : undefined;

const joined = (data: string | Buffer | (string | Buffer)[]): string =>
  (Array.isArray(data) ? data : [data]).map((each) => each.toString()).join('');

async function bySearchList(host: string): Promise<readonly string[]> {
  try {
    const found = await dns.lookup(host, { all: true, verbatim: true });
    return found
      .map(({ address }) => address)
      .sort((a, b) => Number(b.includes(':')) - Number(a.includes(':')));
  } catch {
    return [];
  }
}

/** The servers named, or those of the machine, looked up again now and then. */
function remembered(servers: readonly string[] | undefined): () => SystemNameServers {
  if (servers !== undefined && servers.length > 0) {
    const named = { servers: servers.map(serverOf), trustsAuthenticData: false };
    return () => named;
  }
  let known = systemNameServers();
  let readAt = performance.now();
  return () => {
    if (performance.now() - readAt > RESOLV_CONF_LASTS_MS) {
      known = systemNameServers();
      readAt = performance.now();
    }
    return known;
  };
}

function serverOf(text: string): NameServer {
  const [, bracketed, plainAddress, port] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(text) ?? [];
  return { address: bracketed ?? plainAddress ?? text, port: Number(port ?? 53) };
}

const isLoopback = (address: string): boolean => address === '::1' || /^127\./.test(address);
