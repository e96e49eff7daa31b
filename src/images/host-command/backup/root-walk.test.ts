import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { walkRoot } from './root-walk.ts';

const root = mkdtempSync(join(tmpdir(), 'vmsmail-root-walk-'));
afterAll(() => rmSync(root, { recursive: true }));

test('what belongs to the processes that run is not in a backup, nor the key that lets them talk to each other', () => {
  mkdirSync(join(root, 'SYSEXE'));
  mkdirSync(join(root, 'JONES'));
  for (const name of ['JOB_CONTROL.LOCK', 'QUEUE_MANAGER.SOCK.KEY', 'RUN.COM'])
    writeFileSync(join(root, 'SYSEXE', name), 'x');
  writeFileSync(join(root, 'JONES', 'QUEUE_MANAGER.SOCK.KEY'), 'a file of a user');
  expect([...walkRoot(root, () => false)].map(({ path }) => path)).toEqual([
    'JONES',
    'JONES/QUEUE_MANAGER.SOCK.KEY',
    'SYSEXE',
    'SYSEXE/RUN.COM',
  ]);
});
