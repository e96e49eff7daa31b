/** A proxy in front of a node: the PROXY protocol before SMTP, before STARTTLS and before TLS. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fixture, startFixture } from './support/node-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(['JONES']);
  await fixture.dcl(
    'SYSTEM',
    'TCPIP SET CONFIGURATION SMTP/PROXY_CLIENTS="127.0.0.1"\nTCPIP ENABLE SERVICE SMTPS\n',
  );
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

/** What comes until `pattern`, or the end. */
function until(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const end = (): void => resolve(`${text}(closed)`);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!pattern.test(text)) return;
      socket.removeAllListeners('data');
      socket.off('close', end);
      resolve(text);
    });
    socket.once('close', end);
    socket.on('error', () => {});
  });
}
const header = 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 25\r\n';

test('the client is who the proxy says, also where all comes in one packet', async () => {
  const socket = connect(fixture.node.port('SMTP'), '127.0.0.1');
  socket.write(`${header}EHLO me\r\nQUIT\r\n`);
  const text = await until(socket, /221 .*\r\n/);
  expect(text).toContain('Hello [192.0.2.7], pleased to meet you');
  socket.destroy();
});

test('a header in crumbs, in binary', async () => {
  const socket = connect(fixture.node.port('SMTP'), '127.0.0.1');
  const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
  const binary = Buffer.from([0x21, 0x11, 0, 12, 203, 0, 113, 9, 198, 51, 100, 1, 1, 2, 0, 25]);
  for (const byte of Buffer.concat([signature, binary])) {
    socket.write(Buffer.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until(socket, /220 .*\r\n/);
  socket.write('HELO me\r\n');
  expect(await until(socket, /250 .*\r\n/)).toContain('[203.0.113.9]');
  socket.destroy();
});

test.each(['EHLO me\r\n', 'PROXY TCP4 nonsense\r\n'])('%j instead of a header gets nothing', async (text) => {
  const socket = connect(fixture.node.port('SMTP'), '127.0.0.1');
  socket.write(text);
  expect(await until(socket, /\r\n/)).toBe('(closed)');
});

test('TLS comes behind the header, be it at once or with STARTTLS', async () => {
  const implicit = connect(fixture.node.port('SMTPS'), '127.0.0.1');
  implicit.write(header);
  const secure = connectTls({ socket: implicit, rejectUnauthorized: false });
  await until(secure, /220 .*\r\n/);
  secure.write('HELO me\r\n');
  expect(await until(secure, /250 .*\r\n/)).toContain('[192.0.2.7]');
  secure.destroy();

  const plain = connect(fixture.node.port('SMTP'), '127.0.0.1');
  plain.write(`${header}STARTTLS\r\n`);
  await until(plain, /220 .*start TLS\r\n/);
  const upgraded = connectTls({ socket: plain, rejectUnauthorized: false });
  upgraded.write('HELO me\r\n');
  expect(await until(upgraded, /250 .*\r\n/)).toContain('[192.0.2.7]');
  upgraded.destroy();
});

test('where no proxy is named any more, nobody is asked for a header', async () => {
  const socket = connect(fixture.node.port('SMTP'), '127.0.0.1');
  socket.write(header);
  await until(socket, /220 .*\r\n/);
  // Others are not asked for a header.
  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/NOPROXY_CLIENTS\n');
  const other = connect(fixture.node.port('SMTP'), '127.0.0.1');
  expect(await until(other, /220 .*\r\n/)).toContain('220 hearts.example');
  socket.destroy();
  other.destroy();
});
