import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openMailStore } from './mail-store/index.ts';
import { openQueueStore } from './queue-store/index.ts';
import { SystemDatabase } from './system-store/system-database.ts';

const root = mkdtempSync(join(tmpdir(), 'write-ahead-log-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Another process in the middle of making the same new file: it holds the lock that the switch needs, for 300 ms. */
const holder = `
  const database = new (require(process.argv[1]))(process.argv[2]);
  database.exec('BEGIN IMMEDIATE; CREATE TABLE other (x)');
  process.stdout.write('holding');
  setTimeout(() => { database.exec('ROLLBACK'); database.close(); }, 300);
`;

it.each([
  ['mail', async (file: string) => openMailStore({ file, textDirectory: root }).close()],
  ['queue', async (file: string) => openQueueStore(file).close()],
  ['system', async (file: string) => new SystemDatabase(file, ['CREATE TABLE x (y)']).close()],
])('the %s database is opened while another process makes it', async (name, open) => {
  const file = join(root, name);
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const child = spawn(process.execPath, ['-e', holder, library, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await open(file);
  expect(await ended).toBe(0);
});
