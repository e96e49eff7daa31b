/** Real clients over STARTTLS and implicit TLS. Skipped loudly where one is absent. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { isInstalled } from '../support/program-node.ts';

const run = promisify(execFile);

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(['JONES']);
  // Strangers may send to users of the node, under TLS too.
  await fixture.dcl('SYSTEM', 'TCPIP SET SERVICE SMTPS/FLAGS=NOSUBMISSION\nTCPIP ENABLE SERVICE SMTPS\n');
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

const text = (subject: string): string =>
  `From: anne@elsewhere.example\r\nTo: jones@hearts.example\r\nSubject: ${subject}\r\n\r\nHello under TLS.\r\n`;
const envelope = ['--from', 'anne@elsewhere.example', '--to', 'jones@hearts.example'];

interface Client {
  readonly program: string;
  readonly how: string;
  readonly service: 'SMTP' | 'SMTPS';
  send(port: number, subject: string): Promise<unknown>;
}

const python = (how: string, begin: (port: number) => string, service: Client['service']): Client => ({
  program: 'python3',
  how,
  service,
  send: (port, subject) =>
    run('python3', [
      '-c',
      `import smtplib,ssl,sys
c=ssl.create_default_context(); c.check_hostname=False; c.verify_mode=ssl.CERT_NONE
${begin(port)}
s.sendmail('anne@elsewhere.example',['jones@hearts.example'],sys.argv[1])
s.quit()`,
      text(subject),
    ]),
});
const swaks = (option: string, service: Client['service']): Client => ({
  program: 'swaks',
  how: option,
  service,
  send: (port, subject) =>
    run('swaks', ['--server', `127.0.0.1:${port}`, option, ...envelope, '--data', text(subject)]),
});
const curl = (scheme: string, service: Client['service'], ...options: readonly string[]): Client => ({
  program: 'curl',
  how: scheme,
  service,
  send(port, subject) {
    const mail = ['--mail-from', 'anne@elsewhere.example', '--mail-rcpt', 'jones@hearts.example'];
    const url = `${scheme}://127.0.0.1:${port}`;
    const child = run('curl', ['-sS', '-k', ...options, '--url', url, ...mail, '--upload-file', '-']);
    child.child.stdin?.end(text(subject));
    return child;
  },
});

const clients: readonly Client[] = [
  python('starttls', (port) => `s=smtplib.SMTP('127.0.0.1',${port}); s.starttls(context=c)`, 'SMTP'),
  python('SMTP_SSL', (port) => `s=smtplib.SMTP_SSL('127.0.0.1',${port},context=c)`, 'SMTPS'),
  swaks('--tls', 'SMTP'),
  swaks('--tlsc', 'SMTPS'),
  curl('smtp', 'SMTP', '--ssl-reqd'),
  curl('smtps', 'SMTPS'),
];

describe('real clients', () => {
  for (const client of clients) {
    const present = isInstalled(client.program);
    if (!present) console.warn(`SKIPPED: ${client.program} is not installed on this machine`);
    test.runIf(present)(`${client.program} ${client.how}`, async () => {
      const subject = `${client.program} ${client.how}`;
      await client.send(fixture.node.port(client.service), subject);
      await fixture.queueIsEmpty();
      const screen = await fixture.mail('JONES', 'READ/NEW\nDELETE\nEXIT\n');
      expect(screen).toContain(`Subj:\t${subject}`);
      expect(screen).toMatch(/with ESMTPS\s+\(TLSv1\.3 TLS_AES_256_GCM_SHA384\)/);
    });
  }
});

const hasOpenssl = isInstalled('openssl');
if (!hasOpenssl) console.warn('SKIPPED: openssl is not installed on this machine');
describe.runIf(hasOpenssl)('openssl s_client', () => {
  const at = (service: string): string => `127.0.0.1:${fixture.node.port(service)}`;

  const asked = async (...options: readonly string[]): Promise<string> => {
    const child = run('openssl', ['s_client', '-connect', ...options], { timeout: 15_000 });
    child.child.stdin?.end('QUIT\r\n');
    const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
    return stdout + stderr;
  };
  test('sees the certificate of the node', async () => {
    const seen = await asked(at('SMTPS'), '-tls1_3');
    expect(seen).toContain('CN = hearts.example');
    expect(seen).toContain('TLSv1.3');
  });
  test.each(['-tls1', '-tls1_1'])('%s is refused', async (version) => {
    expect(await asked(at('SMTPS'), version, '-cipher', 'ALL:@SECLEVEL=0')).toMatch(
      /alert protocol version|no protocols available|unsupported protocol/,
    );
  });
  test.each(['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-ECDSA-AES256-SHA384', 'NULL'])(
    'TLS 1.2 with %s is refused',
    async (cipher) => {
      expect(await asked(at('SMTPS'), '-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`)).toMatch(
        /handshake failure/,
      );
    },
  );
});
