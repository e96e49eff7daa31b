/**
 * What a host is judged by, for reports about TLS: the policy that counts, and what was wrong before any session.
 * Source: RFC 8460 §4.3, §4.4; RFC 8461 §2 (what DNSSEC says goes before it).
 */
import type { TlsaRecord } from '../../ports/resolver.ts';
import type { ReportedPolicy, SessionFailure } from '../../ports/tls-reports.ts';
import { isStsHost } from '../../smtp/sts-policy.ts';
import type { DaneHost } from './dane.ts';
import type { StsLook } from './mta-sts.ts';

export interface JudgedBy {
  readonly policy: ReportedPolicy;
  /** Of each session with the host, whatever becomes of it. */
  readonly failures: readonly SessionFailure[];
}

/** RFC 8460 has no place for more, and nobody has as many. */
const RECORDS_AT_MOST = 20;
const LONGEST_RECORD = 255;

/** @returns at least one; by the last of them the session itself is judged */
export function judgedBy(
  host: string,
  {
    domain,
    dane,
    sts,
  }: { readonly domain: string; readonly dane: DaneHost | undefined; readonly sts: StsLook },
): readonly JudgedBy[] {
  const policies: JudgedBy[] = [];
  if (dane !== undefined) {
    const policy = tlsaPolicy(dane.baseDomain, dane.published);
    if (dane.records.length > 0) return [{ policy, failures: [] }];
    policies.push({ policy, failures: [{ result: 'tlsa-invalid', host }] });
  }
  if (sts.failure !== undefined) {
    const { kind, message } = sts.failure;
    policies.push({ policy: stsPolicy(domain, undefined), failures: [{ result: kind, reason: message }] });
  }
  const { policy } = sts;
  if (policy !== undefined && policy.mode !== 'none') {
    const failures = isStsHost(host, policy) ? [] : [notNamed(host)];
    policies.push({ policy: stsPolicy(domain, policy), failures });
  }
  if (policies.length > 0) return policies;
  return [{ policy: { type: 'no-policy-found', domain, strings: [], mxHosts: [] }, failures: [] }];
}

/** A host that gets no mail because nobody knows now what DNSSEC says of it. */
export const daneUnknown = (host: string, reason: string): JudgedBy => ({
  policy: tlsaPolicy(host, []),
  failures: [{ result: 'dnssec-invalid', host, reason }],
});

/** A host that gets none because the policy does not name it. */
export const notInPolicy = (host: string, domain: string, policy: StsLook['policy']): JudgedBy => ({
  policy: stsPolicy(domain, policy),
  failures: [notNamed(host)],
});

/** RFC 8460 has no word of its own for it. */
const notNamed = (host: string): SessionFailure => ({
  result: 'validation-failure',
  host,
  reason: 'host is not in the policy',
});

const stsPolicy = (domain: string, policy: StsLook['policy']): ReportedPolicy => ({
  type: 'sts',
  domain,
  strings: policy?.lines ?? [],
  mxHosts: policy?.mx.slice(0, RECORDS_AT_MOST).map((each) => each.slice(0, LONGEST_RECORD)) ?? [],
});

const tlsaPolicy = (domain: string, records: readonly TlsaRecord[]): ReportedPolicy => ({
  type: 'tlsa',
  domain,
  // In an order of its own: a name server turns them as it likes.
  strings: records.map(recordText).sort().slice(0, RECORDS_AT_MOST),
  mxHosts: [],
});

const recordText = ({ usage, selector, matchingType, data }: TlsaRecord): string =>
  `${usage} ${selector} ${matchingType} ${Buffer.from(data).toString('hex').toUpperCase()}`.slice(
    0,
    LONGEST_RECORD,
  );
