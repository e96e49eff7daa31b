import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchChild } from './sign-of-life.ts';

/** Three seconds: a machine that is busy with something else is no silence. */
const FAST = { everyMs: 200, silences: 15 };
const moduleUrl = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'sign-of-life.ts')).href);
const program = `
import { watchParent } from ${moduleUrl};
const asked = watchParent(() => process.send({ kind: 'alive' }), () => process.exit(7));
process.on('message', (message) => {
  if (message.kind === 'alive?') asked(message);
});
process.send({ kind: 'ready' });
`;

let directory: string;
let child: ChildProcess;
let signs: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vmsmail-life-'));
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program);
  child = fork(file, [], {
    execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
  });
  await new Promise((resolve) => child.once('message', resolve));
  signs = 0;
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

test('a child that works is left alone, one that is stopped is noticed', async () => {
  let silent: number | undefined;
  const heard = watchChild(child, FAST, (seconds) => {
    silent = seconds;
  });
  child.on('message', () => {
    signs++;
    heard();
  });
  await expect.poll(() => signs).toBeGreaterThan(FAST.silences + 2);
  expect(silent).toBeUndefined();
  child.kill('SIGSTOP');
  await expect.poll(() => silent).toBe(3);
});

test('a child whose parent asks no more ends', async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.send({ kind: 'alive?', everyMs: 20 });
  expect(await ended).toBe(7);
});
