/** Texts in the spool: they go with their entry, and what nobody refers to is removed. */
import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import {
  memoryNode,
  NOON,
  nameSpool,
  outcomeOf,
  settled,
  startQueueManager,
  submission,
  testSymbiont,
} from './testing/test-node.ts';

test('the spool file goes with its entry, unless the bounce needs it', async () => {
  const store = createMemoryQueueStore();
  const spool = nameSpool();
  const { manager } = await startQueueManager({ store, spool });
  await settled();
  spool.ids.push('one', 'two');
  const symbiont = await testSymbiont(manager);
  const file = (spoolId: string) => ({ kind: 'file', spoolId, sizeBytes: 100_000 }) as const;
  await manager.submit({ ...submission(), text: file('one') });
  await manager.submit({ ...submission(), text: file('two') });
  const [one, two] = await symbiont.arrivals(2);
  await symbiont.finish([one!]);
  await symbiont.report([
    {
      ...outcomeOf(two!, { kind: 'returned', reply: 'no' }),
      submissions: [{ ...submission(), text: file('two') }],
    },
  ]);
  expect(spool.ids).toEqual(['two']);
});

const HOUR = 3_600_000;

const chief = { userName: 'SYSTEM', privileges: ['SYSPRV'] };

test('orphans of the spool are removed an hour after the start, what an entry refers to is kept', async () => {
  const store = createMemoryQueueStore();
  const spool = nameSpool(['kept', 'orphan']);
  const first = await startQueueManager({ store, spool: nameSpool() });
  await first.manager.submit({ ...submission(), text: { kind: 'file', spoolId: 'kept', sizeBytes: 1 } });
  await first.manager.stop();
  const { clock } = await startQueueManager({ store, spool });
  clock.advance(HOUR);
  await settled();
  expect(spool.ids).toEqual(['kept']);
});

test('a text that is being written is no orphan, though the clock is set forward by a day, before the start or after', async () => {
  const created = new Map<string, number>();
  const names = nameSpool();
  const spool = {
    ...names,
    list: async (before = Number.POSITIVE_INFINITY) => names.ids.filter((id) => created.get(id)! < before),
  };
  const clock = manualClock(NOON);
  const begin = (id: string): void => {
    names.ids.push(id);
    created.set(id, clock.now());
  };
  begin('before the start');
  clock.set(24 * HOUR);
  const { manager } = await startQueueManager({ store: createMemoryQueueStore(), spool, clock });
  await settled();
  expect(names.ids).toEqual(['before the start']);
  clock.advance(HOUR);
  await settled();
  expect(names.ids).toEqual([]);

  clock.advance(23.5 * HOUR);
  begin('before the day is over');
  clock.set(24 * HOUR);
  clock.advance(HOUR);
  await settled();
  expect(names.ids).toEqual(['before the day is over']);
  expect((await manager.analyzeMail(chief)).orphans).toEqual([]);
  clock.advance(HOUR);
  expect((await manager.analyzeMail(chief)).orphans).toHaveLength(1);
});

test('and every day what was left since: a node that runs for a year does not fill its disk', async () => {
  const spool = nameSpool();
  const { manager, clock } = await startQueueManager({ store: createMemoryQueueStore(), spool });
  await settled();
  spool.ids.push('kept', 'left by a crash');
  await manager.submit(submission('', { text: { kind: 'file', spoolId: 'kept', sizeBytes: 1 }, hold: true }));
  for (const left of ['left by a crash', 'left another day']) {
    if (!spool.ids.includes(left)) spool.ids.push(left);
    clock.advance(25 * 3_600_000);
    await settled();
    expect(spool.ids).toEqual(['kept']);
  }
  await manager.stop();
  spool.ids.push('after the stop');
  clock.advance(25 * 3_600_000);
  await settled();
  expect(spool.ids).toContain('after the stop');
});

test('the text of a bounce that waits for a failing store is no orphan', async () => {
  const { manager, store, spool, clock } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  spool.ids.push('bounce', 'orphan');
  store.failWith(new Error('input/output error'));
  const bounce = submission('', { text: { kind: 'file', spoolId: 'bounce', sizeBytes: 100_000 } });
  const outcome = outcomeOf(assignment!, { kind: 'returned', reply: 'no' });
  const report = symbiont.report([{ ...outcome, submissions: [bounce] }]);
  await settled();
  expect(await manager.removeOrphan('bounce', chief)).toBe(false);
  store.failWith(undefined);
  clock.advance(1_000);
  await report;
  expect(await manager.removeOrphan('bounce', chief)).toBe(false);
  expect(await manager.removeOrphan('orphan', chief)).toBe(true);
  expect(spool.ids).toEqual(['bounce']);
});
