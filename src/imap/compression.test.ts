import { randomBytes } from 'node:crypto';
import { type Duplex, duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, createInflateRaw, deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { systemClock } from '../adapters/node/system-clock.ts';
import { ClientConnection } from '../mail-access/client-connection.ts';
import { compressed } from './compression.ts';

it('carries everything to a client that reads slowly before it closes', async () => {
  const [server, client] = duplexPair({ highWaterMark: 1_024 }) as [Duplex, Duplex];
  const limits = { lineOctets: 1_000, idleMs: 60_000 };
  const connection = new ClientConnection(compressed(server), systemClock, limits);
  const octets = randomBytes(200_000);
  const serve = async (): Promise<void> => {
    await connection.send(octets);
    connection.say('* BYE\r\n');
    await connection.end();
  };
  const served = serve();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const got = await buffer(client.pipe(createInflateRaw()));
  await served;
  expect(got.equals(Buffer.concat([octets, Buffer.from('* BYE\r\n')]))).toBe(true);
});

it.each([
  ['in the middle of what it compresses', constants.Z_SYNC_FLUSH],
  ['with its end', constants.Z_FINISH],
])('answers a client that has shut its side down %s', async (_, finishFlush) => {
  const [server, client] = duplexPair() as [Duplex, Duplex];
  const limits = { lineOctets: 1_000, idleMs: 60_000 };
  const connection = new ClientConnection(compressed(server), systemClock, limits);
  client.end(deflateRawSync('a1 NOOP\r\na2 NOOP\r\n', { finishFlush }));
  const got = buffer(client.pipe(createInflateRaw()));
  const lines: string[] = [];
  for (;;) {
    const line = await connection.readLine();
    if (line.kind !== 'line') break;
    lines.push(line.text);
    await new Promise((resolve) => setTimeout(resolve, 50));
    connection.say(`${line.text}\r\n`);
  }
  await connection.end();
  expect(lines).toEqual(['a1 NOOP', 'a2 NOOP']);
  expect((await got).toString()).toBe('a1 NOOP\r\na2 NOOP\r\n');
});
