import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../adapters/memory/manual-clock.ts';
import { INHIBIT_MESSAGE, RMS, SYSTEM, signal } from '../condition/index.ts';
import { silentLog } from '../ports/log.ts';
import { createNetworkDevices } from '../system/network-devices.ts';
import {
  type ActivationDependencies,
  createActivation,
  type ProcedureRequest,
  type RunProcedure,
} from './activation.ts';
import { defaultServices } from './default-services.ts';

const smtp = defaultServices().find((each) => each.name === 'SMTP')!;
const peer = { address: '10.0.2.66', port: 2049, localAddress: '10.0.2.1', localPort: 25 };

/** Runs one connection through a procedure; what the client read, and what operators read. */
async function activated(
  runProcedure: RunProcedure,
  given: {
    readonly service?: typeof smtp;
    readonly clock?: ManualClock;
    readonly client?: Client;
    readonly isProxy?: ActivationDependencies['isProxy'];
  } = {},
) {
  const messages: string[] = [];
  const logged: string[] = [];
  const devices = createNetworkDevices();
  const client = given.client ?? newClient();
  const activate = createActivation({
    runProcedure,
    devices,
    opcom: { operatorMessage: (_class, from, text) => void messages.push(`${from}: ${text}`) },
    clock: given.clock ?? manualClock(),
    log: {
      ...silentLog,
      warn: (_fields, text) => void logged.push(text),
      error: (_fields, text) => void logged.push(text),
    },
    hostName: 'hearts.example',
    ...(given.isProxy === undefined ? {} : { isProxy: given.isProxy }),
  });
  await activate(given.service ?? smtp, client.connection, peer);
  return { heard: client.heard(), messages, logged, devices };
}

interface Client {
  readonly connection: Duplex;
  /** What the client sends. */
  readonly sends: PassThrough;
  heard(): string;
}
function newClient(): Client {
  const sends = new PassThrough();
  let text = '';
  const connection = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('latin1');
      done();
    },
    final(done) {
      done();
      // A client closes when the server has.
      connection.push(null);
    },
  });
  sends.on('data', (chunk) => connection.push(chunk));
  return { connection, sends, heard: () => text };
}

describe('a procedure that does not take the connection', () => {
  test('and fails: 421 to the client, the reason to operators', async () => {
    const { heard, messages } = await activated(async () => RMS.FNF.value);
    expect(heard).toBe('421 hearts.example Service not available\r\n');
    expect(messages).toEqual([
      'INTERnet: INTERnet ACP AUXS failure  Status = %X00018292\nService: SMTP File: TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM Host: 10.0.2.66',
    ]);
  });

  test('and throws a condition: operators read its message', async () => {
    const { heard, messages } = await activated(async () => signal(RMS.FNF));
    expect(heard).toMatch(/^421 /);
    expect(messages[0]).toContain('Status = %RMS-E-FNF, file not found');
  });

  test.each([
    ['throws', () => signal(RMS.FNF)],
    ['rejects', async () => signal(RMS.FNF)],
  ] as const)(
    'because the settings cannot be read, which %s: 421, and nobody is served',
    async (_how, isProxy) => {
      let runs = 0;
      const { heard, messages } = await activated(async () => ++runs, { isProxy });
      expect(heard).toBe('421 hearts.example Service not available\r\n');
      expect(messages[0]).toContain('Status = %RMS-E-FNF, file not found');
      expect(runs).toBe(0);
    },
  );

  test('and has a bug: no stack reaches anybody', async () => {
    const { heard, messages } = await activated(async () => {
      throw new TypeError('x is undefined');
    });
    expect(heard).toBe('421 hearts.example Service not available\r\n');
    expect(messages[0]).toContain('Status = %SYSTEM-F-ABORT, abort\n');
    expect(messages[0]).not.toContain('undefined');
  });

  test('and exits with success: 421, and operators hear nothing', async () => {
    const { heard, messages } = await activated(async () => SYSTEM.NORMAL.value);
    expect(heard).toBe('421 hearts.example Service not available\r\n');
    expect(messages).toEqual([]);
  });

  test('of a service that is not SMTP: the connection just closes', async () => {
    const { heard } = await activated(async () => SYSTEM.NORMAL.value, {
      service: { ...smtp, name: 'FINGER' },
    });
    expect(heard).toBe('');
  });
});

describe('a client that is gone before anything was said', () => {
  /** As the interpreter ends when its signal is raised. */
  const aborted: RunProcedure = async ({ signal: isGone }) => {
    if (!isGone.aborted) await once(isGone, 'abort');
    return SYSTEM.ABORT.value | INHIBIT_MESSAGE;
  };

  test('is nothing to tell operators: anybody who knocks and runs could flood them', async () => {
    const client = newClient();
    setImmediate(() => client.connection.destroy());
    const { messages, logged } = await activated(aborted, { client });
    expect(messages).toEqual([]);
    expect(logged).toEqual([]);
  });

  test('and whose image had the connection: nor is it for the log', async () => {
    const client = newClient();
    const { messages, logged } = await activated(
      async (request) => {
        const connection = request.device.take()!;
        setImmediate(() => connection.destroy());
        return aborted(request);
      },
      { client },
    );
    expect(messages).toEqual([]);
    expect(logged).toEqual([]);
  });

  test('does not hide a procedure that fails for a reason of its own', async () => {
    const client = newClient();
    setImmediate(() => client.connection.destroy());
    const { messages } = await activated(
      async (request) => {
        await aborted(request);
        return RMS.FNF.value;
      },
      { client },
    );
    expect(messages).toHaveLength(1);
  });
});

describe('the image on SYS$NET', () => {
  const serve = async ({ device }: ProcedureRequest): Promise<number> => {
    const connection = device.take()!;
    connection.write('220 hello\r\n');
    return SYSTEM.NORMAL.value;
  };

  test('has the connection to itself, and it closes with the image', async () => {
    const { heard, messages } = await activated(serve);
    expect(heard).toBe('220 hello\r\n');
    expect(messages).toEqual([]);
  });

  test('a procedure that fails after it says nothing more to the client', async () => {
    const { heard } = await activated(async (request) => {
      await serve(request);
      return SYSTEM.ABORT.value;
    });
    expect(heard).toBe('220 hello\r\n');
  });

  test('finds its device by the logical name, once, and the device is gone afterwards', async () => {
    let seen: ProcedureRequest | undefined;
    const { devices } = await activated(async (request) => {
      seen = request;
      expect(request.device.take()).toBeDefined();
      expect(request.device.take()).toBeUndefined();
      return SYSTEM.NORMAL.value;
    });
    expect(seen).toMatchObject({
      file: 'TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM',
      userName: 'TCPIP$SMTP',
      processName: 'TCPIP$SMTP_BG1',
    });
    expect(seen?.logicalNames()).toEqual({
      SYS$NET: 'BG1:',
      SYS$REM_NODE: '1107427338::',
      SYS$REM_NODE_FULLNAME: '10.0.2.66',
      SYS$REM_ID: '2049',
    });
    expect(devices.find('_BG1:')).toBeUndefined();
  });
});

test('a silent connection is closed after /INACTIVITY, and the procedure is told to stop', async () => {
  const clock = manualClock();
  const client = newClient();
  const procedure = activated(
    ({ signal: stop, device }) => {
      device.take();
      return new Promise((resolve) => stop.addEventListener('abort', () => resolve(SYSTEM.NORMAL.value)));
    },
    { service: { ...smtp, inactivity: 1 }, clock, client },
  );
  clock.advance(60_000);
  expect(client.connection.destroyed).toBe(false);
  clock.advance(60_000);
  await once(client.connection, 'close');
  await procedure;
});

test('a client that is gone before the procedure runs ends it all', async () => {
  const client = newClient();
  client.connection.destroy();
  const { messages } = await activated(async () => SYSTEM.NORMAL.value, { client });
  expect(messages).toEqual([]);
});
