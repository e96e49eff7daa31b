import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { createConnect } from './connect.ts';

const connect = createConnect();

it('refused is told as refused', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await expect(connect('127.0.0.1', port, { timeoutMs: 10_000 })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});

it('broken off before it stands leaves nothing behind', async () => {
  const abort = new AbortController();
  // An address of RFC 5737 that nobody answers, or that the network refuses: broken off either way.
  const attempt = connect('192.0.2.1', 25, { timeoutMs: 60_000, signal: abort.signal });
  abort.abort();
  await expect(attempt).rejects.toThrow();
  await expect(connect('192.0.2.1', 25, { timeoutMs: 10_000, signal: abort.signal })).rejects.toThrow(
    'broken off',
  );
});

it('opened carries bytes both ways', async () => {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stream = await connect('127.0.0.1', (server.address() as AddressInfo).port, { timeoutMs: 10_000 });
  stream.write('220 hello\r\n');
  const [chunk] = await once(stream, 'data');
  expect(String(chunk)).toBe('220 hello\r\n');
  stream.destroy();
  server.close();
  await once(server, 'close');
});
