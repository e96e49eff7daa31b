/** Certificates that DNSSEC vouches for, with a name server, TLSA records and handshakes of our own. RFC 7672. */
import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type IssuedCertificate, makeAuthority } from '../../../test/support/certificates.ts';
import { type DnsScript, startDnsServer } from '../../../test/support/dns-server.ts';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import { createDnsResolver } from '../../adapters/node/dns-resolver.ts';
import type { TlsaRecord } from '../../ports/resolver.ts';
import type { SymbiontSettings } from '../settings.ts';

let authority: Authority;
let own: IssuedCertificate;
let chain: IssuedCertificate;
beforeAll(() => {
  authority = makeAuthority();
  own = authority.issue(['mx.far.example']);
  // RFC 7672 §3.1.2: the anchor has to be in what the host sends.
  chain = { ...own, cert: own.cert + authority.certificate };
});

const tlsa = (usage: number, selector: number, matchingType: number, pem: string): TlsaRecord => {
  const certificate = new X509Certificate(pem);
  const subject =
    selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' });
  const data =
    matchingType === 0
      ? subject
      : createHash(matchingType === 1 ? 'sha256' : 'sha512')
          .update(subject)
          .digest();
  return { usage, selector, matchingType, data };
};
const wrong: TlsaRecord = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32) };

async function relay(
  script: SinkScript,
  records: readonly TlsaRecord[] | 'SERVFAIL',
  settings: Partial<SymbiontSettings> = {},
  change: (dns: DnsScript) => void = () => {},
  text?: string,
) {
  await using sink = await startSink(script);
  const isValidated = true;
  const table: DnsScript = {
    'far.example': { MX: [[10, 'mx.far.example']], isValidated },
    'mx.far.example': { A: ['127.0.0.1'], isValidated },
    [`_${sink.port}._tcp.mx.far.example`]:
      records === 'SERVFAIL' ? { fails: 'SERVFAIL' } : { TLSA: records, isValidated },
  };
  change(table);
  await using dns = await startDnsServer(table);
  await using rig = await startRig({
    port: sink.port,
    settings,
    dependencies: { resolver: createDnsResolver({ servers: [dns.address], tries: 1, useHosts: false }) },
  });
  const { recipients } = await rig.run(rig.assignment(['bob@far.example'], text));
  return { outcome: recipients[0]?.outcome, messages: sink.messages.length, questions: dns.questions };
}

const sent = { kind: 'relayed', tls: 'TLSv1.3' };
const waits = (reason: string): object => ({ kind: 'retry', reply: expect.stringContaining(reason) });

describe('a host with TLSA records', () => {
  it.each([
    [3, 1, 1],
    [3, 0, 1],
    [3, 1, 2],
    [3, 1, 0],
  ])('is known by its certificate or key: %i %i %i', async (usage, selector, matchingType) => {
    const { outcome } = await relay({ tls: own }, [wrong, tlsa(usage, selector, matchingType, own.cert)]);
    expect(outcome).toMatchObject(sent);
  });

  it('is known by its certificate whatever name and date stand in it (RFC 7672 §3.1.1)', async () => {
    const other = authority.issue(['other.example'], { hasExpired: true });
    expect((await relay({ tls: other }, [tlsa(3, 1, 1, other.cert)])).outcome).toMatchObject(sent);
  });

  it.each([
    [2, 0, 1],
    [2, 1, 2],
  ])('is known by an authority: %i %i %i', async (usage, selector, matchingType) => {
    const record = tlsa(usage, selector, matchingType, authority.certificate);
    expect((await relay({ tls: chain }, [record])).outcome).toMatchObject(sent);
  });

  it('below an authority needs its name, and a chain', async () => {
    const record = tlsa(2, 0, 1, authority.certificate);
    const other = authority.issue(['other.example']);
    const named = await relay({ tls: { ...other, cert: other.cert + authority.certificate } }, [record]);
    expect(named.outcome).toMatchObject(
      waits('454 4.7.5 mx.far.example [127.0.0.1]: certificate is not one of mx.far.example, far.example'),
    );
    const forged = makeAuthority().issue(['mx.far.example']);
    const signed = await relay({ tls: { ...forged, cert: forged.cert + authority.certificate } }, [record]);
    expect(signed.outcome).toMatchObject(waits('certificate is not the one of the TLSA records'));
    expect(named.messages + signed.messages).toBe(0);
  });

  it('that shows another certificate, or no TLS, gets no mail', async () => {
    const another = await relay({ tls: own }, [wrong]);
    expect(another.outcome).toMatchObject(
      waits('454 4.7.5 mx.far.example [127.0.0.1]: certificate is not the one'),
    );
    expect((await relay({}, [wrong])).outcome).toMatchObject(waits('454 4.7.4'));
    expect((await relay({ tls: 'broken' }, [wrong])).outcome).toMatchObject(waits('454 4.7.5'));
    expect(another.messages).toBe(0);
  });

  it('that nobody can use gets mail with TLS of any kind, and none without', async () => {
    const ofTheWeb = { ...wrong, usage: 1 };
    expect((await relay({ tls: own }, [ofTheWeb])).outcome).toMatchObject(sent);
    expect((await relay({}, [ofTheWeb])).outcome).toMatchObject(waits('454 4.7.4'));
  });

  it('gets mail that the sender wants delivered in any case (RFC 8689 §4.2.2)', async () => {
    const text = 'TLS-Required: No\r\nSubject: your TLSA records are wrong\r\n\r\nx\r\n';
    expect((await relay({ tls: own }, [wrong], {}, () => {}, text)).outcome).toMatchObject(sent);
    expect((await relay({}, [wrong], {}, () => {}, text)).outcome).toMatchObject({ kind: 'relayed' });
    expect((await relay({}, 'SERVFAIL', {}, () => {}, text)).outcome).toMatchObject({ kind: 'relayed' });
    const required = { outboundTlsRequired: ['far.example'] };
    expect((await relay({}, [wrong], required, () => {}, text)).outcome).toMatchObject(waits('454 4.7.4'));
  });

  it('that nobody knows now makes mail wait (RFC 7672 §2.1.2)', async () => {
    expect((await relay({ tls: own }, 'SERVFAIL')).outcome).toMatchObject({ kind: 'retry' });
  });

  it('that is an alias is looked for under both names', async () => {
    const alias = (dns: DnsScript): void => {
      dns['mx.far.example'] = { CNAME: 'true.example', isValidated: true };
      dns['true.example'] = { A: ['127.0.0.1'], isValidated: true };
    };
    const { outcome, questions } = await relay({ tls: own }, [tlsa(3, 1, 1, own.cert)], {}, alias);
    expect(outcome).toMatchObject(sent);
    expect(
      questions.filter((each) => each.includes('TLSA')).map((each) => each.replace(/_\d+/, '_25')),
    ).toEqual(['UDP TLSA _25._tcp.true.example', 'UDP TLSA _25._tcp.mx.far.example']);
  });
});

describe('TLSA records', () => {
  it.each([
    ['whose host has an address that DNSSEC says nothing of', 'mx.far.example', false],
    ['whose domain has MX records that DNSSEC says nothing of', 'far.example', false],
  ] as [string, string, boolean][])('%s are not asked for', async (_name, name, isValidated) => {
    const { outcome, questions } = await relay({ tls: own }, [wrong], {}, (dns) => {
      dns[name] = { ...dns[name], isValidated };
    });
    expect(outcome).toMatchObject(sent);
    expect(questions.some((each) => each.includes('TLSA'))).toBe(false);
  });

  it('that DNSSEC says nothing of prove nothing', async () => {
    const { outcome } = await relay({ tls: own }, [wrong], {}, (dns) => {
      for (const name of Object.keys(dns)) if (name.startsWith('_')) dns[name] = { TLSA: [wrong] };
    });
    expect(outcome).toMatchObject(sent);
  });

  it('count neither without DANE nor where the manager wants no TLS', async () => {
    expect((await relay({ tls: own }, [wrong], { dane: false })).outcome).toMatchObject(sent);
    const inClear = await relay({ tls: own }, [wrong], { outboundTlsNone: ['far.example'] });
    expect(inClear.outcome).toMatchObject({ kind: 'relayed' });
    expect(inClear.outcome).not.toHaveProperty('tls');
  });
});
