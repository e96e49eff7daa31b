import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findJobControl, killNode, nodeHasEnded, takeNodeLock, tellNodeState } from './node-lock.ts';
import { type NodeRoot, nodeRoot } from './node-root.ts';

let paths: NodeRoot;

beforeEach(() => {
  paths = nodeRoot(mkdtempSync(join(tmpdir(), 'vmsmail-lock-')));
  mkdirSync(paths.systemDirectory);
});
afterEach(() => rmSync(paths.root, { recursive: true, force: true }));

const writeRecord = (record: string): void => writeFileSync(paths.lockFile, `${record.padEnd(99)}\n`);

test('nobody holds it where there is no file, or nobody who wrote it is left', async () => {
  expect(findJobControl(paths)).toBeUndefined();
  expect(await nodeHasEnded(paths, 0)).toBe(true);
  writeRecord(`${process.pid} 1 running`);
  expect(findJobControl(paths)).toBeUndefined();
  expect(await nodeHasEnded(paths, 0)).toBe(true);
});

test('one takes it, and is named in it at once; it is free when the descriptor is closed', async () => {
  writeRecord('1 1 running');
  const lock = takeNodeLock(paths)!;
  expect(takeNodeLock(paths)).toBeUndefined();
  expect(findJobControl(paths)).toEqual({ pid: process.pid, isAlive: true, state: { kind: 'preparing' } });
  expect(await nodeHasEnded(paths, 50)).toBe(false);
  const ended = nodeHasEnded(paths, 10_000);
  closeSync(lock);
  expect(await ended).toBe(true);
  expect(findJobControl(paths)).toBeUndefined();
});

test('a number that another process has now is nobody alive', () => {
  const lock = takeNodeLock(paths)!;
  writeRecord(`${process.pid} 1 waiting 4 137`);
  expect(findJobControl(paths)).toEqual({
    pid: process.pid,
    isAlive: false,
    state: { kind: 'waiting', seconds: 4, status: 137 },
  });
  tellNodeState(paths, 'stopping');
  expect(findJobControl(paths)?.state).toEqual({ kind: 'stopping' });
  closeSync(lock);
});

test('what its processes hold, they hold when the one that began is gone; killing the group frees it', async () => {
  const lock = takeNodeLock(paths)!;
  const leader = spawn('/bin/sh', ['-c', 'sleep 600 & exit 0'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', lock],
  });
  closeSync(lock);
  await new Promise((resolve) => leader.on('exit', resolve));
  writeRecord(`${leader.pid} 1 running`);
  expect(await nodeHasEnded(paths, 50)).toBe(false);
  killNode(findJobControl(paths)!);
  expect(await nodeHasEnded(paths, 10_000)).toBe(true);
});

test('a start command that holds it is no group to kill', async () => {
  const lock = takeNodeLock(paths)!;
  killNode(findJobControl(paths)!);
  expect(await nodeHasEnded(paths, 0)).toBe(false);
  closeSync(lock);
});
