/**
 * The resolver port over node:dns. Names that the DNS does not know are looked up in the local hosts database too.
 * Source: RFC 1035, RFC 7505; tcpip-smtp.md §5.5 (order of look-ups).
 */
import { promises as dns, NODATA, NOTFOUND } from 'node:dns';
import type { Resolution, Resolver } from '../../ports/resolver.ts';

export interface DnsResolverOptions {
  /** Name servers `address` or `address:port`; default those of the machine. */
  readonly servers?: readonly string[];
  /** For one question to one server. Default 5 s. */
  readonly timeoutMs?: number;
  /** Questions to each server. Default 2. */
  readonly tries?: number;
  /** Also ask the machine's hosts file for addresses. Default true. */
  readonly useHosts?: boolean;
}

export function createDnsResolver(options: DnsResolverOptions = {}): Resolver {
  const resolver = new dns.Resolver({ timeout: options.timeoutMs ?? 5_000, tries: options.tries ?? 2 });
  if (options.servers !== undefined && options.servers.length > 0) resolver.setServers([...options.servers]);

  const fromHosts = async (host: string): Promise<readonly string[]> => {
    if (options.useHosts === false) return [];
    try {
      const found = await dns.lookup(host, { all: true, verbatim: true });
      return ipv6First(found.map((each) => each.address));
    } catch {
      return [];
    }
  };

  return {
    mx: (domain) =>
      ask(async () =>
        (await resolver.resolveMx(domain)).map(({ priority, exchange }) => ({
          preference: priority,
          exchange: exchange.toLowerCase().replace(/\.$/, ''),
        })),
      ),
    async addresses(host) {
      const [six, four] = await Promise.all([
        ask(() => resolver.resolve6(host)),
        ask(() => resolver.resolve4(host)),
      ]);
      const found = [six, four].flatMap((each) => (each.kind === 'found' ? each.records : []));
      if (found.length > 0) return { kind: 'found', records: found };
      const local = await fromHosts(host);
      if (local.length > 0) return { kind: 'found', records: local };
      if (six.kind === 'temporary') return six;
      if (four.kind === 'temporary') return four;
      return six.kind === 'noSuchName' && four.kind === 'noSuchName' ? six : { kind: 'noData' };
    },
    names: (address) =>
      ask(async () => (await resolver.reverse(address)).map((each) => each.toLowerCase().replace(/\.$/, ''))),
    txt: (name) => ask(async () => (await resolver.resolveTxt(name)).map((strings) => strings.join(''))),
  };
}

const ipv6First = (addresses: readonly string[]): readonly string[] =>
  [...addresses].sort((a, b) => Number(b.includes(':')) - Number(a.includes(':')));

async function ask<T>(question: () => Promise<readonly T[]>): Promise<Resolution<T>> {
  try {
    const records = await question();
    return records.length > 0 ? { kind: 'found', records } : { kind: 'noData' };
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code === NOTFOUND) return { kind: 'noSuchName' };
    if (code === NODATA) return { kind: 'noData' };
    // EBADNAME: no server can know such a name.
    if (code === 'EBADNAME' || code === 'ERR_INVALID_ARG_VALUE') return { kind: 'noSuchName' };
    return { kind: 'temporary', reason: code === '' ? String(error) : code };
  }
}
