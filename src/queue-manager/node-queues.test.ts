/** The generic and execution queues of a node. */
import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../adapters/memory/queue-store.ts';
import {
  EXECUTION,
  GENERIC,
  memoryNode,
  NOON,
  startQueueManager,
  submission,
  system,
  testSymbiont,
} from './testing/test-node.ts';

test('the number of execution queues counts from the next START MAIL', async () => {
  let count = 2;
  const store = createMemoryQueueStore();
  const { manager } = await startQueueManager({ store, queues: async () => count });
  const symbiont = await testSymbiont(manager, 4);
  const states = async () =>
    (await manager.queues('TCPIP$SMTP*')).map(({ name, state }) => `${name.slice(-2)} ${state}`);
  await Promise.all([manager.submit(submission()), manager.submit(submission())]);
  const inHand = [...(await symbiont.arrivals(2))];
  expect(await states()).toEqual(['00 idle', '01 available', '02 available']);
  count = 1;
  // A queue that still has a job stays.
  await manager.startMail(system);
  expect(await states()).toEqual(['00 idle', '01 available', '02 available']);
  await manager.stopMail(system);
  await symbiont.finish(inHand);
  await manager.startMail(system);
  expect(await states()).toEqual(['00 idle', '01 idle']);
  count = 3;
  await manager.stopMail(system);
  expect(await states()).toEqual(['00 stopped', '01 stopped']);
  await manager.startMail(system);
  expect(await states()).toEqual(['00 idle', '01 idle', '02 idle', '03 idle']);
  await Promise.all([1, 2, 3].map(() => manager.submit(submission())));
  const queues = (await symbiont.arrivals(5)).slice(2).map((each) => each.queueName.slice(-2));
  expect(queues.sort()).toEqual(['01', '02', '03']);
});

test('queues as operators see them', async () => {
  const { manager } = await memoryNode({ queues: async () => 2 });
  const symbiont = await testSymbiont(manager, 20);
  await Promise.all(Array.from({ length: 12 }, () => manager.submit(submission())));
  await manager.submit(submission('', { hold: true }));
  await manager.submit(submission('', { after: NOON + 5_000 }));
  await symbiont.arrivals(12);
  const shown = await manager.queues('tcpip$smtp_*');
  expect(shown.map(({ name, kind, state, counts }) => ({ name, kind, state, ...counts }))).toEqual([
    {
      name: GENERIC,
      kind: 'genericServer',
      state: 'idle',
      pending: 0,
      executing: 0,
      holding: 1,
      timedRelease: 1,
      retained: 0,
    },
    {
      name: EXECUTION,
      kind: 'server',
      state: 'busy',
      pending: 2,
      executing: 4,
      holding: 0,
      timedRelease: 0,
      retained: 0,
    },
    {
      name: 'TCPIP$SMTP_HEARTS_02',
      kind: 'server',
      state: 'busy',
      pending: 2,
      executing: 4,
      holding: 0,
      timedRelease: 0,
      retained: 0,
    },
  ]);
  expect(shown[0]?.targets).toEqual([EXECUTION, 'TCPIP$SMTP_HEARTS_02']);
  expect(await manager.queues('OTHER*')).toEqual([]);
  const processing = await manager.entries({ states: ['executing'] }, system);
  expect(processing).toHaveLength(8);
  const waiting = await manager.entries({ states: ['pending'], queue: '*_01' }, system);
  expect(waiting).toHaveLength(2);
  expect(waiting[0]?.fileSpecification).toMatch(
    /^_HEARTS\$DKA0:\[TCPIP\$SMTP\]\d{14}_TCPIP\$SMTP\.TCPIP_HEARTS;1$/,
  );
});

test('mail of a node that got another name stands in the generic queue of its new name', async () => {
  const { manager, store } = await memoryNode();
  await manager.submit({ ...submission(), hold: true });
  await manager.stop();
  const renamed = await startQueueManager({ store, nodeName: 'OTHER' });
  const [entry] = await renamed.manager.entries({ queue: 'TCPIP$SMTP_OTHER_00' }, system);
  expect(entry).toMatchObject({ entry: 1, state: 'holding', queueName: 'TCPIP$SMTP_OTHER_00' });
  await renamed.manager.stop();
});
