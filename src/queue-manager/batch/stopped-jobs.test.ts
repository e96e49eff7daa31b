/** Batch jobs that are stopped: by commands, with their queue or their node, by a crash. */
import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../../adapters/memory/queue-store.ts';
import { bad, batchNode, JOBABORT, QUEUE, SYSFAIL } from '../testing/batch-node.ts';
import { jones, system } from '../testing/test-node.ts';

const condition = (ident: string) => expect.objectContaining({ ident });

test('DELETE/ENTRY, STOP/QUEUE/ENTRY and /REQUEUE of a job that runs end its process first', async () => {
  const { manager, submit, processes, states, settled } = await batchNode();
  await manager.setQueue(QUEUE, { jobLimit: 9 }, system);
  for (const fields of [{}, { retain: 'error' }, { restart: true }, {}] as const) await submit(fields);
  await manager.deleteEntries([1], jones);
  await manager.stopJob(2, {}, jones);
  await manager.stopJob(3, { requeue: { hold: true } }, jones);
  await expect(manager.stopJob(4, { requeue: {} }, jones)).rejects.toEqual(condition('NORESTART'));
  expect(processes.map(({ aborted }) => aborted)).toEqual([true, true, true, false]);
  expect(await states()).toEqual(['1 aborting', '2 aborting', '3 executing', '4 executing']);
  const end = manager.awaitJob(2, jones);
  for (const process of processes.slice(0, 3)) await process.end(bad);
  await settled();
  expect(await states()).toEqual(['2 retainedOnError', '3 holding', '4 executing']);
  expect(await end).toBe(JOBABORT);
});

test('STOP/QUEUE/NEXT lets jobs end, /RESET does not, and only a stopped queue can be deleted', async () => {
  const { manager, submit, processes, states } = await batchNode();
  const state = async () => (await manager.queues(QUEUE))[0]?.state;
  await submit({ restart: true });
  await submit();
  await manager.stopQueue(QUEUE, 'next', system);
  expect(await state()).toBe('stopping');
  await expect(manager.deleteQueue(QUEUE, system)).rejects.toEqual(condition('QUENOTSTOP'));
  await manager.stopQueue(QUEUE, 'reset', system);
  expect([await state(), processes[0]!.aborted]).toEqual(['resetting', true]);
  await processes[0]!.end(bad);
  expect([await state(), ...(await states())]).toEqual(['stopped', '1 pending', '2 pending']);
  await manager.deleteQueue(QUEUE, system);
  expect([await state(), ...(await states())]).toEqual([undefined]);
});

test.each(['STOP/QUEUE/RESET', 'the end of the node'])(
  'what was aborted does not run again for %s',
  async (what) => {
    const store = createMemoryQueueStore();
    const { manager, processes, states, submit, settled } = await batchNode(store);
    await submit({ restart: true, retain: 'error' });
    await manager.stopJob(1, {}, system);
    const stopping = what === 'STOP/QUEUE/RESET' ? manager.stopQueue(QUEUE, 'reset', system) : manager.stop();
    await settled();
    const ended = processes[0]!.end(bad);
    await Promise.all([stopping, ended]);
    const shown = what === 'STOP/QUEUE/RESET' ? states : (await batchNode(store.copy())).states;
    expect(await shown()).toEqual(['1 retainedOnError']);
  },
);

test('a crash: what may begins again and knows it, the rest was interrupted; timed and held jobs wait on', async () => {
  const store = createMemoryQueueStore();
  const before = await batchNode(store);
  await before.manager.setQueue(QUEUE, { jobLimit: 9 }, system);
  await before.submit({ restart: true });
  await before.manager.setRestartValue(1, 'STEP2', jones);
  await before.submit({ retain: 'error' });
  await before.submit();
  await before.submit({}, { hold: true });
  await before.submit({}, { after: before.clock.now() + 60_000 });
  await before.submit();
  await before.manager.deleteEntries([6], jones);
  const after = await batchNode(store.copy(), before.clock);
  await after.settled();
  expect(await after.states()).toEqual(['1 executing', '2 retainedOnError', '4 holding', '5 holdingUntil']);
  expect(await after.manager.awaitJob(2, jones)).toBe(SYSFAIL);
  expect(after.processes.map((each) => each.job)).toMatchObject([
    { entry: 1, batch: { isRestarting: true, restartValue: 'STEP2' } },
  ]);
  after.clock.advance(60_000);
  await after.settled();
  expect(await after.states()).toContain('5 executing');
  expect((await after.manager.queues(QUEUE))[0]?.jobLimit).toBe(9);
});

test('a node that stops interrupts its jobs, and who waits for one is told', async () => {
  const { manager, submit, processes, store } = await batchNode();
  await manager.setQueue(QUEUE, { jobLimit: 9 }, system);
  await submit({ restart: true });
  await submit();
  const waiting = expect(manager.awaitJob(1, jones)).rejects.toEqual(condition('JOBQUEDIS'));
  const stopped = manager.stop();
  await Promise.resolve();
  for (const process of processes) await process.end(bad);
  await Promise.all([stopped, waiting]);
  const { entries: left } = await store.find({ kind: 'batch', limit: 9 });
  expect(left).toMatchObject([{ entry: 1, state: 'pending', batch: { isRestarting: true } }]);
});

test('STOP/QUEUE/REQUEUE/PRIORITY gives nobody more than SET ENTRY would', async () => {
  const { manager, processes, submit } = await batchNode();
  await submit({ restart: true });
  await manager.stopJob(1, { requeue: { hold: true, priority: 255 } }, jones);
  await processes[0]!.end(bad);
  expect((await manager.entries({}, system))[0]).toMatchObject({ state: 'holding', priority: 100 });
});

test('a crash between STOP/QUEUE/REQUEUE and the end of the job: it is held, in the queue that was named', async () => {
  const store = createMemoryQueueStore();
  const before = await batchNode(store);
  await before.manager.initializeQueue('OTHER', { kind: 'batch' }, system);
  await before.submit({ restart: true });
  await before.manager.stopJob(1, { requeue: { hold: true, queueName: 'OTHER', priority: 9 } }, jones);
  const after = await batchNode(store.copy(), before.clock);
  await after.settled();
  expect(await after.states()).toEqual(['1 holding']);
  expect((await after.manager.entries({}, system))[0]).toMatchObject({ queueName: 'OTHER', priority: 9 });
});

test('a job never goes into a queue that was deleted while it came to its end', async () => {
  const { manager, processes, submit, states } = await batchNode();
  await manager.initializeQueue('OTHER', { kind: 'batch' }, system);
  await submit({ restart: true });
  await manager.stopJob(1, { requeue: { hold: true, queueName: 'OTHER' } }, jones);
  await manager.deleteQueue('OTHER', system);
  await processes[0]!.end(bad);
  expect(await states()).toEqual(['1 holding']);
  expect((await manager.entries({}, system))[0]).toMatchObject({ queueName: QUEUE });
});
