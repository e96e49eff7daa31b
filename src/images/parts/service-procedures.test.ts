/**
 * An image activated without the interpreter is the same to everybody as one that the procedure RUNs: status, what is logged, and
 * what a client that has gone changes.
 */
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import type { ProcedureRequest } from '../../auxiliary-server/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import { newAccount } from '../../system/accounts.ts';
import { createNetworkDevices } from '../../system/network-devices.ts';
import { type NetworkImage, onNet } from '../../system/network-image.ts';
import { unknownNode } from '../../system/node-information.ts';
import { resetSystemLogicalNames } from '../../system/process-context.ts';
import type { NodeContext } from './node-context.ts';
import { createServiceProcedures } from './service-procedures.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each();
});

type Ending = number | 'condition' | 'bug';

const peer = { address: '10.0.2.66', port: 2049, localAddress: '10.0.2.1', localPort: 25, unit: 1 };
const service = { name: 'SMTP', flags: [] };

/** The procedures of a node; what they log is kept. */
async function openProcedures() {
  const root = mkdtempSync(join(tmpdir(), 'procedures-'));
  const directory = join(root, 'SYSEXE');
  mkdirSync(directory);
  const systemStore = openSqliteSystemStore(directory);
  const files = hostFileSystem({ root, clock: systemClock });
  await systemStore.putAccount(newAccount('TCPIP$SMTP', { group: 1, member: 4 }));
  await resetSystemLogicalNames(systemStore);
  closing.push(async () => {
    files.close();
    await systemStore.close();
  });
  const logged: unknown[] = [];
  const note = (fields: unknown, text: unknown): void => void logged.push([JSON.stringify(fields), text]);
  const log = { info: note, warn: note, error: note, debug: note };
  const context = {
    configuration: { nodeName: 'NODE1', hostName: 'node1.example' },
    clock: systemClock,
    log,
    systemStore,
    files,
    node: unknownNode,
    queueManager: {},
  } as unknown as NodeContext;
  const devices = createNetworkDevices();
  let written = 0;

  return {
    systemStore,
    logged,
    put(text: string): void {
      const path = join(directory, 'T.COM');
      writeFileSync(path, text);
      // Whoever looks sees that it has changed, however fast this is.
      written += 1;
      utimesSync(path, written, written);
    },
    /** @param serve  what the image does */
    runner(freshMs: number, serve: NetworkImage) {
      const direct = new Map([['X', serve]]);
      const images = new Map([['X', onNet(serve, devices)]]);
      const run = createServiceProcedures(context, { tables: [], images, direct, freshMs });
      return async (signal: AbortSignal = new AbortController().signal) => {
        const device = devices.add(new PassThrough(), service, peer);
        const request: ProcedureRequest = {
          file: 'TCPIP$SYSTEM:T.COM',
          userName: 'TCPIP$SMTP',
          processName: 'TCPIP$SMTP_BG1',
          logicalNames: () => ({ SYS$NET: device.name, SYS$REM_NODE_FULLNAME: peer.address }),
          device,
          signal,
          get isGone() {
            return signal.aborted;
          },
        };
        const before = logged.length;
        const status = await run(request);
        devices.remove(device);
        return { status, isTaken: device.isTaken, logged: logged.slice(before) };
      };
    },
  };
}

const LONG_MS = 3_60_000;
const ends = (how: Ending): NetworkImage => {
  return async (device) => {
    if (device.take() === undefined) throw new Error('taken twice');
    if (how === 'condition') throw new Condition(SYSTEM.NOPRIV);
    if (how === 'bug') throw new Error('a bug');
    return how;
  };
};

const line = fc.constantFrom(
  ...[
    '$ SET NOON',
    '$ SET ON',
    '$!',
    "$! one's own",
    '$',
    '$ EXIT $STATUS',
    '$ EXIT',
    '$ EXIT 44',
    '$ RUN X',
  ],
  ...[
    '$ RUN SYS$SYSTEM:X.EXE',
    '$ RUN Y',
    'data',
    '$L:',
    '$ WRITE SYS$OUTPUT F$TRNLNM("SYS$NET")',
    '$ A = 1',
  ],
  ...[
    "$! 'F$VERIFY(1)'",
    '$ IF $STATUS THEN EXIT',
    '$ FROB',
    '$ GOTO NOWHERE',
    '$ ON WARNING THEN EXIT 1',
    '$ X',
  ],
);
const plain = fc.constantFrom('$ SET NOON', '$!', "$! one's own", '$');
const behindRun = fc.constantFrom('$!', '$ EXIT $STATUS');
const text = fc.oneof(
  fc.array(line, { maxLength: 5 }),
  fc
    .tuple(fc.array(line, { maxLength: 2 }), fc.array(line, { maxLength: 2 }))
    .map(([before, behind]) => ['$ SET NOON', ...before, '$ RUN X', ...behind]),
  // Those that need no interpreter.
  fc
    .tuple(fc.array(plain, { maxLength: 3 }), fc.array(behindRun, { maxLength: 3 }))
    .map(([before, behind]) => [...before, '$ RUN X', ...behind]),
);
const ending: fc.Arbitrary<Ending> = fc.constantFrom<Ending[]>(
  1,
  3,
  0,
  44,
  0x1000_002c,
  2,
  'condition',
  'bug',
);

describe('with and without the interpreter', () => {
  test('the same status and the same log, whatever the procedure says and the image does', async () => {
    const procedures = await openProcedures();
    let direct = 0;
    await fc.assert(
      fc.asyncProperty(
        text,
        ending,
        fc.constantFrom(undefined, 'before', 'meanwhile'),
        async (lines, how, leaves) => {
          procedures.put(`${lines.join('\n')}\n`);
          const abort = (): AbortController => {
            const controller = new AbortController();
            if (leaves === 'before') controller.abort(new Error('gone'));
            return controller;
          };
          let controller = abort();
          let isDirect = false;
          const serve: NetworkImage = async (device, process) => {
            isDirect = !('logicalNames' in process);
            if (leaves === 'meanwhile') controller.abort(new Error('gone'));
            return ends(how)(device, process);
          };
          const interpreted = await procedures.runner(0, serve)(controller.signal);
          const remembering = procedures.runner(LONG_MS, serve);
          controller = abort();
          await remembering(controller.signal);
          controller = abort();
          isDirect = false;
          const again = await remembering(controller.signal);
          if (isDirect) direct += 1;
          expect(again).toEqual(interpreted);
        },
      ),
      { numRuns: 300 },
    );
    expect(direct).toBeGreaterThan(20);
  }, 60_000);
});

describe('changes count', () => {
  /** How often the image was activated without the interpreter's process, and with. */
  async function counted(freshMs: number) {
    const procedures = await openProcedures();
    procedures.put('$ RUN X\n');
    const asked: string[] = [];
    const run = procedures.runner(freshMs, async (device, process) => {
      device.take();
      asked.push('logicalNames' in process ? 'interpreted' : 'direct');
      return 1;
    });
    return { procedures, run, asked };
  }

  test('at once where nothing may be remembered', async () => {
    const { run, asked } = await counted(0);
    await run();
    await run();
    expect(asked).toEqual(['interpreted', 'interpreted']);
  });

  test('of an account, of a logical name', async () => {
    const { procedures, run, asked } = await counted(LONG_MS);
    await run();
    await run();
    await procedures.systemStore.putAccount(
      newAccount('TCPIP$SMTP', { group: 1, member: 4 }, { flags: ['DISIMAGE'] }),
    );
    expect((await run()).isTaken).toBe(false);
    expect(asked).toEqual(['interpreted', 'direct']);
    await procedures.systemStore.putAccount(newAccount('TCPIP$SMTP', { group: 1, member: 4 }));
    await run();
    await run();
    await procedures.systemStore.putSystemLogicalName({
      name: 'TCPIP$SYSTEM',
      values: ['DKA0:[NOWHERE]'],
      attributes: [],
    });
    expect((await run()).isTaken).toBe(false);
    expect(asked).toEqual(['interpreted', 'direct', 'interpreted', 'direct']);
  });

  test('of the procedure, when it is looked at again', async () => {
    const { procedures, run, asked } = await counted(50);
    await run();
    procedures.put('$ EXIT 44\n');
    await expect.poll(async () => (await run()).status).toBe(44);
    procedures.put('$ RUN X\n');
    await expect.poll(async () => (await run()).status).toBe(1);
    expect(asked.length).toBeGreaterThan(1);
  });
});
