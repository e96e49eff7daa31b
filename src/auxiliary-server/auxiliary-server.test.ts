import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inProcessLauncher } from '../adapters/memory/in-process-launcher.ts';
import { type ManualClock, manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemorySystemStore } from '../adapters/memory/system-store.ts';
import { openSqliteSystemStore } from '../adapters/sqlite/system-store/index.ts';
import { silentLog } from '../ports/log.ts';
import type { Service, SystemStore } from '../ports/system-store.ts';
import {
  type AuxiliaryServer,
  type AuxiliaryServerDependencies,
  createAuxiliaryServer,
} from './auxiliary-server.ts';
import { defaultServices } from './default-services.ts';

const smtp: Service = {
  ...defaultServices().find((each) => each.name === 'SMTP')!,
  address: '127.0.0.1',
};

let store: SystemStore;
let clock: ManualClock;
let operatorMessages: string[];
let server: AuxiliaryServer;
let clients: Socket[];
/** Ends the connection served: by the order in which they came. */
let served: Socket[];

const make = (given: Partial<AuxiliaryServerDependencies> = {}): AuxiliaryServer =>
  createAuxiliaryServer({
    systemStore: store,
    launcher: inProcessLauncher(async (_service, connection) => {
      served.push(connection as Socket);
      connection.on('error', () => {});
      connection.write('220 served\r\n');
      connection.resume();
      connection.once('end', () => connection.end());
      await once(connection, 'close');
    }),
    opcom: { operatorMessage: (_class, from, text) => void operatorMessages.push(`${from}: ${text}`) },
    clock,
    log: silentLog,
    portOverrides: new Map([
      ['SMTP', 0],
      ['SMTP_SUBMISSION', 0],
    ]),
    nodeName: 'HEARTS',
    hostName: 'hearts.example',
    ...given,
  });

const portOf = (name: string): number => server.states().find((each) => each.service === name)!.port;
const state = (name = 'SMTP') => server.states().find((each) => each.service === name)!;

function client(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  clients.push(socket);
  return socket;
}
/** All that comes until the server closes. */
async function transcript(port: number): Promise<string> {
  const socket = client(port);
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}
async function firstLine(socket: Socket): Promise<string> {
  const [text] = (await once(socket, 'data')) as [string];
  return text;
}
/** Lets pending turns of the event loop pass until it holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !holds(); turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(holds()).toBe(true);
}

beforeEach(async () => {
  store = createMemorySystemStore();
  clock = manualClock();
  operatorMessages = [];
  clients = [];
  served = [];
  server = make();
});
afterEach(async () => {
  for (const each of [...clients, ...served]) each.destroy();
  await server.stop(1_000);
});

describe('what does not start', () => {
  test('a service whose port is taken says which', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await store.putService(smtp);
    server = make({ portOverrides: new Map([['SMTP', port]]) });
    await expect(server.start()).rejects.toMatchObject({
      message: '%TCPIP-E-SERVERROR, cannot process service request',
      secondary: [{ message: `%TCPIP-E-SERVPORT, port ${port} of service SMTP is in use` }],
    });
    expect(state().failure).toContain('is in use');
    other.close();
  });

  test('a service of datagrams: no connection is taken for it', async () => {
    await store.putService({ ...smtp, protocol: 'UDP' });
    await server.start();
    expect(state()).toMatchObject({ enabled: true, isServed: false, listening: false });
    expect(state().failure).toBeUndefined();
  });

  test('as far as it goes, after a restart: the other services listen, and the port is tried again', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await store.putService(smtp);
    await store.putService({ ...smtp, name: 'SMTP_SUBMISSION' });
    server = make({
      portOverrides: new Map([
        ['SMTP', port],
        ['SMTP_SUBMISSION', 0],
      ]),
    });
    await server.start({ asFarAsItGoes: true });
    expect([state().listening, state('SMTP_SUBMISSION').listening]).toEqual([false, true]);
    expect(operatorMessages.join()).toContain(`port ${port} of service SMTP is in use`);
    other.close();
    await once(other, 'close');
    await until(() => {
      clock.advance(250);
      return state().listening;
    });
  });

  test('an address of another host', async () => {
    await store.putService({ ...smtp, address: '192.0.2.77' });
    await expect(server.start()).rejects.toMatchObject({ secondary: [{ ident: 'SERVADDR' }] });
  });

  test('a service database that is not a database', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'auxs-'));
    writeFileSync(
      join(directory, 'TCPIP$SERVICE.DAT'),
      'this is no database, but long enough to look like one\n'.repeat(100),
    );
    expect(() => openSqliteSystemStore(directory)).toThrow(/TCPIP\$SERVICE\.DAT/);
    rmSync(directory, { recursive: true });
  });
});

describe('a service database that breaks while it runs', () => {
  test('is reported once; what listens goes on, and changes count again when it is whole', async () => {
    await store.putService(smtp);
    let isBroken = false;
    const fragile: SystemStore = Object.assign(Object.create(store) as SystemStore, {
      changeCounter: () => {
        if (isBroken) throw new Error('disk I/O error');
        return store.changeCounter();
      },
    });
    server = make({ systemStore: fragile });
    await server.start();
    isBroken = true;
    clock.advance(250);
    await until(() => operatorMessages.length === 1);
    expect(await firstLine(client(portOf('SMTP')))).toBe('220 served\r\n');
    isBroken = false;
    await store.putService({ ...smtp, enabled: false });
    await until(() => {
      clock.advance(250);
      return !state().listening;
    });
    expect(operatorMessages).toHaveLength(1);
  });
});

describe('who may come in', () => {
  test('over the limit: 421 and the connection is closed', async () => {
    await store.putService({ ...smtp, limit: 1 });
    await server.start();
    const port = portOf('SMTP');
    await firstLine(client(port));
    expect(await transcript(port)).toBe('421 hearts.example Service not available\r\n');
    clients[0]!.destroy();
    await until(() => state().active === 0);
    expect(await firstLine(client(port))).toBe('220 served\r\n');
    expect(state()).toMatchObject({ active: 1, peak: 1, total: 2, rejected: 1 });
  });

  test('a service with a reject message says that', async () => {
    await store.putService({
      ...smtp,
      limit: 0,
      reject: { hosts: [], networks: [], message: '421^TOO MANY SMTP CHANNELS ACTIVE' },
    });
    await server.start();
    expect(await transcript(portOf('SMTP'))).toBe('421^TOO MANY SMTP CHANNELS ACTIVE\r\n');
  });

  test('a rejected network is refused, and logged where the service logs it', async () => {
    await store.putService({
      ...smtp,
      reject: { hosts: [], networks: ['127.0.0.0/8'] },
      logOptions: ['REJECT'],
    });
    await server.start();
    expect(await transcript(portOf('SMTP'))).toMatch(/^421 /);
    expect(operatorMessages).toEqual([
      expect.stringMatching(/^INTERnet: INTERnet ACP SMTP Reject Request from Host: 127\.0\.0\.1 Port: \d+/),
    ]);
  });

  test('an accepted connection is logged in the words of the product', async () => {
    await store.putService({ ...smtp, logOptions: ['ACCEPT'] });
    await server.start();
    await firstLine(client(portOf('SMTP')));
    expect(operatorMessages[0]).toMatch(
      /^INTERnet: INTERnet ACP SMTP Accept Request from Host: 127\.0\.0\.1 Port: \d+$/,
    );
  });
});

describe('changes take effect at once', () => {
  test('disabled: no more connections, those in hand go on', async () => {
    await store.putService(smtp);
    await server.start();
    const port = portOf('SMTP');
    const inHand = client(port);
    await firstLine(inHand);
    await store.putService({ ...smtp, enabled: false });
    await server.apply('smtp');
    const [error] = (await once(client(port), 'error')) as [{ code: string }];
    expect(error.code).toBe('ECONNREFUSED');
    expect(inHand.destroyed).toBe(false);
    expect(state()).toMatchObject({ enabled: false, listening: false, active: 1 });
  });

  test('enabled by another process: found by the change counter', async () => {
    await store.putService({ ...smtp, enabled: false });
    await server.start();
    expect(state().listening).toBe(false);
    await store.putService(smtp);
    await until(() => {
      clock.advance(250);
      return state().listening;
    });
    expect(await firstLine(client(portOf('SMTP')))).toBe('220 served\r\n');
  });

  test('a new limit counts for the next connection, without listening anew', async () => {
    await store.putService(smtp);
    await server.start();
    const port = portOf('SMTP');
    await store.putService({ ...smtp, limit: 0 });
    await server.apply('SMTP');
    expect(portOf('SMTP')).toBe(port);
    expect(await transcript(port)).toMatch(/^421 /);
  });

  test('a removed record ends the service', async () => {
    await store.putService(smtp);
    await server.start();
    await store.removeService('SMTP');
    await server.apply('SMTP');
    expect(server.states()).toEqual([]);
    await expect(server.apply('SMTP')).rejects.toMatchObject({ ident: 'SERVNOTFOUND' });
  });

  test('a port that is free again is taken up', async () => {
    await store.putService({ ...smtp, enabled: false });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    server = make({ portOverrides: new Map([['SMTP', port]]) });
    await server.start();
    await store.putService(smtp);
    clock.advance(250);
    await until(() => operatorMessages.length === 1);
    expect(operatorMessages[0]).toContain(`port ${port} of service SMTP is in use`);
    other.close();
    await once(other, 'close');
    await until(() => {
      clock.advance(250);
      return state().listening;
    });
    expect(operatorMessages).toHaveLength(1);
  });
});

test('2,000 idle connections are held, and the next one is served', async () => {
  await store.putService({ ...smtp, limit: 3000 });
  await server.start();
  const port = portOf('SMTP');
  for (let batch = 0; batch < 20; batch += 1) {
    await Promise.all(Array.from({ length: 100 }, () => firstLine(client(port))));
  }
  expect(state().active).toBe(2000);
  expect(await firstLine(client(port))).toBe('220 served\r\n');
});
