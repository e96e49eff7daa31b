/**
 * What DNSSEC says of the certificate of a host: its TLSA records, where all that leads to them is validated.
 * Source: RFC 7672 §2.2, §3.1; RFC 7671 §4.
 */
import type { Resolution, Resolver, TlsaRecord } from '../../ports/resolver.ts';

export interface DaneHost {
  /** Only those that can be used; none: TLS is wanted, with any certificate. RFC 7672 §2.2 */
  readonly records: readonly TlsaRecord[];
  /** All of them. */
  readonly published: readonly TlsaRecord[];
  /** Said to the peer, and the first of `names`. */
  readonly baseDomain: string;
  readonly names: readonly string[];
}

/**
 * @param addresses  what the DNS said of the host's addresses
 * @param domain  the next hop
 * @returns undefined: nothing is said of it; `temporary`, with the reason: nobody knows now, and mail must not go there before (§2.1.2)
 */
export async function daneOf(
  host: string,
  addresses: Resolution<string>,
  { domain, port, resolver }: { readonly domain: string; readonly port: number; readonly resolver: Resolver },
): Promise<DaneHost | undefined | { readonly temporary: string }> {
  // RFC 7672 §2.2.2: without a validated address nobody need ask, and some servers fail when asked.
  if (addresses.kind !== 'found' || addresses.isValidated !== true) return undefined;
  // What an alias leads to comes first.
  const { canonicalName } = addresses;
  const bases = canonicalName === undefined || canonicalName === host ? [host] : [canonicalName, host];
  for (const baseDomain of bases) {
    const found = await resolver.tlsa(`_${port}._tcp.${baseDomain}`);
    if (found.kind === 'temporary') return { temporary: found.reason };
    if (found.kind !== 'found' || found.isValidated !== true) continue;
    return {
      records: found.records.filter(isUsable),
      published: found.records,
      baseDomain,
      names: [...new Set([baseDomain, host, domain])],
    };
  }
  return undefined;
}

/** RFC 7672 §3.1.3: authorities of the web say nothing here. */
const isUsable = ({ usage, selector, matchingType }: TlsaRecord): boolean =>
  (usage === 2 || usage === 3) && selector <= 1 && matchingType <= 2;
