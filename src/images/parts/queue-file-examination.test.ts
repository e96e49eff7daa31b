import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openQueueStore } from '../../adapters/sqlite/queue-store/index.ts';
import { examineInProcess } from './queue-file-examination.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'examination-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const patient = new AbortController().signal;

test('another process reads the file while this one has it open', async () => {
  const file = join(directory, 'QMAN$MASTER.DAT');
  const store = openQueueStore(file);
  expect(await examineInProcess(file, patient)).toEqual({ problems: [], entries: [], strays: 0 });
  await store.close();
});

test('a file that is not there is told by its name', async () => {
  const file = join(directory, 'NOWHERE.DAT');
  await expect(examineInProcess(file, patient)).rejects.toThrow(file);
});

test('it can be broken off', async () => {
  const broken = new AbortController();
  const examination = examineInProcess(join(directory, 'X.DAT'), broken.signal);
  broken.abort();
  await expect(examination).rejects.toThrow();
});
