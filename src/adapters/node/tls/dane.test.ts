/** Chains of certificates and the TLSA records of their host. */
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeAuthority } from '../../../../test/support/certificates.ts';
import { daneFailure } from './dane.ts';

test('one record vouches for a host, whatever another says of the chain above (RFC 7671 §5.2)', () => {
  const authority = makeAuthority();
  const [own, now, former] = [
    authority.issue(['mx.far.example']).cert,
    authority.certificate,
    authority.former(),
  ].map((pem) => new X509Certificate(pem)) as [X509Certificate, X509Certificate, X509Certificate];
  const anchor = ({ raw }: X509Certificate) => ({ usage: 2, selector: 0, matchingType: 0, data: raw });
  const failure = (...anchors: X509Certificate[]): string | undefined =>
    daneFailure({
      chain: [own, now, former],
      records: anchors.map(anchor),
      names: ['mx.far.example'],
      now: new Date(),
    })?.kind;
  expect(failure(now, former)).toBeUndefined();
  expect(failure(former, now)).toBeUndefined();
  expect(failure(former)).toBe('certificate-expired');
});
