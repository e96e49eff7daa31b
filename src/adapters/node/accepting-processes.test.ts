import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../ports/log.ts';
import type {
  AcceptedConnections,
  AcceptingProcesses,
  AcceptingService,
} from '../../ports/service-launcher.ts';
import { createReceiverPool, type ReceiverPool } from './receiver-pool.ts';

/** Says its process id and what it was given; `DIE` kills it. Clients from 127.0.0.2 may not come where REJECT is set. */
const program = `
import { serveReceiverProcess } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'receiver-process.ts')).href)};
const receiver = serveReceiverProcess(async (service, connection, peer) => {
  connection.on('error', () => {});
  connection.write(process.pid + ' ' + service.name + ' BG' + peer.unit + '\\r\\n');
  connection.on('data', (chunk) => { if (String(chunk).startsWith('DIE')) process.kill(process.pid, 'SIGKILL'); });
  connection.on('end', () => connection.end());
  connection.resume();
  await new Promise((resolve) => connection.on('close', resolve));
}, async () => {}, { rules: ({ reject }) => (address) => !reject.hosts.includes(address) });
receiver.ready();
`;

const service: AcceptingService = {
  name: 'SMTP',
  file: 'X.COM',
  userName: 'TCPIP$SMTP',
  processName: 'TCPIP$SMTP',
  flags: ['LISTEN'],
  inactivity: 5,
  limit: 10,
  logOptions: [],
  accept: { hosts: [], networks: [] },
  reject: { hosts: [], networks: [] },
};

let directory: string;
let pool: ReceiverPool;
let accepting: AcceptingProcesses | undefined;
let events: string[];
let clients: Socket[];

const connections: AcceptedConnections = {
  accepted: (peer) => {
    events.push(`accepted BG${peer.unit}`);
    return (how) => void events.push(`BG${peer.unit} ${how}`);
  },
  passed: (count) => void events.push(`passed ${count}`),
  leftOver: (socket, { address }) => {
    events.push(`left over ${address}`);
    socket.end('refused\r\n');
  },
};

async function accept(changes: Partial<AcceptingService> = {}, port = 0): Promise<AcceptingProcesses> {
  accepting = await pool.accept!({ ...service, ...changes }, '127.0.0.1', port, connections);
  return accepting!;
}
function client(localAddress = '127.0.0.1'): Socket {
  const socket = connect({ port: accepting!.port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  clients.push(socket);
  return socket.setEncoding('latin1').resume();
}
const greeting = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]).trim();
async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(events.join('; ')).toSatisfy(holds);
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'accepting-'));
  const file = join(directory, 'receiver.mjs');
  writeFileSync(file, program);
  events = [];
  clients = [];
  accepting = undefined;
  pool = createReceiverPool({
    file,
    args: [],
    execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
    size: 1,
    processName: 'TCPIP$SMTP',
    opcom: { operatorMessage: () => {} },
    log: silentLog,
  });
  await pool.start();
});
afterEach(async () => {
  for (const each of clients) each.destroy();
  await accepting?.close();
  await pool.close(1_000);
  rmSync(directory, { recursive: true, force: true });
});

test('a port that is taken is said, and nobody listens then', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(accept({}, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
  await once(other, 'close');
  expect((await accept({}, port)).port).toBe(port);
});

test('the process accepts, numbers its connections, and tells of them', async () => {
  await accept();
  const one = client();
  expect(await greeting(one)).toMatch(/^\d+ SMTP BG2$/);
  await until(() => events.includes('accepted BG2'));
  expect(pool.processes()).toMatchObject([{ active: 1 }]);
  one.end();
  await until(() => events.includes('BG2 served'));
  expect(pool.processes()).toMatchObject([{ active: 0 }]);
});

test('of a service that logs, each is told, however short it was', async () => {
  await accept({ logOptions: ['ALL'] });
  const one = client();
  one.end();
  await once(one, 'close');
  await until(() => events.length > 1);
  expect(events).toEqual(['accepted BG2', 'BG2 served']);
});

test('what is over the limit, or may not come, is left over; a change of the record counts', async () => {
  const { change } = await accept({ limit: 1, reject: { hosts: ['127.0.0.2'], networks: [] } });
  expect(await greeting(client('127.0.0.2'))).toBe('refused');
  expect(await greeting(client())).toMatch(/SMTP BG2$/);
  expect(await greeting(client())).toBe('refused');
  expect(events).toEqual(['left over 127.0.0.2', 'accepted BG2', 'left over 127.0.0.1']);
  change({ ...service, limit: 2 });
  // The change is on its way to the process.
  let said = 'refused';
  while (said === 'refused') said = await greeting(client('127.0.0.2'));
  expect(said).toMatch(/SMTP BG4$/);
});

test('a process that dies loses what it had; clients wait for the next', async () => {
  await accept();
  const one = client();
  const first = await greeting(one);
  await until(() => events.includes('accepted BG2'));
  one.write('DIE\r\n');
  await once(one, 'close');
  const second = await greeting(client());
  expect(second).toMatch(/ SMTP BG2$/);
  expect(second).not.toBe(first);
  expect(events).toContain('BG2 lost');
});

test('closed, the port is free, and what is in hand goes on to its end', async () => {
  const { port, close } = await accept();
  const one = client();
  await greeting(one);
  await until(() => events.includes('accepted BG2'));
  await close();
  const late = connect(port, '127.0.0.1');
  const [error] = await once(late, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  one.end();
  await until(() => events.includes('BG2 served'));
});
