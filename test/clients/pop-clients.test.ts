/** Real POP clients fetch, delete and leave mail. Skipped loudly where one is absent. */
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countOfJones, deliverToJones, emptyOfJones } from '../support/delivered-mail.ts';
import { isInstalled, PASSWORD, type ProgramNode, startProgramNode } from '../support/program-node.ts';

const run = promisify(execFile);

let fixture: ProgramNode;
beforeAll(async () => {
  fixture = await startProgramNode(['POP', 'POPS']);
  await fixture.dcl(
    'SYSTEM',
    'TCPIP SET CONFIGURATION SMTP/AUTH_WITHOUT_TLS\nDEFINE/SYSTEM TCPIP$POP_APOP 1\n',
  );
  await fixture.dcl(
    'JONES',
    '$ COPY SYS$INPUT POP_SECRET.DAT\nbetween us\n$ SET FILE/PROTECTION=(S,W,G,O:RWED) POP_SECRET.DAT\n',
  );
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

const textOf = (subject: string): string =>
  `From: anne@elsewhere.example\r\nTo: jones@hearts.example\r\nSubject: ${subject}\r\n\r\nfirst\r\n.dotted\r\nlast\r\n`;

const deliver = (subject: string): Promise<void> =>
  deliverToJones(fixture.node.mailStore, subject, textOf(subject));
const countIn = (folder: string): Promise<number> => countOfJones(fixture.node.mailStore, folder);

interface Client {
  readonly program: string;
  readonly how: string;
  readonly service: 'POP' | 'POPS';
  /** What it got of the one message there is, as text. */
  fetch(port: number): Promise<string>;
}

const python = (
  how: string,
  service: Client['service'],
  open: (port: number) => string,
  login = `p.user('jones'); p.pass_('${PASSWORD}')`,
): Client => ({
  program: 'python3',
  how: `poplib, ${how}`,
  service,
  fetch: async (port) =>
    (
      await run('python3', [
        '-c',
        `import poplib,ssl,sys
c=ssl.create_default_context(); c.check_hostname=False; c.verify_mode=ssl.CERT_NONE
${open(port)}
${login}
assert p.stat()[0] == 1
assert p.uidl(1).startswith(b'+OK 1 JONES_')
sys.stdout.write('\\r\\n'.join(l.decode() for l in p.retr(1)[1]) + '\\r\\n')
p.dele(1); p.quit()`,
      ])
    ).stdout,
});
const curl = (scheme: string, service: Client['service'], ...options: readonly string[]): Client => ({
  program: 'curl',
  how: [scheme, ...options].join(' '),
  service,
  fetch: async (port) => {
    const url = `${scheme}://127.0.0.1:${port}/1`;
    return (await run('curl', ['-sSk', ...options, '-u', `jones:${PASSWORD}`, url])).stdout;
  },
});
const fetchmail = (options: string): Client => ({
  program: 'fetchmail',
  how: options,
  service: 'POP',
  async fetch(port) {
    const file = join(fixture.directory, 'fetchmailrc');
    const got = join(fixture.directory, 'fetched');
    writeFileSync(
      file,
      `poll 127.0.0.1 protocol POP3 service ${port} username jones password ${PASSWORD} ${options} mda "cat >${got}"\n`,
    );
    chmodSync(file, 0o600);
    await run('fetchmail', ['-f', file, '--nosyslog', '-s', '--pidfile', join(fixture.directory, 'pid')]);
    return readFileSync(got, 'latin1').replaceAll('\n', '\r\n');
  },
});

const mpop = (auth: string): Client => ({
  program: 'mpop',
  how: auth,
  service: 'POPS',
  async fetch(port) {
    const got = join(fixture.directory, `mpop-${auth}`);
    const options = ['--tls=on', '--tls-starttls=off', '--tls-certcheck=off', `--auth=${auth}`];
    const where = ['--host=127.0.0.1', `--port=${port}`, '--user=jones', `--passwordeval=echo ${PASSWORD}`];
    const files = [`--uidls-file=${got}.uidls`, `--deliver=mbox,${got}`, '--received-header=off'];
    await run('mpop', ['--file=/dev/null', ...where, ...options, ...files]);
    // Without the separator line in front, and the empty line behind.
    return readFileSync(got, 'latin1')
      .replace(/^From .*\n/, '')
      .replace(/\n$/, '')
      .replaceAll('\n', '\r\n');
  },
});

const clients: readonly Client[] = [
  python('in clear', 'POP', (port) => `p=poplib.POP3('127.0.0.1',${port})`),
  python('STLS', 'POP', (port) => `p=poplib.POP3('127.0.0.1',${port}); p.stls(c)`),
  python('TLS', 'POPS', (port) => `p=poplib.POP3_SSL('127.0.0.1',${port},context=c)`),
  python('APOP', 'POP', (port) => `p=poplib.POP3('127.0.0.1',${port})`, "p.apop('jones','between us')"),
  curl('pop3', 'POP', '--login-options', 'AUTH=PLAIN'),
  curl('pop3', 'POP', '--ssl-reqd', '--login-options', 'AUTH=LOGIN'),
  curl('pop3s', 'POPS', '--login-options', 'AUTH=LOGIN'),
  mpop('user'),
  mpop('scram-sha-256'),
  fetchmail('sslproto ""'),
  fetchmail('sslproto "auto" no sslcertck'),
];

describe('POP clients', () => {
  beforeEach(() => emptyOfJones(fixture.node.mailStore));
  for (const client of clients) {
    test.runIf(isInstalled(client.program))(
      `${client.program}, ${client.how}, gets a message as it is${isInstalled(client.program) ? '' : ' (SKIPPED: not installed)'}`,
      async () => {
        await deliver('hello');
        const got = await client.fetch(fixture.node.port(client.service));
        expect(got.slice(got.indexOf('From: anne'))).toBe(textOf('hello'));
        // Deleted, or read and filed: either way it is new mail no more.
        for (let turn = 0; turn < 100 && (await countIn('NEWMAIL')) > 0; turn++)
          await new Promise((resolve) => setTimeout(resolve, 20));
        expect(await countIn('NEWMAIL')).toBe(0);
      },
      30_000,
    );
  }
});
