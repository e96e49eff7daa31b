/**
 * What a domain has published of TLS to its hosts, fetched by HTTPS and kept: a policy counts as long as it says, whatever
 * the DNS says meanwhile. Source: RFC 8461 §3, §5.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Resolver } from '../../ports/resolver.ts';
import {
  type FetchStsPolicy,
  type KeptStsPolicy,
  StsPolicyFailure,
  type StsPolicyStore,
} from '../../ports/sts-policies.ts';
import { parseStsPolicy, type StsPolicy, stsPolicyLines, stsRecordId } from '../../smtp/sts-policy.ts';

export interface StsLook {
  /** Undefined: there is none that counts. */
  readonly policy?: (StsPolicy & { readonly lines: readonly string[] }) | undefined;
  /** Why the one that the record announces could not be had; an older one may count all the same. */
  readonly failure?: StsPolicyFailure | undefined;
}

export interface StsPolicies {
  /** Rejects for nothing. */
  of(domain: string): Promise<StsLook>;
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
  const looked = new Map<string, { readonly look: Promise<StsLook>; readonly at: number }>();

  /** The one that is kept, unless its time is over. */
  const inForce = (kept: KeptStsPolicy | undefined): StsLook['policy'] => {
    const policy = kept && parseStsPolicy(kept.text);
    if (kept === undefined || policy === undefined) return undefined;
    const age = clock.now() - kept.fetchedAt;
    return age >= 0 && age < policy.maxAgeMs ? { ...policy, lines: stsPolicyLines(kept.text) } : undefined;
  };

  const look = async (domain: string): Promise<StsLook> => {
    const kept = store.get(domain);
    const before = inForce(kept);
    const records = await deps.resolver.txt(`_mta-sts.${domain}`);
    const id = records.kind === 'found' ? stsRecordId(records.records) : undefined;
    // RFC 8461 §3.1, §5.1: without a record what was promised before still counts.
    if (id === undefined || (before !== undefined && kept?.id === id)) return { policy: before };
    try {
      const text = await deps.fetch(domain);
      const policy = parseStsPolicy(text);
      if (policy === undefined) throw new StsPolicyFailure('sts-policy-invalid', 'it is no policy');
      store.put(domain, { id, text, fetchedAt: clock.now() });
      return { policy: { ...policy, lines: stsPolicyLines(text) } };
    } catch (error) {
      deps.log(`MTA-STS policy of ${domain}: ${error instanceof Error ? error.message : String(error)}`);
      return { policy: before, ...(error instanceof StsPolicyFailure ? { failure: error } : {}) };
    }
  };

  return {
    of(domain) {
      const known = looked.get(domain);
      if (known !== undefined && Math.abs(clock.now() - known.at) < LOOKED_MS) return known.look;
      if (looked.size >= DOMAINS_AT_MOST) looked.clear();
      const found = look(domain).catch((error: unknown): StsLook => {
        deps.log(`MTA-STS policy of ${domain}: ${String(error)}`);
        return {};
      });
      looked.set(domain, { look: found, at: clock.now() });
      return found;
    },
  };
}
