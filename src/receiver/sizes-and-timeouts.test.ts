/** How much a client may send, and how long it may take. RFC 5321 §4.5.3, §6.3 */
import { afterEach, describe, expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { defaultReceiverSettings } from './index.ts';
import { countingSpool, dialogue, hello, startReceiver } from './testing/plain-dialogue.ts';
import { Client, closeAll } from './testing/receiver-rig.ts';

afterEach(closeAll);

/** Sends a byte a minute, for so many minutes. */
async function drip(
  client: Client,
  clock: ReturnType<typeof manualClock>,
  arrived: (bytes: number) => Promise<void>,
  minutes: number,
): Promise<void> {
  for (let minute = 0; minute < minutes && !client.isClosed; minute += 1) {
    client.socket.write('x');
    await arrived(client.socket.bytesWritten);
    clock.advance(60_000);
  }
}

describe('hostile clients', () => {
  test('a line of 10 MB is swallowed', async () => {
    const { port } = await startReceiver();
    const client = Client.plain(port);
    await client.reply();
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 10; count += 1) client.socket.write(megabyte);
    expect(await client.say('')).toBe('500 Line too long');
    expect(await client.say('NOOP')).toBe('250 OK');
  });

  test('data over the size limit is refused while it streams in, and not kept', async () => {
    const { spool, seen } = countingSpool();
    const settings = async () => ({ ...defaultReceiverSettings, messageSizeLimit: 100_000 });
    const { client } = await dialogue([...hello, 'DATA'], { spool, settings });
    const line = Buffer.from(`${'x'.repeat(998)}\r\n`);
    for (let count = 0; count < 5_000; count += 1) client.socket.write(line);
    expect(await client.say('.')).toBe('552 5.3.4 Message size exceeds the fixed limit');
    expect(seen.committed).toBe(0);
    expect(seen.abandoned).toBe(1);
    expect(seen.bytes).toBeLessThan(400_000);
  });

  test('data that never ends is cut off', async () => {
    const settings = async () => ({ ...defaultReceiverSettings, messageSizeLimit: 1_000 });
    const { client } = await dialogue([...hello, 'DATA'], { settings });
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const pump = (): void => {
      while (!client.isClosed && client.socket.write(chunk));
      if (!client.isClosed) client.socket.once('drain', pump);
    };
    pump();
    expect(await client.reply()).toMatch(/^552 /);
  });

  test('2,000 Received: fields are a loop', async () => {
    const { client, submissions } = await dialogue([...hello, 'DATA']);
    const header = 'Received: from x by y;\r\n\tMon, 2 Nov 1998 17:31:22 -0600\r\n'.repeat(2_000);
    expect(await client.say(`${header}\r\nx\r\n.`)).toBe('554 5.4.6 Too many hops, mail is looping');
    expect(submissions).toHaveLength(0);
  });

  test('Received: lines in the body are text', async () => {
    const { client, submissions } = await dialogue([...hello, 'DATA']);
    expect(await client.say(`Subject: x\r\n\r\n${'Received: x\r\n'.repeat(100)}.`)).toBe('250 2.0.0 OK');
    expect(submissions).toHaveLength(1);
  });

  test('recipients beyond the limit get 452, the others are kept', async () => {
    const settings = async () => ({ ...defaultReceiverSettings, recipientLimit: 3 });
    const rcpt = (name: string) => `RCPT TO:<${name}@node.example>`;
    const names = ['smith', 'jones', 'smith', 'green', 'brown', 'smith'];
    const { replies, submissions, client } = await dialogue(
      ['HELO me', 'MAIL FROM:<>', ...names.map(rcpt), 'DATA'],
      { settings },
    );
    expect(replies.slice(2, -1)).toEqual([
      '250 <smith@node.example>... Recipient OK',
      '250 <jones@node.example>... Recipient OK',
      // Named twice: one copy.
      '250 <smith@node.example>... Recipient OK',
      '250 <green@node.example>... Recipient OK',
      '452 Too many recipients',
      '452 Too many recipients',
    ]);
    await client.say('x\r\n.');
    expect(submissions[0]!.envelope.forwardPaths).toEqual(
      ['smith', 'jones', 'green'].map((name) => `${name}@node.example`),
    );
  });

  test('100,000 recipients: ten thousand are taken, the others are told to come again', async () => {
    const { port, submissions } = await startReceiver();
    const client = Client.plain(port);
    await client.reply();
    await client.say('EHLO me');
    await client.say('MAIL FROM:<>');
    const codes = new Map<string, number>();
    for (let from = 0; from < 100_000; from += 1_000) {
      const some = Array.from({ length: 1_000 }, (_, n) => `RCPT TO:<user${from + n}@node.example>\r\n`);
      client.socket.write(some.join(''));
      for (const _ of some) {
        const code = (await client.reply()).slice(0, 3);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(codes)).toEqual({ 250: 10_000, 452: 90_000 });
    await client.say('DATA');
    expect(await client.say('x\r\n.')).toMatch(/^250 /);
    expect(submissions[0]!.envelope.forwardPaths).toHaveLength(10_000);
  }, 60_000);

  test('a client that makes only mistakes is shown the door', async () => {
    const { replies } = await dialogue(Array(22).fill('FOO'));
    expect(replies.at(-1)).toMatch(/^421 node\.example Too many errors/);
  });

  test('silence ends the session', async () => {
    const clock = manualClock();
    const { port } = await startReceiver({ clock });
    const client = Client.plain(port);
    await client.reply();
    clock.advance(5 * 60_000);
    expect(await client.reply()).toMatch(/^421 /);
  });

  test('one byte a minute does not hold the data phase open for ever', async () => {
    const clock = manualClock();
    const { port, arrived } = await startReceiver({ clock });
    const client = Client.plain(port);
    await client.reply();
    for (const line of [...hello, 'DATA']) await client.say(line);
    await drip(client, clock, arrived, 59);
    expect(client.isClosed).toBe(false);
    await drip(client, clock, arrived, 2);
    expect(await client.reply()).toMatch(/^421 .*you are too slow/);
  });

  test('nor a command that never ends the session', async () => {
    const clock = manualClock();
    const { port, arrived } = await startReceiver({ clock });
    const client = Client.plain(port);
    await client.reply();
    await drip(client, clock, arrived, 5);
    expect(await client.reply()).toMatch(/^421 .*you are too slow/);
  });
});

test('a message whose way here is as long as allowed is taken; one hop more is refused here, not returned later', async () => {
  const settings = async () => ({ ...defaultReceiverSettings, hopCountMaximum: 3 });
  const hops = (count: number): string => `${'Received: x\r\n'.repeat(count)}\r\nx\r\n.`;
  const { client, submissions } = await dialogue([...hello, 'DATA'], { settings });
  // Ours is the third: the symbiont counts it too.
  expect(await client.say(hops(2))).toBe('250 2.0.0 OK');
  for (const line of hello.slice(1)) await client.say(line);
  await client.say('DATA');
  expect(await client.say(hops(3))).toMatch(/^554 5\.4\.6 /);
  expect(submissions).toHaveLength(1);
});

test('a size limit of 0 is none', async () => {
  const settings = async () => ({ ...defaultReceiverSettings, messageSizeLimit: 0 });
  const { replies, client } = await dialogue(
    ['EHLO me', 'MAIL FROM:<> SIZE=99999999999', 'RCPT TO:<smith@node.example>', 'DATA'],
    { settings },
  );
  expect(replies[0]).toContain('250-SIZE 0\r\n');
  expect(replies[1]).toBe('250 2.1.0 <>... Sender OK');
  expect(await client.say(`${`${'x'.repeat(998)}\r\n`.repeat(100)}.`)).toBe('250 2.0.0 OK');
});
