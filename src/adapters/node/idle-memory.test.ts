import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MIB = 1024 * 1024;
const moduleUrl = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'idle-memory.ts')).href);
/**
 * Works for a second; what it allocates is garbage at the end but for pieces here and there, so that neither the engine nor the C library
 * gives any of it back.
 */
const program = `
import { giveMemoryBackWhenIdle } from ${moduleUrl};
let works = true;
giveMemoryBackWhenIdle({ lookMs: 200, release: () => process.send({ kind: 'released', works }) });
const until = performance.now() + 1_000;
let kept = [];
let all = [];
const turn = () => {
  for (let each = 0; each < 500 && all.length < 20_000; each++) all.push(Buffer.allocUnsafeSlow(4_000).fill(1));
  const now = performance.now();
  while (performance.now() < now + 20);
  if (performance.now() < until || all.length < 20_000) return setImmediate(turn);
  kept = all.filter((_, place) => place % 100 === 0);
  all = [];
  works = false;
  process.send({ kind: 'worked', rss: process.memoryUsage.rss() });
  setInterval(() => process.send({ kind: 'idle', rss: process.memoryUsage.rss(), kept: kept.length }), 100);
};
turn();
`;

interface Told {
  readonly kind: 'worked' | 'released' | 'idle';
  readonly rss: number;
  readonly works: boolean;
}

let directory: string;
let child: ChildProcess;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vmsmail-idle-'));
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program);
  child = fork(file, [], {
    execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
  });
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

test('memory is given back when there is nothing to do, and not before', { timeout: 60_000 }, async () => {
  const told: Told[] = [];
  child.on('message', (message: Told) => told.push(message));
  const find = (kind: Told['kind']): Told | undefined => told.find((each) => each.kind === kind);
  await expect.poll(() => find('worked'), { timeout: 30_000 }).toBeDefined();
  const peak = find('worked')!.rss;
  expect(peak).toBeGreaterThan(100 * MIB);
  await expect.poll(() => find('released'), { timeout: 30_000 }).toBeDefined();
  expect(told.filter(({ kind, works }) => kind === 'released' && works)).toEqual([]);
  await expect.poll(() => told.at(-1)!.rss, { timeout: 30_000 }).toBeLessThan(peak - 60 * MIB);
});
