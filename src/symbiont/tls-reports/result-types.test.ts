/** What a session is told as, by the policy it was under and how it went, with servers and handshakes of our own. RFC 8460 §4. */
import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../test/support/certificates.ts';
import type { SinkScript } from '../../../test/support/smtp-sink.ts';
import type { TlsaRecord } from '../../ports/resolver.ts';
import {
  authority,
  DOMAIN,
  type Domain,
  host,
  MINUTE_MS,
  none,
  otherName,
  startDomain,
  summary,
} from './testing/reported-domain.ts';

const policy = (mode: string, mx = '*.far.example'): string =>
  `version: STSv1\r\nmode: ${mode}\r\nmx: ${mx}\r\nmax_age: 604800\r\n`;

const tlsa = (pem: string): TlsaRecord => ({
  usage: 3,
  selector: 1,
  matchingType: 1,
  data: createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest(),
});

const sts = (domain: Domain, text: string): void => {
  domain.server.policy = text;
  domain.dns['_mta-sts.far.example'] = { TXT: ['v=STSv1; id=1;'] };
};
const dane = (domain: Domain, records: readonly TlsaRecord[] | 'SERVFAIL'): void => {
  domain.dns[`_${domain.sink.port}._tcp.mx.far.example`] =
    records === 'SERVFAIL' ? { fails: 'SERVFAIL' } : { TLSA: records, isValidated: true };
};

const failed = (result: string, rest: object = {}) => ({
  'result-type': result,
  'receiving-mx-hostname': 'mx.far.example',
  'receiving-ip': '127.0.0.1',
  'failed-session-count': 1,
  ...rest,
});
const stsOf = (mode: string, mx = '*.far.example') => ({
  'policy-type': 'sts',
  'policy-string': ['version: STSv1', `mode: ${mode}`, `mx: ${mx}`, 'max_age: 604800'],
  'policy-domain': DOMAIN,
  'mx-host': [mx],
});

describe('a session', () => {
  it.each([
    ['without TLS', () => ({}), none, failed('starttls-not-supported')],
    [
      'whose handshake fails',
      () => ({ tls: 'broken' as const }),
      none,
      failed('validation-failure', { 'failure-reason-code': expect.any(String) }),
    ],
    ['with any certificate', () => ({ tls: otherName }), none, undefined],
  ] as [string, () => SinkScript, object, object | undefined][])(
    '%s is told of a domain without policy',
    async (_name, script, told, failure) => {
      await using domain = await startDomain(script());
      expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
      await domain.nextDay();
      expect((await domain.report()).json.policies).toEqual([
        failure === undefined
          ? { policy: told, summary: summary(1, 0) }
          : { policy: told, summary: summary(0, 1), 'failure-details': [failure] },
      ]);
    },
  );

  it('in clear because TLS failed lately is told as the one before', async () => {
    await using domain = await startDomain({ tls: 'broken' });
    await domain.mail(undefined, undefined, 3);
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: none,
        summary: summary(0, 3),
        'failure-details': [
          failed('validation-failure', {
            'failed-session-count': 3,
            'failure-reason-code': expect.any(String),
          }),
        ],
      },
    ]);
  });

  const certificates: [string, () => SinkScript, string | undefined][] = [
    ['the right certificate', () => ({ tls: host }), undefined],
    ['another name', () => ({ tls: otherName }), 'certificate-host-mismatch'],
    [
      'an old one',
      () => ({ tls: authority.issue(['mx.far.example'], { hasExpired: true }) }),
      'certificate-expired',
    ],
    ['one of nobody', () => ({ tls: makeAuthority().issue(['mx.far.example']) }), 'certificate-not-trusted'],
    ['no TLS', () => ({}), 'starttls-not-supported'],
    ['a handshake that fails', () => ({ tls: 'broken' }), 'validation-failure'],
  ];
  it.each(
    (['enforce', 'testing'] as const).flatMap((mode) => certificates.map((each) => [mode, ...each] as const)),
  )('under an MTA-STS policy of mode %s: %s', async (mode, _name, script, result) => {
    await using domain = await startDomain(script());
    sts(domain, policy(mode));
    // What is only tried out keeps nothing back.
    const isKept = mode === 'enforce' && result !== undefined;
    expect(await domain.mail()).toMatchObject({ kind: isKept ? 'retry' : 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: stsOf(mode),
        summary: result === undefined ? summary(1, 0) : summary(0, 1),
        ...(result === undefined ? {} : { 'failure-details': [expect.objectContaining(failed(result))] }),
      },
    ]);
  });

  it.each(['enforce', 'testing'])('with a host that a policy of mode %s does not name', async (mode) => {
    await using domain = await startDomain({ tls: host });
    sts(domain, policy(mode, 'mail.far.example'));
    expect(await domain.mail()).toMatchObject({ kind: mode === 'enforce' ? 'retry' : 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: stsOf(mode, 'mail.far.example'),
        summary: summary(0, 1),
        'failure-details': [
          expect.objectContaining({
            'result-type': 'validation-failure',
            'receiving-mx-hostname': 'mx.far.example',
            'failure-reason-code': 'host is not in the policy',
          }),
        ],
      },
    ]);
  });

  it.each([
    ['sts-policy-fetch-error', { status: 404 }, 'HTTP status 404'],
    ['sts-policy-invalid', { policy: 'hello' }, 'it is no policy'],
  ] as const)('without a policy that could be had: %s', async (result, change, reason) => {
    await using domain = await startDomain({ tls: host });
    sts(domain, policy('enforce'));
    Object.assign(domain.server, change);
    expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: { 'policy-type': 'sts', 'policy-domain': DOMAIN },
        summary: summary(0, 1),
        'failure-details': [failed(result, { 'failure-reason-code': reason })],
      },
    ]);
  });

  it('without a policy because its server has another certificate', async () => {
    await using domain = await startDomain({ tls: host }, { web: otherName });
    sts(domain, policy('enforce'));
    await domain.mail();
    await domain.nextDay();
    expect((await domain.report()).json.policies[0]['failure-details'][0]).toMatchObject({
      'result-type': 'sts-webpki-invalid',
      'failure-reason-code': expect.stringContaining('mta-sts.far.example'),
    });
  });

  it('under the policy of before, while the new one cannot be had', async () => {
    await using domain = await startDomain({ tls: host });
    sts(domain, policy('enforce'));
    await domain.mail();
    domain.dns['_mta-sts.far.example'] = { TXT: ['v=STSv1; id=2;'] };
    domain.server.status = 404;
    domain.later(20 * MINUTE_MS);
    await domain.mail();
    domain.server.status = 200;
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      { policy: stsOf('enforce'), summary: summary(2, 0) },
      expect.objectContaining({
        policy: { 'policy-type': 'sts', 'policy-domain': DOMAIN },
        summary: summary(0, 1),
      }),
    ]);
  });

  it('with a host that DNSSEC vouches for', async () => {
    await using domain = await startDomain({ tls: host });
    const record = tlsa(host.cert);
    dane(domain, [record]);
    // RFC 8461 §2: what DNSSEC says goes before it.
    sts(domain, policy('testing'));
    expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
    await domain.nextDay();
    const hex = Buffer.from(record.data).toString('hex').toUpperCase();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: {
          'policy-type': 'tlsa',
          'policy-string': [`3 1 1 ${hex}`],
          'policy-domain': 'mx.far.example',
        },
        summary: summary(1, 0),
      },
    ]);
  });

  it.each([
    [
      'another certificate',
      () => ({ tls: otherName }),
      'validation-failure',
      'certificate is not the one of',
    ],
    ['no TLS', () => ({}), 'starttls-not-supported', undefined],
  ] as [string, () => SinkScript, string, string | undefined][])(
    'with a host that has TLSA records and %s',
    async (_name, script, result, reason) => {
      await using domain = await startDomain(script());
      dane(domain, [tlsa(host.cert)]);
      expect(await domain.mail()).toMatchObject({ kind: 'retry' });
      await domain.nextDay();
      const { policies } = (await domain.report()).json;
      expect(policies).toMatchObject([
        {
          policy: { 'policy-type': 'tlsa', 'policy-domain': 'mx.far.example' },
          summary: summary(0, 1),
          'failure-details': [failed(result)],
        },
      ]);
      if (reason !== undefined)
        expect(policies[0]['failure-details'][0]['failure-reason-code']).toContain(reason);
    },
  );

  it('with a host whose TLSA records nobody can use', async () => {
    await using domain = await startDomain({ tls: host });
    dane(domain, [{ ...tlsa(host.cert), usage: 1 }]);
    expect(await domain.mail()).toMatchObject({ kind: 'relayed' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toMatchObject([
      {
        policy: { 'policy-type': 'tlsa', 'policy-string': [expect.stringMatching(/^1 1 1 /)] },
        summary: summary(0, 1),
        'failure-details': [failed('tlsa-invalid')],
      },
    ]);
  });

  it('that there is not, because nobody knows what DNSSEC says', async () => {
    await using domain = await startDomain({ tls: host });
    dane(domain, 'SERVFAIL');
    expect(await domain.mail()).toMatchObject({ kind: 'retry' });
    await domain.nextDay();
    expect((await domain.report()).json.policies).toEqual([
      {
        policy: { 'policy-type': 'tlsa', 'policy-domain': 'mx.far.example' },
        summary: summary(0, 1),
        'failure-details': [
          {
            'result-type': 'dnssec-invalid',
            'receiving-mx-hostname': 'mx.far.example',
            'failed-session-count': 1,
            'failure-reason-code': 'SERVFAIL',
          },
        ],
      },
    ]);
  });
});
