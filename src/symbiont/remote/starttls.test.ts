/** TLS to other hosts, with real handshakes. RFC 3207, RFC 7435. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, makeAuthority } from '../../../test/support/certificates.ts';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import { createClientTls } from '../../adapters/node/tls/client-tls.ts';
import type { SymbiontSettings } from '../settings.ts';
import { defaultSymbiontSettings } from '../settings.ts';
import { tlsLevel } from './tls-policy.ts';

let authority: Authority;
let certificate: SinkScript['tls'];
beforeAll(() => {
  authority = makeAuthority();
  certificate = authority.issue(['mx.far.example']);
});

const dns = {
  mx: { 'far.example': [{ preference: 10, exchange: 'mx.far.example' }] },
  addresses: { 'mx.far.example': ['127.0.0.1'] },
};

async function relay(
  script: SinkScript,
  settings: Partial<SymbiontSettings> = {},
  { messages = 1, isTrusted = true } = {},
) {
  await using sink = await startSink(script);
  await using rig = await startRig({
    dns,
    port: sink.port,
    settings,
    dependencies: { clientTls: createClientTls(isTrusted ? { authorities: [authority.certificate] } : {}) },
  });
  let outcome: unknown;
  for (let count = 0; count < messages; count++)
    outcome = (await rig.run(rig.assignment(['bob@far.example']))).recipients[0]?.outcome;
  return { outcome, sink: { ...sink, sessions: sink.sessions }, log: rig.logLines.join('\n') };
}

const sentInClear = { kind: 'relayed', reply: '250 OK queued' };
const sentSecure = { ...sentInClear, tls: 'TLSv1.3' };

describe('a host with STARTTLS', () => {
  it('gets mail encrypted, whatever its certificate is worth', async () => {
    const { outcome, sink } = await relay({ tls: certificate }, {}, { isTrusted: false });
    expect(outcome).toMatchObject(sentSecure);
    expect(sink.messages).toMatchObject([{ isSecure: true }]);
    // RFC 3207 §4.2: EHLO again, within TLS.
    expect(sink.commands.slice(0, 4)).toEqual([
      'EHLO pluto.acme.com',
      'STARTTLS',
      'EHLO pluto.acme.com',
      expect.stringMatching(/^MAIL FROM/),
    ]);
  });

  it('gets further messages over the same connection', async () => {
    const { sink } = await relay({ tls: certificate }, {}, { messages: 3 });
    expect(sink.messages).toHaveLength(3);
    expect(sink.sessions).toBe(1);
  });

  it.each([
    [
      'cannot start it',
      { tls: {}, reply: (command: string) => (command === 'STARTTLS' ? '454 not now' : undefined) },
      1,
    ],
    ['has no handshake to offer', { tls: 'broken' }, 2],
    ['knows old versions only (RFC 8996)', { tls: { maxVersion: 'TLSv1.1' } }, 2],
  ] as [string, SinkScript, number][])('that %s gets mail in clear', async (_name, script, sessions) => {
    const tls = script.tls === 'broken' ? 'broken' : { ...(certificate as object), ...script.tls };
    const { outcome, sink } = await relay({ ...script, tls });
    expect(outcome).toMatchObject(sentInClear);
    expect(outcome).not.toHaveProperty('tls');
    expect(sink.sessions).toBe(sessions);
  });

  it('whose TLS is broken is not asked for it with every message', async () => {
    await using sink = await startSink({ tls: 'broken' });
    await using rig = await startRig({ dns, port: sink.port });
    for (let count = 0; count < 3; count++) {
      await rig.run(rig.assignment(['bob@far.example']));
      // Beyond the life of an idle connection.
      rig.clock.advance(10_000);
    }
    expect(sink.commands.filter((each) => each === 'STARTTLS')).toHaveLength(1);
    expect(rig.logLines.join('\n')).toContain('mx.far.example [127.0.0.1]: TLS failed, going on without: ');
  });

  it('that speaks before the handshake is not believed (RFC 3207 §6)', async () => {
    const script: SinkScript = {
      tls: certificate,
      reply: (command) => (command === 'STARTTLS' ? '220 go on\r\n250 mx.far.example' : undefined),
    };
    const { outcome, sink } = await relay(script);
    expect(outcome).toMatchObject(sentInClear);
    expect(sink.sessions).toBe(2);
    expect((await relay(script, { outboundTls: 'REQUIRED' })).outcome).toMatchObject({
      kind: 'retry',
      reply: '454 4.7.5 mx.far.example [127.0.0.1]: host spoke before the handshake',
    });
  });
});

describe('Outbound-TLS', () => {
  it('NONE asks for none', async () => {
    const { outcome, sink } = await relay({ tls: certificate }, { outboundTls: 'NONE' });
    expect(outcome).toMatchObject(sentInClear);
    expect(sink.commands).not.toContain('STARTTLS');
  });

  it.each([
    ['does not offer it', {}, '454 4.7.4 mx.far.example [127.0.0.1]: host does not offer STARTTLS'],
    [
      'cannot start it',
      { tls: {}, reply: (command: string) => (command === 'STARTTLS' ? '454 not now' : undefined) },
      '454 4.7.4 mx.far.example [127.0.0.1]: host does not start TLS: 454 not now',
    ],
    ['has no handshake to offer', { tls: 'broken' }, '454 4.7.5 mx.far.example [127.0.0.1]: '],
  ] as [string, SinkScript, string][])(
    'REQUIRED makes mail wait for a host that %s',
    async (_name, script, reply) => {
      const { outcome, sink } = await relay(script, { outboundTls: 'REQUIRED' });
      expect(outcome).toMatchObject({ kind: 'retry', reply: expect.stringContaining(reply) });
      expect(sink.messages).toEqual([]);
    },
  );

  it('REQUIRED takes any certificate', async () => {
    const { outcome } = await relay({ tls: certificate }, { outboundTls: 'REQUIRED' }, { isTrusted: false });
    expect(outcome).toMatchObject(sentSecure);
  });

  it('VERIFIED takes the one of the host', async () => {
    const { outcome } = await relay({ tls: certificate }, { outboundTls: 'VERIFIED' });
    expect(outcome).toMatchObject(sentSecure);
  });

  it.each([
    ['of another host', ['other.example'], {}, true, 'certificate is not one of mx.far.example'],
    ['of nobody known', ['mx.far.example'], {}, false, 'certificate is not trusted: '],
    [
      'that has expired',
      ['mx.far.example'],
      { hasExpired: true },
      true,
      'certificate is not trusted: cert has expired',
    ],
  ] as [string, string[], object, boolean, string][])(
    'VERIFIED refuses one %s',
    async (_name, names, options, isTrusted, reason) => {
      const { outcome, sink } = await relay(
        { tls: authority.issue(names, options) },
        { outboundTls: 'VERIFIED' },
        { isTrusted },
      );
      expect(outcome).toMatchObject({
        kind: 'retry',
        reply: expect.stringContaining(`454 4.7.5 mx.far.example [127.0.0.1]: ${reason}`),
      });
      expect(sink.messages).toEqual([]);
    },
  );

  it('is otherwise for the zones that are named, the most specific first', () => {
    const settings: SymbiontSettings = {
      ...defaultSymbiontSettings,
      outboundTlsRequired: ['Bank.example', 'both.example'],
      outboundTlsNone: ['old.bank.example', 'both.example'],
      outboundTlsVerified: ['safe.old.bank.example'],
    };
    const levels = [
      'far.example',
      'bank.example',
      'x.bank.example',
      'old.bank.example',
      'not-bank.example',
    ].map((each) => tlsLevel(each, settings));
    expect(levels).toEqual(['opportunistic', 'required', 'required', 'none', 'opportunistic']);
    expect(tlsLevel('a.safe.old.bank.example', settings)).toBe('verified');
    expect(tlsLevel('both.example', settings)).toBe('required');
  });
});
