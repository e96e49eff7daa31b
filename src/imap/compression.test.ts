import { randomBytes } from 'node:crypto';
import { type Duplex, duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createInflateRaw } from 'node:zlib';
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
