/**
 * What bench/dcl.ts measures, in a process of its own: `loop N`, `start`, `wait N`. Sessions on real files in a directory of
 * their own, as `vmsmail dcl` has them. Prints one JSON line.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemorySystemStore } from '../src/adapters/memory/system-store.ts';
import { hostFileSystem } from '../src/adapters/node/host-file-system.ts';
import { systemClock } from '../src/adapters/node/system-clock.ts';
import { createDclSession, type DclSession, ProcedureCache } from '../src/dcl/index.ts';
import type { SessionInput, SessionOutput } from '../src/ports/session-io.ts';
import { newAccount } from '../src/system/accounts.ts';
import { createProcessContext } from '../src/system/process-context.ts';

const root = mkdtempSync(join(tmpdir(), 'vmsmail-bench-dcl-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
mkdirSync(join(root, 'JONES'));
const write = (name: string, lines: readonly string[]): void =>
  writeFileSync(join(root, 'JONES', name), `${lines.join('\n')}\n`);

const nothing: SessionInput = { isTerminal: false, read: async () => ({ kind: 'endOfFile' }) };
/** Nothing that is measured says anything, unless it fails. */
const output: SessionOutput = {
  isTerminal: false,
  columns: 80,
  rows: 24,
  writeLine(text) {
    throw new Error(text);
  },
  writeRaw() {},
};
const files = hostFileSystem({ root });
const cache = new ProcedureCache();
const systemStore = createMemorySystemStore();

async function session(signal?: AbortSignal): Promise<DclSession> {
  // The procedures were put there from outside: they are nobody's.
  const privileges = ['BYPASS'];
  const account = newAccount(
    'JONES',
    { group: 0o200, member: 1 },
    { privileges, defaultPrivileges: privileges },
  );
  const context = await createProcessContext({
    account,
    mode: 'OTHER',
    nodeName: 'HEARTS',
    clock: systemClock,
    files,
    systemStore,
  });
  return createDclSession({
    process: context,
    input: nothing,
    output,
    cache,
    ...(signal === undefined ? {} : { signal }),
    onBug: (error) => {
      throw error;
    },
  });
}

/** Iterations a second, from the first line of the procedure to its last. */
async function loop(count: number): Promise<number> {
  write('LOOP.COM', ['$ i = 0', '$loop:', '$ i = i + 1', `$ IF i .LT. ${count} THEN GOTO loop`]);
  const one = await session();
  const start = performance.now();
  await one.procedure('LOOP');
  return count / ((performance.now() - start) / 1000);
}

/** Milliseconds to the first command of a procedure of 2,500 lines with 200 labels; the least of several, each another file. */
async function start(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const lines = ['$ GOTO END_OF_ALL'];
    for (let label = 0; label < 200; label += 1) {
      lines.push(`$LABEL_${label}:`, `$ X${label} = "''P1' ''F$TIME()'" + F$STRING(${label})`);
      for (let line = 0; line < 10; line += 1) {
        lines.push(
          line % 2
            ? `$ IF X${label} .EQS. "''P${line % 8}'" THEN GOTO LABEL_${line}`
            : `$ WRITE SYS$OUTPUT 'X'`,
        );
      }
    }
    lines.push('$END_OF_ALL:', '$ EXIT 1');
    while (lines.length < 2_500) lines.splice(1, 0, `$! ${lines.length}`);
    write(`LONG${round}.COM`, lines);
    const one = await session();
    const begin = performance.now();
    await one.procedure(`LONG${round}`);
    times.push(performance.now() - begin);
  }
  return times[0]!;
}

/** MiB of this whole process, Node included, while so many procedures stand in WAIT. */
async function wait(count: number): Promise<number> {
  write('WAIT.COM', ['$ MINE = P1 + " is mine"', '$ WAIT 01:00', '$ WRITE SYS$OUTPUT MINE']);
  const stop = new AbortController();
  const running: Promise<number>[] = [];
  for (let number = 0; number < count; number += 1) {
    running.push((await session(stop.signal)).procedure('WAIT', [`procedure ${number}`]));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const used = process.memoryUsage().rss / 2 ** 20;
  stop.abort();
  await Promise.all(running);
  return used;
}

const [what = '', count = '0'] = process.argv.slice(2);
const value =
  what === 'loop' ? await loop(Number(count)) : what === 'wait' ? await wait(Number(count)) : await start();
process.stdout.write(`${JSON.stringify({ value })}\n`);
