/**
 * How long a node takes to start on a root that is there: from the command to the first 220, and to its end, which is when every
 * service listens; and the processor time its processes took for it. Medians of `--rounds N`, beside what Node needs to start at all;
 * `--build DIR` (repeatable): other projects of this kind, built, which take turns with this one. The exit status is 1 where the bound
 * is not kept, which holds for two quiet cores.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { NodeStatus } from '../src/images/node-status.ts';
import { ownCpuSeconds } from './process-figures.ts';
import { median, tableHead, tableLine, withSpread } from './table.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string' }, build: { type: 'string', multiple: true } },
});
const ROUNDS = Number(options.rounds ?? 7);
/** From the command to the first 220. */
const BOUND_MS = 1_000;

/** Milliseconds. */
interface Start {
  readonly accepting: number;
  readonly whole: number;
  readonly cpu: number;
}

async function start(project: string, root: string, port: number): Promise<Start> {
  const launcher = join(project, 'bin', 'vmsmail');
  const began = performance.now();
  const command = spawn(launcher, ['start', '--detach', '--root', root, '--port', `SMTP=${port}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((done, reject) => {
    command.once('error', reject);
    command.once('exit', (code) =>
      code === 0 ? done() : reject(new Error(`vmsmail start: exit status ${code}`)),
    );
  });
  try {
    const [accepting] = await Promise.all([firstGreeting(port, ended), ended]);
    const whole = performance.now() - began;
    const status = execFileSync(launcher, ['status', '--json', '--root', root], { encoding: 'utf8' });
    const pids = (JSON.parse(status) as NodeStatus).processes.flatMap(({ pid }) => pid ?? []);
    const cpu = pids.reduce((sum, pid) => sum + ownCpuSeconds(pid) * 1_000, 0);
    return { accepting: accepting - began, whole, cpu };
  } finally {
    spawnSync(launcher, ['stop', '--root', root], { stdio: 'ignore' });
  }
}

/** When it came. Rejects when the command has failed. */
async function firstGreeting(port: number, ended: Promise<void>): Promise<number> {
  let failure: unknown;
  ended.catch((error: unknown) => {
    failure = error;
  });
  while (!(await greeting(port))) {
    if (failure !== undefined) throw failure;
    await delay(4);
  }
  return performance.now();
}

const greeting = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => done(false));
    socket.once('data', () => {
      socket.end('QUIT\r\n');
      done(true);
    });
  });

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });

function bareNode(): number {
  const began = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - began;
}

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-start-'));
const projects = [...(options.build ?? []), join(import.meta.dirname, '..')].map((each) => resolve(each));
const starts = projects.map((): Start[] => []);
const bare: number[] = [];
try {
  const port = await freePort();
  // The first makes the root, and compiles what later ones find compiled.
  for (let round = -1; round < ROUNDS; round++) {
    for (const [place, project] of projects.entries()) {
      const figures = await start(project, join(directory, `${place}`), port);
      if (round >= 0) starts[place]!.push(figures);
    }
    bare.push(bareNode());
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
console.log(
  `Milliseconds, ${ROUNDS} starts in turn. node -e 0: ${withSpread(bare)}.\n\n${tableHead(['', 'to the first 220', 'to the end of the command', 'processor time of the node'])}`,
);
for (const [place, project] of projects.entries()) {
  const figures = starts[place]!;
  const of = (key: keyof Start): string => withSpread(figures.map((each) => each[key]));
  console.log(tableLine([basename(project), of('accepting'), of('whole'), of('cpu')]));
}
if (median(starts.at(-1)!.map(({ accepting }) => accepting)) > BOUND_MS) {
  console.log(`\nNOT KEPT: ${BOUND_MS} ms to the first 220.`);
  process.exitCode = 1;
}
