import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import { NOON, startQueueManager, submission, testSymbiont } from './testing/test-node.ts';

const HALF_HOUR = 30 * 60_000;
const DAY = 24 * 60 * 60_000;

async function rig() {
  const clock = manualClock(NOON);
  const node = await startQueueManager({ store: createMemoryQueueStore(), clock });
  const symbiont = await testSymbiont(node.manager);
  return {
    ...node,
    symbiont,
    clock,
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('operators are told once when the clock is set, by how much', async () => {
  const { clock, messages } = await rig();
  clock.set(DAY);
  for (let looks = 0; looks < 3; looks++) clock.advance(10_000);
  expect(messages).toEqual(['%QMAN-I-CLOCKSET, date and time were set forward by 1 00:00:00.00']);
  clock.set(-DAY - 600);
  for (let looks = 0; looks < 3; looks++) clock.advance(10_000);
  expect(messages.slice(1)).toEqual(['%QMAN-I-CLOCKSET, date and time were set back by 1 00:00:01.00']);
});

test('a clock that goes a little wrong is no news', async () => {
  const { clock, messages } = await rig();
  for (let looks = 0; looks < 100; looks++) {
    clock.set(2_000);
    clock.advance(10_000);
  }
  expect(messages).toEqual([]);
});

test('the next attempt comes when it would have come, though the clock was a day ahead; what is held until a time is', async () => {
  const { clock, manager, symbiont } = await rig();
  await manager.submit(submission());
  await manager.submit(submission('Subject: later\r\n\r\n', { after: NOON + HALF_HOUR * 3 }));
  await symbiont.arrivals(1);
  clock.set(DAY);
  clock.advance(60_000);
  // What was held until yesterday is due, and is tried.
  await symbiont.arrivals(2);
  const both = symbiont.assigned.splice(0);
  await symbiont.finish(both, { kind: 'retry', at: clock.now() + HALF_HOUR, reply: '451 later' });
  await manager.submit(submission('Subject: held\r\n\r\n', { after: clock.now() + HALF_HOUR }));
  clock.set(-DAY);
  clock.advance(10_000);
  await settled();
  expect(symbiont.assigned).toEqual([]);
  for (let passed = 0; passed <= HALF_HOUR; passed += 60_000) {
    clock.advance(60_000);
    await settled();
  }
  expect(symbiont.assigned.map(({ entry }) => entry).sort()).toEqual(both.map(({ entry }) => entry).sort());
});
