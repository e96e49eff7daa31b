/** IMAP and TLS: what programs see of it, what an injected command gets, and who is let in. Skipped loudly where one is absent. */
import { execFile } from 'node:child_process';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/system/passwords.ts';
import { gsasl, gsaslMechanisms } from '../support/gsasl.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { isInstalled, withProgram } from '../support/program-node.ts';

const run = promisify(execFile);
const PASSWORD = 'correct-horse';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(['JONES', 'SMITH']);
  const { systemStore } = fixture.node;
  for (const name of ['JONES', 'SMITH']) {
    const account = (await systemStore.account(name))!;
    await systemStore.putAccount({ ...account, passwordHash: await hashPassword(PASSWORD) });
  }
  await fixture.dcl('SYSTEM', 'TCPIP ENABLE SERVICE IMAP\nTCPIP ENABLE SERVICE IMAPS\n');
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

/** What has come up to the end of what matches, or of the connection. */
function until(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (pattern.test(text)) finish();
    };
    const finish = (): void => {
      socket.off('data', take).off('close', finish);
      resolve(text);
    };
    socket.on('data', take).on('close', finish);
  });
}

async function greeted(service: 'IMAP' | 'IMAPS'): Promise<Socket> {
  const port = fixture.node.port(service);
  const socket =
    service === 'IMAP'
      ? connectTcp(port, '127.0.0.1')
      : connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await until(socket, /\* OK .*\r\n/);
  return socket;
}

const command = (socket: Socket, text: string): Promise<string> => {
  socket.write(`${text}\r\n`);
  return until(socket, new RegExp(`^${text.split(' ')[0]} .*\\r\\n`, 'm'));
};

test('without TLS no password is taken, and the client is told before it says one', async () => {
  const socket = await greeted('IMAP');
  expect(await command(socket, 'a1 CAPABILITY')).toMatch(/STARTTLS.*LOGINDISABLED/);
  expect(await command(socket, `a2 LOGIN jones ${PASSWORD}`)).toMatch(/^a2 NO \[PRIVACYREQUIRED\]/);
  const plain = Buffer.from(`\0jones\0${PASSWORD}`).toString('base64');
  expect(await command(socket, `a3 AUTHENTICATE PLAIN ${plain}`)).toMatch(/^a3 NO \[PRIVACYREQUIRED\]/);
  socket.destroy();
});

test('what is said behind STARTTLS, before TLS, is never obeyed', async () => {
  const socket = await greeted('IMAP');
  // Somebody between the client and the server adds a command; it would be the first under TLS. RFC 9051 §11.1
  socket.write(`a1 STARTTLS\r\nx1 LOGIN smith ${PASSWORD}\r\nx2 SELECT INBOX\r\n`);
  expect(await until(socket, /^a1 .*\r\n/m)).toMatch(/^a1 OK .*\r\n$/);
  const secured = connectTls({ socket, rejectUnauthorized: false });
  const answer = await command(secured, 'a2 CAPABILITY');
  expect(answer).not.toMatch(/^x/m);
  expect(answer).toContain('AUTH=PLAIN');
  expect(await command(secured, `a3 LOGIN jones ${PASSWORD}`)).toMatch(/^a3 OK/);
  expect(await command(secured, 'a4 STARTTLS')).toMatch(/^a4 BAD/);
  secured.destroy();
});

test('IMAPS: TLS comes first, and STARTTLS is neither offered nor taken', async () => {
  const socket = await greeted('IMAPS');
  expect(await command(socket, 'a1 CAPABILITY')).not.toMatch(/STARTTLS|LOGINDISABLED/);
  expect(await command(socket, 'a2 STARTTLS')).toMatch(/^a2 (BAD|NO)/);
  expect(await command(socket, `a3 LOGIN jones ${PASSWORD}`)).toMatch(/^a3 OK/);
  socket.destroy();
  const clear = connectTcp(fixture.node.port('IMAPS'), '127.0.0.1');
  clear.write('a1 CAPABILITY\r\n');
  expect(await until(clear, /\* /)).not.toContain('CAPABILITY');
  clear.destroy();
});

const hasOpenssl = isInstalled('openssl');
if (!hasOpenssl) console.warn('SKIPPED: openssl is not installed on this machine');
describe.runIf(hasOpenssl)('openssl s_client', () => {
  const asked = async (service: 'IMAP' | 'IMAPS', ...options: readonly string[]): Promise<string> => {
    const address = `127.0.0.1:${fixture.node.port(service)}`;
    const child = run('openssl', ['s_client', '-crlf', '-connect', address, ...options], { timeout: 15_000 });
    child.child.stdin?.end(`a1 LOGIN jones ${PASSWORD}\na2 LOGOUT\n`);
    const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
    return stdout + stderr;
  };
  test.each([
    ['IMAP', ['-starttls', 'imap', '-ign_eof']],
    ['IMAPS', ['-ign_eof']],
  ] as const)('%s', async (service, options) => {
    const seen = await asked(service, ...options);
    expect(seen).toContain('CN = hearts.example');
    expect(seen).toContain('TLSv1.3');
    expect(seen).toMatch(/a1 OK \[CAPABILITY .*\* BYE .*a2 OK/s);
  });
  test('TLS 1.1 is refused', async () => {
    expect(await asked('IMAPS', '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0')).toMatch(
      /alert protocol version|no protocols available|unsupported protocol/,
    );
  });
});

withProgram('gsasl', () => {
  test.each(gsaslMechanisms)('%s', async (mechanism) => {
    const said = (password: string): Promise<string> =>
      gsasl({ protocol: 'imap', port: fixture.node.port('IMAP'), mechanism, password });
    expect(await said(PASSWORD)).toMatch(/OK \[CAPABILITY .*\] Logged in/);
    expect(await said('wrong')).toContain('NO [AUTHENTICATIONFAILED]');
  });
});

test('wrong passwords make an intruder, whom the right one does not help', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    const socket = await greeted('IMAPS');
    for (let attempt = 1; attempt <= 3; attempt += 1)
      await command(socket, `a${attempt} LOGIN smith wrong${attempt}`);
    socket.destroy();
  }
  expect(await fixture.dcl('SYSTEM', 'SHOW INTRUSION\n')).toMatch(/NETWORK +INTRUDER/);
  const socket = await greeted('IMAPS');
  expect(await command(socket, `a1 LOGIN smith ${PASSWORD}`)).toMatch(/^a1 NO \[AUTHENTICATIONFAILED\]/);
  socket.destroy();
});
