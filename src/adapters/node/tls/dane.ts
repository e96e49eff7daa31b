/**
 * Whether a certificate chain is what TLSA records say. Source: RFC 6698 §2.1, RFC 7671 §5, RFC 7672 §3.1.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import { TlsFailure } from '../../../ports/client-tls.ts';
import type { TlsaRecord } from '../../../ports/resolver.ts';

const TRUST_ANCHOR = 2;
const END_ENTITY = 3;

export interface DaneChain {
  /** As the peer sent them, its own first. */
  readonly chain: readonly X509Certificate[];
  readonly records: readonly TlsaRecord[];
  /** Of which a certificate below a trust anchor has to name one. */
  readonly names: readonly string[];
  readonly now: Date;
}

/** @returns undefined where one of the records vouches for the peer */
export function daneFailure({ chain, records, names, now }: DaneChain): TlsFailure | undefined {
  const [own] = chain;
  if (own === undefined) return new TlsFailure('validation-failure', 'no certificate');
  // RFC 7672 §3.1.1: names and dates of such a certificate mean nothing: the record says enough.
  if (records.some((record) => record.usage === END_ENTITY && isMatch(own, record))) return undefined;
  let failure: TlsFailure | undefined;
  for (const record of records) {
    if (record.usage !== TRUST_ANCHOR) continue;
    const anchor = chain.findIndex((each, index) => index > 0 && isMatch(each, record));
    if (anchor === -1 || !isChain(chain.slice(0, anchor + 1))) continue;
    const problem = problemOf(chain.slice(0, anchor + 1), names, now);
    // Another record may vouch for another part of the chain.
    if (problem === undefined) return undefined;
    failure ??= problem;
  }
  return failure ?? new TlsFailure('validation-failure', 'certificate is not the one of the TLSA records');
}

/** RFC 7672 §3.1.2, §3.2.2. @param chain  up to the anchor */
function problemOf(
  chain: readonly X509Certificate[],
  names: readonly string[],
  now: Date,
): TlsFailure | undefined {
  if (chain.some((each) => !isInForce(each, now)))
    return new TlsFailure('certificate-expired', 'certificate has expired');
  if (names.some((name) => chain[0]?.checkHost(name) !== undefined)) return undefined;
  return new TlsFailure('certificate-host-mismatch', `certificate is not one of ${names.join(', ')}`);
}

/** RFC 6698 §2.1.2, §2.1.3: the certificate or its key; as it is, or a hash of it. */
function isMatch(certificate: X509Certificate, { selector, matchingType, data }: TlsaRecord): boolean {
  if (selector > 1) return false;
  const subject =
    selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' });
  switch (matchingType) {
    case 0:
      return subject.equals(data);
    case 1:
      return createHash('sha256').update(subject).digest().equals(data);
    case 2:
      return createHash('sha512').update(subject).digest().equals(data);
    default:
      return false;
  }
}

/** Each is signed by the one behind it, which may sign. */
const isChain = (certificates: readonly X509Certificate[]): boolean =>
  certificates.every((each, index) => {
    const issuer = certificates[index + 1];
    return issuer === undefined || (issuer.ca && each.checkIssued(issuer) && each.verify(issuer.publicKey));
  });

const isInForce = (certificate: X509Certificate, now: Date): boolean =>
  certificate.validFromDate <= now && now <= certificate.validToDate;
