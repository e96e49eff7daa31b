/**
 * What a domain has published of TLS to its hosts, fetched by HTTPS and kept: a policy counts as long as it says, whatever
 * the DNS says meanwhile. Source: RFC 8461 §3, §5.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Resolver } from '../../ports/resolver.ts';
import type { FetchStsPolicy, KeptStsPolicy, StsPolicyStore } from '../../ports/sts-policies.ts';
import { parseStsPolicy, type StsPolicy, stsRecordId } from '../../smtp/sts-policy.ts';

export interface StsPolicies {
  /** Undefined: there is none that counts. Rejects for nothing. */
  of(domain: string): Promise<StsPolicy | undefined>;
}

/** How long nobody looks again. RFC 8461 §3.3: not more often than every five minutes after a failure. */
const LOOKED_MS = 10 * 60_000;
const DOMAINS_AT_MOST = 10_000;

export function createStsPolicies(deps: {
  readonly resolver: Pick<Resolver, 'txt'>;
  readonly store: StsPolicyStore;
  readonly fetch: FetchStsPolicy;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): StsPolicies {
  const { clock, store } = deps;
  const looked = new Map<string, { readonly policy: Promise<StsPolicy | undefined>; readonly at: number }>();

  /** The one that is kept, unless its time is over. */
  const inForce = (kept: KeptStsPolicy | undefined): StsPolicy | undefined => {
    const policy = kept && parseStsPolicy(kept.text);
    if (kept === undefined || policy === undefined) return undefined;
    const age = clock.now() - kept.fetchedAt;
    return age >= 0 && age < policy.maxAgeMs ? policy : undefined;
  };

  const look = async (domain: string): Promise<StsPolicy | undefined> => {
    const kept = store.get(domain);
    const before = inForce(kept);
    const records = await deps.resolver.txt(`_mta-sts.${domain}`);
    const id = records.kind === 'found' ? stsRecordId(records.records) : undefined;
    // RFC 8461 §3.1, §5.1: without a record what was promised before still counts.
    if (id === undefined || (before !== undefined && kept?.id === id)) return before;
    try {
      const text = await deps.fetch(domain);
      const policy = parseStsPolicy(text);
      if (policy === undefined) throw new Error('it is no policy');
      store.put(domain, { id, text, fetchedAt: clock.now() });
      return policy;
    } catch (error) {
      deps.log(`MTA-STS policy of ${domain}: ${error instanceof Error ? error.message : String(error)}`);
      return before;
    }
  };

  return {
    of(domain) {
      const known = looked.get(domain);
      if (known !== undefined && Math.abs(clock.now() - known.at) < LOOKED_MS) return known.policy;
      if (looked.size >= DOMAINS_AT_MOST) looked.clear();
      const policy = look(domain).catch((error: unknown) => {
        deps.log(`MTA-STS policy of ${domain}: ${String(error)}`);
        return undefined;
      });
      looked.set(domain, { policy, at: clock.now() });
      return policy;
    },
  };
}
