import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../ports/log.ts';
import type { ActivatedService, ActivationEnd } from '../../ports/service-launcher.ts';
import { createReceiverPool, type ReceiverPool } from './receiver-pool.ts';
import type { LifeWatchOptions } from './sign-of-life.ts';

/** Says its process id, then echoes; `DIE` kills it. */
const program = `
import { serveReceiverProcess } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'receiver-process.ts')).href)};
const receiver = serveReceiverProcess(async (service, connection) => {
  connection.on('error', () => {});
  connection.write(process.pid + ' ' + service.name + '\\r\\n');
  connection.on('data', (chunk) => {
    if (String(chunk).startsWith('DIE')) process.kill(process.pid, 'SIGKILL');
    connection.write(chunk);
  });
  connection.on('end', () => connection.end());
  await new Promise((resolve) => connection.on('close', resolve));
}, async () => {});
receiver.opcom.operatorMessage('NETWORK', 'TEST', 'up');
receiver.ready();
`;

const service: ActivatedService = {
  name: 'SMTP',
  file: 'X.COM',
  userName: 'TCPIP$SMTP',
  processName: 'TCPIP$SMTP',
  flags: ['LISTEN'],
  inactivity: 5,
};

let directory: string;
let pool: ReceiverPool;
let server: Server;
let port: number;
let operatorMessages: string[];
let ends: ActivationEnd[];
let used: ActivatedService;
let sockets: Socket[];

async function boot(text = program, size = 2, lifeWatch?: LifeWatchOptions): Promise<void> {
  const file = join(directory, 'receiver.mjs');
  writeFileSync(file, text);
  pool = createReceiverPool({
    file,
    args: [],
    execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
    size,
    processName: 'TCPIP$SMTP',
    opcom: { operatorMessage: (_class, _from, message) => void operatorMessages.push(message) },
    log: silentLog,
    ...(lifeWatch === undefined ? {} : { lifeWatch }),
  });
  await pool.start();
}

async function client(): Promise<{ readonly socket: Socket; readonly greeting: string }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  const [greeting] = await once(socket.setEncoding('latin1'), 'data');
  return { socket, greeting: String(greeting).trim() };
}
async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pool-'));
  operatorMessages = [];
  ends = [];
  sockets = [];
  used = service;
  server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    const { remotePort = 0, localPort = 0 } = socket;
    const peer = { address: '127.0.0.1', port: remotePort, localAddress: '127.0.0.1', localPort };
    void pool.activate(used, socket, peer).ended.then((end) => {
      ends.push(end);
      if (end === 'notStarted') socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});
afterEach(async () => {
  for (const each of sockets) each.destroy();
  server.close();
  await pool.close(1_000);
  rmSync(directory, { recursive: true });
});

test('a process that cannot start says so', async () => {
  await expect(boot('process.exit(3);', 1)).rejects.toThrow(
    'TCPIP$SMTP_1 ended before it was ready (exit status 3)',
  );
});

test('connections are spread, and counted until they end', async () => {
  await boot();
  const all = await Promise.all([client(), client(), client(), client()]);
  expect(new Set(all.map((each) => each.greeting)).size).toBe(2);
  expect(all[0]!.greeting).toMatch(/^\d+ SMTP$/);
  expect(pool.processes().map((each) => each.active)).toEqual([2, 2]);
  for (const { socket } of all) socket.end();
  await until(() => ends.length === 4);
  expect(ends).toEqual(['served', 'served', 'served', 'served']);
  expect(pool.processes()).toMatchObject([
    { name: 'TCPIP$SMTP_1', state: 'running', active: 0 },
    { name: 'TCPIP$SMTP_2', state: 'running', active: 0 },
  ]);
  expect(operatorMessages).toContain('up');
});

test('a process that dies is replaced, and its connections are counted down', async () => {
  await boot(program, 1);
  const { socket, greeting } = await client();
  socket.write('DIE\r\n');
  await once(socket, 'close');
  await until(() => ends.length === 1);
  expect(ends).toEqual(['lost']);
  expect(operatorMessages).toContain('Process TCPIP$SMTP_1 ended (SIGKILL), it is restarted');
  // A client that comes in between waits for the new one.
  const next = await client();
  expect(next.greeting).not.toBe(greeting);
});

test('a process that hangs is killed and replaced', async () => {
  await boot(program, 1, { everyMs: 250, silences: 16 });
  const { socket, greeting } = await client();
  process.kill(Number.parseInt(greeting, 10), 'SIGSTOP');
  await once(socket, 'close');
  await until(() => ends.length === 1);
  expect(operatorMessages).toContain(
    'Process TCPIP$SMTP_1 has given no sign of life for 4 seconds, it is killed',
  );
  const next = await client();
  expect(next.greeting).not.toBe(greeting);
}, 60_000);

test('what the client sends early reaches the process', async () => {
  await boot(program, 1);
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  sockets.push(socket);
  socket.end('EHLO early\r\n');
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^\d+ SMTP\r\nEHLO early\r\n$/);
});

test('SEPARATE: a process of its own, which ends with the connection', async () => {
  await boot(program, 1);
  const warm = pool.processes()[0]!.pid;
  used = { ...service, flags: ['LISTEN', 'SEPARATE'] };
  const { socket, greeting } = await client();
  expect(greeting).not.toContain(String(warm));
  expect(pool.processes()).toHaveLength(2);
  // One that ends leaves another alone, also while that is starting.
  const starting = client();
  socket.end();
  await until(() => ends.length === 1);
  const other = await starting;
  expect(other.greeting).not.toBe(greeting);
  other.socket.end();
  await until(() => pool.processes().length === 1);
  expect(ends).toEqual(['served', 'served']);
});

/** `SHARE` tells the others; what they hear, they say. */
const sharing = program
  .replace(
    'connection.write(chunk);',
    "if (String(chunk).startsWith('SHARE')) receiver.share({ 'messages a': 3 });",
  )
  .replace(
    '}, async () => {});',
    "}, async () => {}, { onShared: (counts) => { for (const each of here) each.write(JSON.stringify(counts) + '\\r\\n'); } });",
  )
  .replace('const receiver', 'const here = new Set();\nconst receiver')
  .replace("connection.on('error'", "here.add(connection);\n  connection.on('error'");

test('what one process counts the others hear, and not itself', async () => {
  await boot(sharing);
  const [one, other] = [await client(), await client()];
  expect(one.greeting).not.toBe(other.greeting);
  const heard: string[] = [];
  one.socket.on('data', (text) => heard.push(`one ${text}`));
  other.socket.on('data', (text) => heard.push(`other ${text}`));
  one.socket.write('SHARE');
  await until(() => heard.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard).toEqual([`other {"messages a":3}\r\n`]);
});
