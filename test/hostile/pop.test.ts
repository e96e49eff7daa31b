/** Clients of POP that mean harm, or are broken: an answer or a close, bounded memory, and others are served as before. */
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/system/passwords.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { talk as talkTo } from './talk.ts';

const PASSWORD = 'HEART_OF_9';
const MEGABYTE = 1_048_576;

let fixture: Fixture;
let port: number;
beforeAll(async () => {
  fixture = await startFixture(['JONES']);
  const { systemStore } = fixture.node;
  const account = await systemStore.account('JONES');
  await systemStore.putAccount({ ...account!, passwordHash: await hashPassword(PASSWORD) });
  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/AUTH_WITHOUT_TLS\nTCPIP ENABLE SERVICE POP\n');
  port = fixture.node.port('POP');
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

const talk = (pieces: readonly (Uint8Array | string)[]): Promise<string> => talkTo(port, pieces);

const login = `USER jones\r\nPASS ${PASSWORD}\r\n`;

async function isServed(): Promise<void> {
  const said = await talk([login, 'STAT\r\nQUIT\r\n']);
  expect(said).toMatch(/\+OK \d+ \d+\r\n\+OK .* signing off\.\r\n$/);
}

describe('a POP client', () => {
  test('that sends anything gets answers or is closed, in whatever pieces it comes', async () => {
    const word = fc.constantFrom(
      'USER',
      'PASS',
      'AUTH',
      'PLAIN',
      'STLS',
      'CAPA',
      'RETR',
      'TOP',
      '1',
      '=',
      '*',
      ' ',
      '\r\n',
      '\n',
      '\0',
    );
    const piece = fc.oneof(word, fc.string({ unit: 'binary', maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const said = await talk(pieces.map((each) => Buffer.from(each, 'utf8')));
        for (const line of said.split('\r\n').slice(0, -1)) expect(line).toMatch(/^(\+|-ERR|[\x20-\x7e])/);
        expect(said).toMatch(/^\+OK /);
      }),
      { numRuns: 60 },
    );
    await isServed();
  }, 60_000);

  test('that never ends a line does not fill the memory', async () => {
    const before = process.memoryUsage().rss;
    const said = await talk([...Array<Uint8Array>(64).fill(Buffer.alloc(MEGABYTE, 0x41)), '\r\nQUIT\r\n']);
    expect(said).toMatch(/-ERR Syntax error in a line\.\r\n\+OK .*signing off/);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MEGABYTE);
  }, 30_000);

  test('that makes nothing but mistakes is closed', async () => {
    const said = await talk(['FOO\r\n'.repeat(1_000)]);
    expect(said.match(/-ERR/g)).toHaveLength(20);
    expect(said).toMatch(/-ERR Too many errors\.\r\n$/);
  });

  test('that does not read what it asks for holds no memory for it', async () => {
    const size = 24 * MEGABYTE;
    const { mailStore } = fixture.node;
    const writer = mailStore.createText();
    const line = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(1_000));
    await writer.write(Buffer.from('Subject: large\r\n\r\n'));
    for (let written = 0; written < size; written += line.length) await writer.write(line);
    const common = {
      owner: 'JONES',
      folder: 'NEWMAIL',
      isNew: true,
      receivedAt: Date.now(),
      from: 'SMTP%"a@b.example"',
    };
    const text = await writer.commit();
    await mailStore.deliver([{ ...common, to: '', cc: '', subject: 'large', text, format: 'rfc5322' }]);

    const before = process.memoryUsage().rss;
    const sockets: Socket[] = [];
    // One session for each maildrop: the others ask for it again and again, and are told so.
    for (let count = 0; count < 20; count += 1) {
      const socket = connect(port, '127.0.0.1').pause();
      socket.on('error', () => {});
      socket.write(`${login}${'RETR 1\r\n'.repeat(50)}`);
      sockets.push(socket);
    }
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(process.memoryUsage().rss - before).toBeLessThan(96 * MEGABYTE);
    for (const each of sockets) each.destroy();
    await expect
      .poll(() => talk([login, 'STAT\r\nQUIT\r\n']), { timeout: 20_000 })
      .toMatch(/\+OK \d+ \d+\r\n\+OK .*signing off/);
  }, 60_000);
});
