/** Real clients authenticate themselves and send, to a user of the node and through it. Skipped loudly where one is absent. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { hashPassword } from '../../src/system/passwords.ts';
import { gsasl, gsaslMechanisms } from '../support/gsasl.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { isInstalled, withProgram } from '../support/program-node.ts';
import { type SmtpSink, startSink } from '../support/smtp-sink.ts';

const run = promisify(execFile);
const PASSWORD = 'correct-horse';

let sink: SmtpSink;
let fixture: Fixture;
beforeAll(async () => {
  sink = await startSink();
  const resolver = createMemoryResolver({
    mx: { 'elsewhere.example': [{ preference: 10, exchange: 'mx.elsewhere.example' }] },
    addresses: { 'mx.elsewhere.example': ['127.0.0.1'] },
  });
  fixture = await startFixture(['JONES'], { resolver, remotePort: sink.port });
  const { systemStore } = fixture.node;
  const jones = (await systemStore.account('JONES'))!;
  await systemStore.putAccount({ ...jones, passwordHash: await hashPassword(PASSWORD) });
  // Nobody may relay here without a password, this machine neither.
  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/NOGOOD_CLIENTS\nTCPIP ENABLE SERVICE SMTP*\n');
});
afterAll(async () => {
  await fixture?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
});

const sender = 'jones@hearts.example';
const recipient = 'anne@elsewhere.example';
const text = (subject: string): string =>
  `From: ${sender}\r\nTo: ${recipient}\r\nSubject: ${subject}\r\n\r\nFrom outside.\r\n`;

interface Client {
  readonly program: string;
  readonly how: string;
  readonly service?: 'SMTP' | 'SMTPS';
  send(port: number, subject: string, password: string): Promise<unknown>;
}
const withInput = (child: ReturnType<typeof run>, input: string): Promise<unknown> => {
  child.child.stdin?.end(input);
  return child;
};
const python = (mechanism: 'PLAIN' | 'LOGIN'): Client => ({
  program: 'python3',
  how: mechanism,
  send: (port, subject, password) =>
    run('python3', [
      '-c',
      `import smtplib,ssl,sys
c=ssl.create_default_context(); c.check_hostname=False; c.verify_mode=ssl.CERT_NONE
s=smtplib.SMTP('127.0.0.1',${port}); s.starttls(context=c); s.ehlo()
s.esmtp_features['auth']='${mechanism}'
s.login('jones',sys.argv[2])
s.sendmail('${sender}',['${recipient}'],sys.argv[1])
s.quit()`,
      text(subject),
      password,
    ]),
});
const swaks = (mechanism: string, tls: string, service: 'SMTP' | 'SMTPS'): Client => ({
  program: 'swaks',
  how: `${tls} --auth ${mechanism}`,
  service,
  send: (port, subject, password) =>
    run('swaks', [
      ...['--server', `127.0.0.1:${port}`, tls, '--auth', mechanism, '--auth-user', 'jones'],
      ...['--auth-password', password, '--from', sender, '--to', recipient, '--data', text(subject)],
    ]),
});
const curl = (mechanism: string): Client => ({
  program: 'curl',
  how: mechanism,
  send: (port, subject, password) =>
    withInput(
      run('curl', [
        ...['-sS', '-k', '--ssl-reqd', '--login-options', `AUTH=${mechanism}`, '-u', `jones:${password}`],
        ...['--url', `smtp://127.0.0.1:${port}`, '--mail-from', sender, '--mail-rcpt', recipient],
        ...['--upload-file', '-'],
      ]),
      text(subject),
    ),
});
const msmtp = (mechanism: string): Client => ({
  program: 'msmtp',
  how: mechanism,
  send: (port, subject, password) =>
    withInput(
      run('msmtp', [
        ...['--host=127.0.0.1', `--port=${port}`, '--tls=on', '--tls-starttls=on', '--tls-certcheck=off'],
        ...[`--auth=${mechanism}`, '--user=jones', `--passwordeval=echo ${password}`, `--from=${sender}`],
        recipient,
      ]),
      text(subject).replaceAll('\r', ''),
    ),
});

const nodemailer = (mechanism: string): Client => ({
  program: 'node',
  how: `nodemailer ${mechanism}`,
  send: (port, subject, password) =>
    createTransport({
      host: '127.0.0.1',
      port,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
      authMethod: mechanism,
      auth: { user: 'jones', pass: password },
    }).sendMail({ envelope: { from: sender, to: recipient }, raw: text(subject) }),
});

const clients: readonly Client[] = [
  nodemailer('PLAIN'),
  nodemailer('LOGIN'),
  python('PLAIN'),
  python('LOGIN'),
  swaks('PLAIN', '--tls', 'SMTP'),
  swaks('LOGIN', '--tls', 'SMTP'),
  swaks('PLAIN', '--tlsc', 'SMTPS'),
  curl('PLAIN'),
  curl('LOGIN'),
  msmtp('plain'),
  msmtp('login'),
  msmtp('scram-sha-256'),
];

describe('real clients', () => {
  for (const client of clients) {
    const present = isInstalled(client.program);
    if (!present) console.warn(`SKIPPED: ${client.program} is not installed on this machine`);
    test.runIf(present)(`${client.program} ${client.how}`, async () => {
      const port = fixture.node.port(client.service ?? 'SMTP');
      const subject = `${client.program} ${client.how}`;
      await expect(client.send(port, subject, 'wrong')).rejects.toThrow();
      await client.send(port, subject, PASSWORD);
      await fixture.queueIsEmpty();
      const relayed = sink.messages.find((each) => each.text.includes(`Subject: ${subject}\r\n`));
      expect(relayed?.forwardPaths).toEqual([recipient]);
      expect(relayed?.text).toMatch(/with ESMTPSA\s+\(TLSv1\.3 TLS_AES_256_GCM_SHA384\)/);
    });
  }

  test.runIf(isInstalled('swaks'))('swaks: CRAM-MD5 is not offered, nothing is without TLS', async () => {
    const port = fixture.node.port('SMTP');
    const said = async (...options: readonly string[]): Promise<string> => {
      const child = run('swaks', [
        ...['--server', `127.0.0.1:${port}`, '--from', sender, '--to', recipient],
        ...options,
      ]);
      const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
      return stdout + stderr;
    };
    const login = ['--auth-user', 'jones', '--auth-password', PASSWORD, '--auth'];
    expect(await said('--tls', ...login, 'CRAM-MD5')).toContain('requested type not available');
    expect(await said(...login, 'PLAIN')).not.toContain('AUTH PLAIN');
    expect(await said('--tls')).toContain('550');
  });
});

describe.runIf(isInstalled('swaks'))('submission', () => {
  const said = async (...options: readonly string[]): Promise<string> => {
    const child = run('swaks', [
      ...[
        '--server',
        `127.0.0.1:${fixture.node.port('SMTP_SUBMISSION')}`,
        '--tls',
        '--to',
        recipient,
        ...options,
      ],
    ]);
    const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
    return stdout + stderr;
  };
  const login = ['--auth', 'PLAIN', '--auth-user', 'jones', '--auth-password', PASSWORD];
  test('is for users alone', async () => {
    expect(await said('--from', sender)).toContain('530 5.7.0 Authentication required');
  });
  test('under their own addresses', async () => {
    expect(await said(...login, '--from', 'smith@hearts.example')).toContain('553 5.7.1');
    const forged = ['--data', 'From: smith@hearts.example\r\n\r\nx'];
    expect(await said(...login, '--from', sender, ...forged)).toContain('550 5.7.1');
  });
  test('adds what is missing', async () => {
    await said(...login, '--from', sender, '--data', 'Subject: bare submission\r\n\r\nx');
    await fixture.queueIsEmpty();
    const relayed = sink.messages.find((each) => each.text.includes('Subject: bare submission'));
    expect(relayed?.text).toMatch(/^Date: /m);
    expect(relayed?.text).toMatch(/^Message-ID: <.*@hearts\.example>/m);
    expect(relayed?.text).toMatch(/^From: jones@hearts\.example\r$/m);
  });
});

withProgram('gsasl', () => {
  test.each(gsaslMechanisms)('%s', async (mechanism) => {
    const said = (password: string): Promise<string> =>
      gsasl({ protocol: 'smtp', port: fixture.node.port('SMTP'), mechanism, password });
    expect(await said(PASSWORD)).toContain('235 2.7.0 Authentication succeeded');
    expect(await said('wrong')).toContain('535 5.7.8');
  });
});

test('failed attempts are suspects, and SHOW INTRUSION tells', async () => {
  const failing = clients.find(({ program }) => isInstalled(program));
  await failing?.send(fixture.node.port('SMTP'), 'never', 'wrong').catch(() => {});
  if (failing !== undefined)
    expect(await fixture.dcl('SYSTEM', 'SHOW INTRUSION\n')).toMatch(/NETWORK .*127\.0\.0\.1::JONES/);
});
