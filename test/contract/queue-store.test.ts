import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createMemoryQueueStore } from '../../src/adapters/memory/queue-store.ts';
import { openQueueStore } from '../../src/adapters/sqlite/queue-store/index.ts';
import { describeQueueStore } from './queue-store/index.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0)) await each();
});

describeQueueStore('memory', async () => createMemoryQueueStore());

describeQueueStore('sqlite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'queue-store-'));
  const store = openQueueStore(join(directory, 'QMAN$MASTER.DAT'));
  cleanups.push(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return store;
});
