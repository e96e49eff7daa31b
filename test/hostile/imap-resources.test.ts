/** Clients of IMAP that mean harm: they take no memory, no disk and no time that others need. */
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { createDeflateRaw } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startImapRig } from '../support/imap-rig.ts';
import { hostileRig, literal, login, MEGABYTE, mail, served } from './imap-talk.ts';

const hostile = hostileRig();
const { talk } = hostile;

describe('an IMAP client', () => {
  test('that sends nothing but CR is closed at its first line end, and does not fill the memory', async () => {
    const before = process.memoryUsage().rss;
    const said = await talk([
      login,
      ...Array<Uint8Array>(320).fill(Buffer.alloc(MEGABYTE, 0x0d)),
      '\r\nb NOOP\r\n',
    ]);
    expect(said).toMatch(/^\* BYE .*\r\n\* BAD .*\r\n$/m);
    // What was read and waits for the collector is in it.
    expect(process.memoryUsage().rss - before).toBeLessThan(240 * MEGABYTE);
  }, 30_000);

  test('that names a hundred thousand numbers does not hold up the others for long', async () => {
    const client = await hostile.rig.login();
    await client.command(`APPEND INBOX ${literal(mail)}`);
    await client.command('SELECT INBOX');
    const set = Array.from({ length: 130_000 }, (_, index) => (index * 7) % 900_000)
      .join(',')
      .replace(/\b0,/, '');
    const answer = client.command(`UID STORE ${set} +FLAGS (\\Seen)`);
    expect(await served(hostile.rig.port)).toBeLessThan(5_000);
    expect(await answer).toMatch(/^a\d+ OK/m);
    client.close();
  }, 30_000);

  const unread: readonly (readonly [what: string, user: string, command: (n: number) => string])[] = [
    ['changes', 'slow', (n) => `STORE 1:* ${n % 2 === 0 ? '+' : '-'}FLAGS (\\Answered Work${n})`],
    ['flags', 'slower', () => 'FETCH 1:* FLAGS'],
    ['lists', 'slowest', () => 'UID FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[])'],
  ];
  test.each(unread)(
    'that does not read the %s it asks for holds no memory for it',
    async (_what, userName, command) => {
      const user = await hostile.rig.login(userName);
      for (let count = 0; count < 10; count++)
        await user.command(`APPEND INBOX ${Array(300).fill(literal(mail)).join(' ')}`);
      user.close();
      const before = process.memoryUsage().rss;
      const sockets: Socket[] = [];
      for (let count = 0; count < 20; count++) {
        const socket = connect(hostile.rig.port, '127.0.0.1').pause();
        socket.on('error', () => {});
        const commands = Array.from({ length: 100 }, (_, n) => `${n} ${command(n)}\r\n`);
        socket.write(`in LOGIN ${userName} secret\r\na SELECT INBOX\r\n${commands.join('')}`);
        sockets.push(socket);
      }
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(process.memoryUsage().rss - before).toBeLessThan(160 * MEGABYTE);
      await served(hostile.rig.port);
      for (const each of sockets) each.destroy();
    },
    60_000,
  );

  test('that sends a bomb of DEFLATE does not fill the memory', async () => {
    const deflate = createDeflateRaw();
    const chunks: Buffer[] = [];
    deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
    for (let count = 0; count < 96; count++) deflate.write(Buffer.alloc(MEGABYTE, 0x41));
    deflate.end('\r\nb LOGOUT\r\n');
    await new Promise((resolve) => deflate.on('end', resolve));
    const bomb = Buffer.concat(chunks);
    expect(bomb.length).toBeLessThan(MEGABYTE);
    const before = process.memoryUsage().rss;
    const client = await hostile.rig.login();
    await client.command('COMPRESS DEFLATE');
    const ended = new Promise((resolve) => client.socket.once('close', resolve));
    client.socket.write(bomb);
    await ended;
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MEGABYTE);
  }, 60_000);

  test('that comes a thousand times, and says nothing, costs little', async () => {
    const before = process.memoryUsage().rss;
    const sockets = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const socket = connect(hostile.rig.port, '127.0.0.1');
        socket.on('error', () => {});
        await new Promise((resolve) => socket.once('data', resolve));
        return socket;
      }),
    );
    // Both ends are in this process.
    expect((process.memoryUsage().rss - before) / sockets.length).toBeLessThan(100_000);
    expect(await served(hostile.rig.port)).toBeLessThan(5_000);
    for (const each of sockets) each.destroy();
  }, 60_000);

  test('cannot give a message keywords without end', async () => {
    const client = await hostile.rig.login('words');
    await client.command(`APPEND INBOX ${literal(mail)}`);
    await client.command('SELECT INBOX');
    for (let round = 0; round < 20; round++) {
      const names = Array.from({ length: 60 }, (_, index) => `Word${round}x${index}`).join(' ');
      expect(await client.command(`STORE 1 +FLAGS (${names})`)).toMatch(/^a\d+ (OK|NO)/m);
    }
    const said = await client.command('STORE 1 +FLAGS (\\Seen)');
    expect(said.length).toBeLessThan(2_000);
    client.close();
  });

  test('leaves nothing behind of messages that it did not send whole, or nobody takes', async () => {
    const long = `${mail}${'This is a line of some length.\r\n'.repeat(10_000)}`;
    const half = long.slice(0, long.length / 2);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const client = await hostile.rig.login();
        client.write(`a APPEND INBOX {${long.length}+}\r\n${half}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
        client.close();
      }),
    );
    await talk([login, `a APPEND INBOX ${literal(long)} ${literal(long)} {${long.length}+}\r\n${half}`]);
    expect(await talk([login, `a APPEND Nowhere ${literal(long)}\r\n`])).toMatch(/^a NO \[TRYCREATE\]/m);
    expect(await talk([login, `a APPEND INBOX ${literal(long)} and more\r\n`])).toMatch(/^a BAD/m);
    expect(await talk([login, `a APPEND INBOX ${literal(`${long}\0`)}\r\nb NOOP\r\n`])).toMatch(
      /^a NO[\s\S]*^b OK/m,
    );
    await expect.poll(() => readdir(hostile.rig.textDirectory)).toEqual([]);
    expect(await talk([login, `a APPEND INBOX ${literal(long)}\r\n`])).toMatch(/^a OK/m);
    expect(await readdir(hostile.rig.textDirectory)).toHaveLength(1);
  }, 30_000);

  test('that sends many messages as one fills the disk with no more than one, and the memory with less', async () => {
    const small = await startImapRig({ settings: { appendLimit: 4 * MEGABYTE } });
    const client = await small.login();
    const medium = `${mail}${'This is a line of some length.\r\n'.repeat(1_900)}`;
    const many = (count: number): string => Array(count).fill(literal(medium)).join(' ');
    expect(await client.command(`APPEND INBOX ${many(60)}`)).toMatch(/APPENDUID \d+ 1:60\]/);
    // What is more than a few of them is in files.
    const inFiles = await readdir(small.textDirectory);
    expect(inFiles.length).toBeGreaterThan(10);
    expect(await client.command(`APPEND INBOX ${many(80)}`)).toMatch(/NO \[TOOBIG\]/);
    expect(await readdir(small.textDirectory)).toEqual(inFiles);
    await small.close();
  }, 30_000);
});
