/** What symbionts are handed, and what becomes of it when one has no room, leaves or dies. */
import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import { SUSPICION_MS } from './claim.ts';
import { LEASE_MS } from './lease-renewal.ts';
import {
  memoryNode,
  outcomeOf,
  settled,
  startQueueManager,
  submission,
  system,
  testSymbiont,
} from './testing/test-node.ts';

test('what a symbiont has no room for waits in the store and follows in order', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager, 2);
  await Promise.all(Array.from({ length: 5 }, () => manager.submit(submission())));
  await settled();
  expect(symbiont.assigned.map((each) => each.entry)).toEqual([1, 2]);
  expect(await store.counts()).toMatchObject({ executing: 2, pending: 3 });
  await symbiont.finish(symbiont.assigned.slice(0, 1));
  await symbiont.arrivals(3);
  await symbiont.finish(symbiont.assigned.slice(1, 3));
  await symbiont.arrivals(5);
  expect(symbiont.assigned.map((each) => each.entry)).toEqual([1, 2, 3, 4, 5]);
});

test('two symbionts share the work, and one that leaves gives its share back', async () => {
  const { manager } = await memoryNode();
  const first = await testSymbiont(manager, 4);
  const second = await testSymbiont(manager, 2);
  await Promise.all(Array.from({ length: 6 }, () => manager.submit(submission())));
  await settled();
  expect([first.assigned.length, second.assigned.length]).toEqual([4, 2]);
  await second.finish(second.assigned);
  await first.close();
  await second.arrivals(4);
  await second.finish(second.assigned.slice(2));
  await second.arrivals(6);
  const entries = [...new Set(second.assigned.map((each) => each.entry))].sort();
  expect(entries).toEqual([1, 2, 3, 4, 5, 6]);
});

test('an outcome of another entry id, or of somebody else’s entry, changes nothing', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  const other = await testSymbiont(manager, 1);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  const delivered = outcomeOf(assignment!, { kind: 'delivered' });
  await expect(symbiont.report([{ ...delivered, entryId: 'an earlier one' }])).rejects.toMatchObject({
    ident: 'NOSUCHENT',
  });
  await expect(other.report([delivered])).rejects.toMatchObject({ ident: 'NOSUCHENT' });
  expect(await store.counts()).toMatchObject({ executing: 1 });
});

test('a symbiont that cannot be handed its work gets it again', async () => {
  const { manager } = await memoryNode();
  let attempts = 0;
  await new Promise<void>((resolve) => {
    const process = (): void => {
      if (++attempts === 1) throw new RangeError('too long');
      resolve();
    };
    void manager.registerSymbiont({ process, recall() {} }, 1).then(() => manager.submit(submission()));
  });
  expect(attempts).toBe(2);
});

test('no more text than its memory should hold is handed to a symbiont', async () => {
  const { manager } = await memoryNode();
  const symbiont = await testSymbiont(manager, 2_000);
  const text = 'x'.repeat(65_000);
  await Promise.all(Array.from({ length: 1_000 }, () => manager.submit(submission(text))));
  await settled();
  expect(symbiont.assigned.length).toBeLessThan(800);
  for (let finished = 0; finished < 1_000; ) {
    const inHand = symbiont.assigned.slice(finished);
    finished += inHand.length;
    await symbiont.finish(inHand);
    await settled();
  }
});

test.each(['as it comes', 'from the queue'])(
  'nor more recipients: messages with ten thousand each, %s',
  async (how) => {
    const { manager } = await startQueueManager({ store: createMemoryQueueStore() });
    const forwardPaths = Array.from(
      { length: 10_000 },
      (_, index) => `${'x'.repeat(140)}.${index}@node.example`,
    );
    const many = Array.from({ length: 30 }, () =>
      submission('x', { envelope: { reversePath: 'smith@host.example', forwardPaths } }),
    );
    const submitAll = () => Promise.all(many.map((each) => manager.submit(each)));
    if (how === 'from the queue') await submitAll();
    const symbiont = await testSymbiont(manager, 1_000);
    if (how === 'as it comes') await submitAll();
    await symbiont.arrivals(10);
    // 2.5 MB each, 32 MiB in hand.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const first = [...symbiont.assigned];
    expect(first.length).toBeLessThan(26);
    await symbiont.finish(first);
    let done = first.length;
    while (done < many.length) {
      const next = (await symbiont.arrivals(done + 1)).slice(done);
      done += next.length;
      await symbiont.finish(next);
    }
    expect(await manager.entries({}, system)).toEqual([]);
  },
);

test('an entry on which two symbionts died is retained; the others are not accused', async () => {
  const { manager, messages, alarms } = await memoryNode();
  const first = await testSymbiont(manager);
  await Promise.all([1, 2, 3].map(() => manager.submit(submission())));
  await first.arrivals(3);
  await first.close('died');
  // One suspect at a time.
  const second = await testSymbiont(manager);
  await settled();
  expect(second.assigned.map((each) => each.entry)).toEqual([1]);
  await second.close('died');
  const third = await testSymbiont(manager);
  await settled();
  expect(third.assigned.map((each) => each.entry)).toEqual([2]);
  await third.finish(third.assigned);
  await third.arrivals(2);
  await third.finish(third.assigned.slice(1));
  const [kept, ...others] = await manager.entries({}, system);
  expect(others).toEqual([]);
  expect(kept).toMatchObject({
    entry: 1,
    state: 'retainedOnError',
    errorText: '%JBC-E-SYMDEL, unexpected symbiont process termination',
  });
  expect(messages).toContain('%QMAN-W-POISON, entry 1 stopped the symbiont twice, retained on error');
  expect(alarms).toEqual(['entries retained on error']);
  await manager.changeEntries([1], { kind: 'release' }, system);
  await third.arrivals(3);
});

test('an entry of alarms on which two symbionts died makes no alarm', async () => {
  const { manager, messages, alarms } = await memoryNode();
  await manager.submit(submission(undefined, { userName: 'OPCOM' }));
  for (let count = 1; count <= 2; count++) {
    const symbiont = await testSymbiont(manager);
    await symbiont.arrivals(1);
    await symbiont.close('died');
  }
  expect(messages).toContain('%QMAN-W-POISON, entry 1 stopped the symbiont twice, retained on error');
  expect(alarms).toEqual([]);
});

/** Entries that were in hand when a symbiont died, one of which the second has. */
async function nodeWithSuspects(count: number) {
  const node = await memoryNode();
  const first = await testSymbiont(node.manager);
  for (let n = 0; n < count; n++) await node.manager.submit(submission());
  await first.arrivals(count);
  await first.close('died');
  const second = await testSymbiont(node.manager);
  await second.arrivals(1);
  return { ...node, second };
}

test('a suspect that takes its time does not hold up the next', async () => {
  const { clock, second } = await nodeWithSuspects(2);
  clock.advance(SUSPICION_MS);
  await second.arrivals(2);
});

test('a suspect whose symbiont reports on others some time later does not hold up the next', async () => {
  const { manager, clock, second } = await nodeWithSuspects(2);
  clock.advance(10_000);
  await manager.submit(submission());
  await second.arrivals(2);
  expect(second.assigned.map(({ entry }) => entry)).toEqual([1, 3]);
  await second.finish(second.assigned.slice(1));
  await second.arrivals(3);
  expect(second.assigned.map(({ entry }) => entry)).toEqual([1, 3, 2]);
});

test('a suspect that hangs its symbiont is convicted, and nobody else', async () => {
  const { clock, messages, second } = await nodeWithSuspects(3);
  clock.advance(24_000);
  await settled();
  expect(second.assigned.map(({ entry }) => entry)).toEqual([1]);
  await second.close('died');
  expect(messages.filter((each) => each.includes('POISON'))).toEqual([
    '%QMAN-W-POISON, entry 1 stopped the symbiont twice, retained on error',
  ]);
});

test('leases are renewed while the symbiont is there', async () => {
  const { manager, store, clock } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  await symbiont.arrivals(1);
  for (let half = 0; half < 4; half++) {
    clock.advance(LEASE_MS / 2);
    await settled();
  }
  const [entry] = (await store.find({ limit: 1 })).entries;
  expect(entry?.lease?.until).toBeGreaterThan(clock.now());
});
