import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openQueueStore } from '../adapters/sqlite/queue-store/index.ts';
import type { Assignment } from '../ports/queue-manager.ts';
import { startQueueManager, submission } from './test-node.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each();
});

test('a message is durable, handed to the symbiont with its text, and gone after its outcome', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'queue-'));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  const store = openQueueStore(join(directory, 'QMAN$MASTER.DAT'));
  const node = await startQueueManager({ store });
  cleanups.push(async () => {
    await node.manager.stop();
    await store.close();
  });
  const pushed: Assignment[] = [];
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const registration = await node.manager.registerSymbiont(
    {
      process(batch) {
        pushed.push(...batch);
        arrived();
      },
      recall() {},
    },
    10,
  );

  const receipt = await node.manager.submit(submission('Subject: hello\r\n\r\nhi\r\n'));
  expect(receipt.entry).toBe(1);
  expect(await store.counts()).toMatchObject({ executing: 1 });
  await arrival;
  expect(pushed[0]).toMatchObject({
    entry: 1,
    recipients: [{ index: 0, forwardPath: 'jones@node.example', attempts: 0 }],
  });
  expect(Buffer.from((pushed[0]!.text as { bytes: Uint8Array }).bytes).toString()).toContain('hello');

  await registration.report([
    { entry: 1, entryId: pushed[0]!.entryId, recipients: [{ index: 0, outcome: { kind: 'delivered' } }] },
  ]);
  expect(await store.find({ limit: 10 })).toEqual([]);
  expect(await store.counts()).toMatchObject({ executing: 0, pending: 0 });
});
