/** A job in a process of its own: what operators do to it while it runs takes effect on the process. */
import { fork } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LifeWatchOptions } from '../adapters/node/sign-of-life.ts';
import type { JobPhase, StartedJob } from '../ports/batch.ts';
import { silentLog } from '../ports/log.ts';
import { createBatchProcesses } from './batch-processes.ts';

/** JBC JOBABORT, which the process is told for its log. */
const JOBABORT = 0x48084;

let directory: string;
let trace: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vmsmail-batch-'));
  trace = join(directory, 'trace');
  appendFileSync(trace, '');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes a byte all the time; tells of orders, and obeys an abort. */
const program = `
import { appendFileSync } from 'node:fs';
import { waitForResume } from ${JSON.stringify(join(import.meta.dirname, 'suspended.ts'))};
const trace = process.argv[2];
setInterval(() => appendFileSync(trace, '.'), 5);
process.on('message', ({ kind }) => {
  if (kind === 'alive?') return void (process.argv[3] === 'hangs' || process.send({ kind: 'alive' }));
  appendFileSync(trace + '.orders', kind + '\\n');
  if (kind === 'pause' && process.argv[3] !== 'print') waitForResume();
  if (kind === 'abort') process.send({ kind: 'ended', end: { kind: 'completed', status: 44 } }, () => process.exit(0));
});
`;

let phases: JobPhase[] = [];
let hung: string[] = [];
function start(
  more: Partial<StartedJob> = {},
  how: { hangs?: boolean; lifeWatch?: LifeWatchOptions; startGraceMs?: number } = {},
) {
  phases = [];
  hung = [];
  const file = join(directory, 'job.mjs');
  writeFileSync(file, program);
  const processes = createBatchProcesses({
    log: silentLog,
    file,
    args: [trace, ...(how.hangs ? ['hangs'] : more.output === undefined ? [] : ['print'])],
    ...(how.lifeWatch === undefined ? {} : { lifeWatch: how.lifeWatch }),
    ...(how.startGraceMs === undefined ? {} : { startGraceMs: how.startGraceMs }),
    execArgv: [],
    onHung: (name) => hung.push(name),
  });
  return processes.run({ entry: 1, jobName: 'LONG', ...more } as StartedJob, (phase) => phases.push(phase));
}

const size = (path = trace): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function grown(beyond: number, path = trace): Promise<void> {
  while (size(path) <= beyond) await pause(5);
}

/** Once it stands there nothing is written any more. */
async function heard(order: string): Promise<void> {
  const orders = `${trace}.orders`;
  while (size(orders) === 0 || !readFileSync(orders, 'utf8').includes(`${order}\n`)) await pause(5);
}

test('STOP/QUEUE suspends a batch job in its place, START/QUEUE goes on with it', async () => {
  const job = start();
  await grown(0);
  job.pause?.();
  await heard('pause');
  const suspended = size();
  await pause(200);
  expect(size()).toBe(suspended);
  job.resume?.();
  await grown(suspended);
  job.abort(JOBABORT);
  expect(await job.ended).toEqual({ kind: 'completed', status: 44 });
});

test('a batch job that is suspended can be aborted', async () => {
  const job = start();
  await grown(0);
  job.pause?.();
  job.abort(JOBABORT);
  expect(await job.ended).toEqual({ kind: 'completed', status: 44 });
});

test('whose queue manager is gone goes on, and learns of it', async () => {
  const file = join(directory, 'job.mjs');
  writeFileSync(file, program);
  const child = fork(file, [trace], { stdio: ['pipe', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  await grown(0);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    child.send({ kind: 'pause' });
    await heard('pause');
    const suspended = size();
    await pause(100);
    expect(size()).toBe(suspended);
    child.stdin?.destroy();
    await grown(suspended);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
});

test('a print job is told, for it waits between two pages', async () => {
  const job = start({ output: {} as never });
  await grown(0);
  job.pause?.();
  job.resume?.();
  const before = size();
  await grown(before);
  job.abort(JOBABORT);
  await job.ended;
  expect(readFileSync(`${trace}.orders`, 'utf8').split('\n').filter(Boolean)).toEqual([
    ...['run', 'pause', 'resume', 'abort'],
  ]);
});

test('it is starting until its process says otherwise; suspended, and running again', async () => {
  const job = start();
  await grown(0);
  job.pause?.();
  job.pause?.();
  job.resume?.();
  job.resume?.();
  job.abort(JOBABORT);
  await job.ended;
  expect(phases).toEqual(['starting', 'suspended', 'running']);
});

const impatient: LifeWatchOptions = { everyMs: 20, silences: 5 };

test('one that hangs is killed, and has died', async () => {
  const job = start({}, { hangs: true, lifeWatch: impatient, startGraceMs: 0 });
  expect(await job.ended).toEqual({ kind: 'died' });
  expect(hung).toEqual(['BATCH_1']);
});

test('one that is suspended gives no sign of life, and is left alone', async () => {
  const job = start({}, { lifeWatch: { everyMs: 50, silences: 60 } });
  await grown(0);
  job.pause?.();
  await pause(3_500);
  job.resume?.();
  await grown(size());
  job.abort(JOBABORT);
  expect(await job.ended).toEqual({ kind: 'completed', status: 44 });
});

test('one that takes its time to load is left alone, and not for ever', async () => {
  const began = Date.now();
  const job = start({}, { hangs: true, lifeWatch: { everyMs: 10, silences: 2 }, startGraceMs: 1_000 });
  expect(await job.ended).toEqual({ kind: 'died' });
  expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
});
