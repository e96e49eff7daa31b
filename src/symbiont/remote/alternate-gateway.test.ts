/** A gateway that wants to know who we are: its port, TLS and AUTH. RFC 4954, RFC 8314. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type IssuedCertificate, makeAuthority } from '../../../test/support/certificates.ts';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import { createClientTls } from '../../adapters/node/tls/client-tls.ts';
import type { SymbiontSettings } from '../settings.ts';

const PASSWORD = 'not-for-logs';
const encoded = (text: string): string => Buffer.from(text).toString('base64');

let authority: Authority;
let tls: IssuedCertificate;
beforeAll(() => {
  authority = makeAuthority();
  tls = authority.issue(['gate.acme.com']);
});

async function relay(script: SinkScript, settings: Partial<SymbiontSettings> = {}, messages = 1) {
  await using sink = await startSink(script);
  await using rig = await startRig({
    dns: { addresses: { 'gate.acme.com': ['127.0.0.1'] } },
    port: 1,
    settings: {
      alternateGateway: 'gate.acme.com',
      altgatePort: sink.port,
      altgateUser: 'node@acme.com',
      altgatePassword: PASSWORD,
      symbiontTrace: true,
      ...settings,
    },
    dependencies: { clientTls: createClientTls({ authorities: [authority.certificate] }) },
  });
  let outcome: unknown;
  for (let count = 0; count < messages; count++)
    outcome = (await rig.run(rig.assignment(['bob@out.example']))).recipients[0]?.outcome;
  const log = rig.logLines.join('\n');
  for (const secret of [PASSWORD, encoded(PASSWORD), encoded(`\0node@acme.com\0${PASSWORD}`)])
    expect(log).not.toContain(secret);
  return { outcome, commands: sink.commands, sessions: sink.sessions, log };
}

const answering =
  (answers: Readonly<Record<string, string>>): NonNullable<SinkScript['reply']> =>
  (command) => {
    for (const [start, answer] of Object.entries(answers)) if (command.startsWith(start)) return answer;
    return undefined;
  };

describe('an alternate gateway that wants a password', () => {
  it('gets it by PLAIN within TLS, once for each connection', async () => {
    const script: SinkScript = {
      tls,
      extensions: ['AUTH PLAIN LOGIN'],
      reply: answering({ 'AUTH PLAIN': '235 2.7.0 welcome' }),
    };
    const { outcome, commands, sessions, log } = await relay(script, {}, 3);
    expect(outcome).toMatchObject({ kind: 'relayed', host: 'gate.acme.com', tls: 'TLSv1.3' });
    expect(commands.filter((each) => each.startsWith('AUTH'))).toEqual([
      `AUTH PLAIN ${encoded(`\0node@acme.com\0${PASSWORD}`)}`,
    ]);
    expect(sessions).toBe(1);
    expect(log).toContain('>>>AUTH PLAIN ...');
  });

  it('is asked for it where it is longer than a command line', async () => {
    const altgatePassword = 'x'.repeat(600);
    const script: SinkScript = {
      tls,
      extensions: ['AUTH PLAIN'],
      reply: answering({
        'AUTH PLAIN': '334 ',
        [encoded(`\0node@acme.com\0${altgatePassword}`)]: '235 welcome',
      }),
    };
    const { outcome, commands } = await relay(script, { altgatePassword });
    expect(outcome).toMatchObject({ kind: 'relayed' });
    expect(commands).toContain('AUTH PLAIN');
  });

  it('gets it by LOGIN where there is nothing else', async () => {
    const script: SinkScript = {
      tls,
      extensions: ['AUTH LOGIN'],
      reply: answering({
        'AUTH LOGIN': `334 ${encoded('Username:')}`,
        [encoded('node@acme.com')]: `334 ${encoded('Password:')}`,
        [encoded(PASSWORD)]: '235 welcome',
      }),
    };
    const { outcome, log } = await relay(script);
    expect(outcome).toMatchObject({ kind: 'relayed' });
    expect(log).toContain('>>>...');
    expect(log).toContain('<<<334 ...');
    expect(log).not.toContain(encoded('Password:'));
  });

  it('may have TLS before its greeting', async () => {
    const script: SinkScript = {
      tls,
      isImplicitTls: true,
      extensions: ['AUTH PLAIN'],
      reply: answering({ AUTH: '235 welcome' }),
    };
    await using sink = await startSink(script);
    await using rig = await startRig({
      dns: { addresses: { 'gate.acme.com': ['127.0.0.1'] } },
      settings: {
        alternateGateway: 'gate.acme.com',
        altgatePort: 465,
        altgateUser: 'u',
        altgatePassword: 'p',
      },
      dependencies: {
        clientTls: createClientTls({ authorities: [authority.certificate] }),
        connect: async (address, port) => {
          expect([address, port]).toEqual(['127.0.0.1', 465]);
          const { connect } = await import('node:net');
          return connect(sink.port, address);
        },
      },
    });
    const { recipients } = await rig.run(rig.assignment(['bob@out.example']));
    expect(recipients[0]?.outcome).toMatchObject({ kind: 'relayed', tls: 'TLSv1.3' });
    expect(sink.commands).not.toContain('STARTTLS');
  });

  it.each([
    [
      'has another certificate',
      { wrong: true },
      '454 4.7.5 gate.acme.com [127.0.0.1]: certificate is not one of',
    ],
    ['has no TLS', { tls: undefined }, '454 4.7.4 gate.acme.com [127.0.0.1]: host does not offer STARTTLS'],
    ['has no AUTH', { extensions: [] }, '454 4.7.0 gate.acme.com [127.0.0.1]: host does not offer AUTH'],
    [
      'has no mechanism we know',
      { extensions: ['AUTH GSSAPI'] },
      '454 4.7.0 gate.acme.com [127.0.0.1]: host offers AUTH GSSAPI',
    ],
    [
      'does not know it',
      { reply: answering({ AUTH: '535 5.7.8 who?' }) },
      '454 4.7.0 gate.acme.com [127.0.0.1]: host does not let us in: 535 5.7.8 who?',
    ],
    [
      'asks without end',
      { reply: answering({ AUTH: '334 ', '*': '501 all right' }) },
      '454 4.7.0 gate.acme.com [127.0.0.1]: host does not prove who it is in AUTH PLAIN',
    ],
  ] as [string, SinkScript & { wrong?: true }, string][])(
    'that %s gets no mail, which waits',
    async (_name, script, reply) => {
      const certificate = script.wrong === true ? authority.issue(['evil.example']) : tls;
      const { outcome, commands } = await relay({ extensions: ['AUTH PLAIN'], tls: certificate, ...script });
      expect(outcome).toMatchObject({ kind: 'retry', reply: expect.stringContaining(reply) });
      expect(commands.some((each) => each.startsWith('MAIL'))).toBe(false);
    },
  );

  it.each([
    ['of its own name', 'Gate.acme.com', 'relayed'],
    ['of its zone', 'acme.com', 'retry'],
  ])(
    'with another certificate gets it where Outbound-TLS-Required says so %s alone: %s',
    async (_, zone, kind) => {
      const script: SinkScript = {
        tls: authority.issue(['evil.example']),
        extensions: ['AUTH PLAIN'],
        reply: answering({ AUTH: '235 welcome' }),
      };
      const { outcome, commands } = await relay(script, { outboundTlsRequired: [zone] });
      expect(outcome).toMatchObject({ kind });
      expect(commands.some((each) => each.startsWith('AUTH'))).toBe(kind === 'relayed');
    },
  );

  it.each([
    ['AUTH PLAIN', '501 5.5.2 what is'],
    ['AUTH LOGIN', '535 5.7.8 nobody has'],
  ])('has it in no log, though it says it itself: %s', async (mechanism, answer) => {
    const script: SinkScript = {
      tls,
      extensions: [mechanism],
      reply: (command) => {
        if (command === 'AUTH LOGIN' || command === encoded('node@acme.com')) return '334 ';
        const said = command.replace('AUTH PLAIN ', '');
        const isSecret = [encoded(PASSWORD), encoded(`\0node@acme.com\0${PASSWORD}`)].includes(said);
        return isSecret ? `${answer} ${said} (${PASSWORD})` : undefined;
      },
    };
    const { outcome, log } = await relay(script);
    expect(outcome).toMatchObject({ kind: 'retry', reply: expect.stringContaining(`${answer} ... (...)`) });
    expect(log).toContain(`<<<${answer.slice(0, 3)} ${answer.slice(4)} ... (...)`);
  });

  it('in clear, as the manager says, is told no password', async () => {
    const { outcome } = await relay({ extensions: ['AUTH PLAIN'] }, { outboundTlsNone: ['acme.com'] });
    expect(outcome).toMatchObject({
      kind: 'retry',
      reply: '454 4.7.0 gate.acme.com [127.0.0.1]: host offers AUTH PLAIN without TLS',
    });
  });
});
