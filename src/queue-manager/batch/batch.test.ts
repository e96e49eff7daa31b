/** Batch jobs: what becomes of them in their queues, and who may do what with them. */
import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../../adapters/memory/queue-store.ts';
import type { BatchJob, JobEnd, JobSubmission } from '../../ports/batch.ts';
import { jobStateText } from '../../system/job-state-text.ts';
import { bad, batchNode, died, good, job, QUEUE } from '../testing/batch-node.ts';
import { jones, system } from '../testing/test-node.ts';

const condition = (ident: string) => expect.objectContaining({ ident });

test('a job with a submission key is made once, also by the next queue manager', async () => {
  const store = createMemoryQueueStore();
  const first = await batchNode(store);
  const submissionKey = { entry: 77, entryId: 'id-77', procedure: 'TICKETS' };
  const submission = job({}, { submissionKey });
  expect(await first.manager.submitJob(submission, jones)).toMatchObject({ entry: 1, state: 'executing' });
  const repeated = { entry: 1, queueName: QUEUE, jobName: 'POLL', state: 'pending', isRepeated: true };
  expect(await first.manager.submitJob(submission, jones)).toEqual(repeated);
  expect(
    await first.manager.submitJob(
      job({}, { submissionKey: { ...submissionKey, procedure: 'ORDERS' } }),
      jones,
    ),
  ).toMatchObject({ entry: 2 });
  await first.processes[0]!.end(good);
  expect(await first.manager.submitJob(submission, jones)).toEqual(repeated);
  expect(await first.states()).toEqual(['2 executing']);

  const second = await batchNode(store.copy());
  expect(await second.manager.submitJob(submission, jones)).toEqual(repeated);
  // Whatever has become of the queue: the job had been taken.
  await second.manager.setQueue(QUEUE, { closed: true }, system);
  expect(await second.manager.submitJob(submission, jones)).toEqual(repeated);
});

test('what cannot be submitted', async () => {
  const { manager } = await batchNode();
  const rejected = async (submission: JobSubmission, ident: string) =>
    expect(manager.submitJob(submission, jones)).rejects.toEqual(condition(ident));
  await rejected(job({}, { queueName: 'NOWHERE' }), 'NOSUCHQUE');
  await rejected(job({}, { queueName: 'TCPIP$SMTP_HEARTS_00' }), 'INCQUETYP');
  await rejected(job({ files: [] }), 'EMPTYJOB');
  await rejected(job({}, { userName: 'SYSTEM' }), 'NOCMKRNL');
  await manager.setQueue(QUEUE, { closed: true }, system);
  await rejected(job(), 'QUE_CLOSED');
});

test('a queue runs as many jobs as its limit says, those of higher priority first', async () => {
  const { manager, processes, submit, states, settled } = await batchNode();
  expect(await manager.submitJob(job(), jones)).toMatchObject({ entry: 1, state: 'executing' });
  expect(await manager.submitJob(job(), jones)).toMatchObject({
    state: 'pending',
    pendingReason: 'queue busy',
  });
  await submit({}, { jobName: 'URGENT' });
  await manager.changeEntries([3], { kind: 'priority', priority: 200 }, system);
  expect(await states()).toEqual(['1 executing', '2 pending', '3 pending']);
  expect((await manager.queues(QUEUE))[0]).toMatchObject({
    state: 'busy',
    counts: { pending: 2, executing: 1 },
  });
  await processes[0]!.end(good);
  expect(await states()).toEqual(['2 pending', '3 executing']);
  await manager.setQueue(QUEUE, { jobLimit: 5 }, system);
  await settled();
  expect(await states()).toEqual(['2 executing', '3 executing']);
  expect((await manager.queues(QUEUE))[0]).toMatchObject({ state: 'available' });
});

test('held and timed jobs wait for what holds them', async () => {
  const { manager, submit, states, settled, clock } = await batchNode();
  await submit({}, { hold: true });
  await submit({}, { after: clock.now() + 60_000 });
  expect(await states()).toEqual(['1 holding', '2 holdingUntil']);
  clock.advance(59_000);
  await settled();
  expect(await states()).toEqual(['1 holding', '2 holdingUntil']);
  clock.advance(1_000);
  await settled();
  expect(await states()).toEqual(['1 holding', '2 executing']);
  await manager.changeEntries([1], { kind: 'release' }, jones);
  expect(await states()).toEqual(['1 pending', '2 executing']);
  await expect(manager.changeEntries([2], { kind: 'hold' }, jones)).rejects.toEqual(condition('EXECUTING'));
});

const endings: readonly [string, Partial<BatchJob>, JobEnd, string][] = [
  ['a good job is gone', {}, good, ''],
  ['a failing job is gone too', {}, bad, ''],
  ['kept on error: a good job is gone', { retain: 'error' }, good, ''],
  ['kept on error: a failing job stays', { retain: 'error' }, bad, '1 retainedOnError'],
  ['always kept, good', { retain: 'always' }, good, '1 retainedOnCompletion'],
  ['always kept, failing', { retain: 'always' }, bad, '1 retainedOnError'],
  ['its process died', { retain: 'error' }, died, '1 retainedOnError'],
  ['its process died, and it may begin again', { restart: true }, died, '1 executing'],
];
test.each(endings)('%s', async (_name, fields, end, standing) => {
  const { submit, processes, states } = await batchNode();
  await submit(fields);
  await processes[0]!.end(end);
  expect((await states()).join()).toBe(standing);
});

test.each([
  ['all, good', 'all', good, 'retainedOnCompletion', 'Retained on completion'],
  ['error, good', 'error', good, undefined, 'Retained until  2-JAN-2026 12:01:00.00'],
  ['error, failing', 'error', bad, 'retainedOnError', 'Retained on error'],
  ['none, failing', 'none', bad, undefined, 'Retained until  2-JAN-2026 12:01:00.00'],
] as const)('/RETAIN=UNTIL ends nothing that the queue keeps: %s', async (_, retain, end, left, shown) => {
  const { manager, submit, processes, clock, settled } = await batchNode();
  await manager.setQueue(QUEUE, { retain }, system);
  await submit({ retain: 'until', retainUntil: clock.now() + 60_000 });
  await processes[0]!.end(end);
  expect((await manager.entries({ kind: 'batch' }, system)).map((each) => jobStateText(each))).toEqual([
    shown,
  ]);
  clock.advance(120_000);
  await settled();
  expect((await manager.entries({ kind: 'batch' }, system))[0]?.state).toBe(left);
});

test('a logical queue leads to one that runs jobs, and nowhere else', async () => {
  const { manager } = await batchNode();
  for (const name of ['A', 'B', 'C']) await manager.initializeQueue(name, { kind: 'batch' }, system);
  await manager.assignQueue('B', 'A', system);
  await expect(manager.assignQueue('C', 'B', system)).rejects.toEqual(condition('INCDSTQUE'));
  await expect(manager.assignQueue('A', 'B', system)).rejects.toEqual(condition('INCQUETYP'));
  await expect(manager.assignQueue('A', 'C', system)).rejects.toEqual(condition('INCQUETYP'));
  for (const kind of ['genericBatch', 'printer'] as const)
    await expect(manager.initializeQueue('A', { kind }, system)).rejects.toEqual(condition('INCQUETYP'));
  await manager.initializeQueue('A', { kind: 'batch', jobLimit: 2 }, system);
  await manager.assignQueue('B', undefined, system);
  await manager.assignQueue('A', 'C', system);
});

test('a job that takes its process with it is not begun for ever', async () => {
  const { submit, processes, states } = await batchNode();
  await submit({ restart: true, retain: 'error' });
  await processes[0]!.end(died);
  expect(processes[1]!.job.batch.isRestarting).toBe(true);
  await processes[1]!.end(died);
  expect(await states()).toEqual(['1 retainedOnError']);
  expect(processes).toHaveLength(2);
});

test('the queue keeps what its jobs do not ask for, and a kept job can run again', async () => {
  const { manager, submit, processes, states, settled } = await batchNode();
  await manager.setQueue(QUEUE, { retain: 'error' }, system);
  await submit();
  await processes[0]!.end(bad);
  const [kept] = await manager.entries({ entries: [1] }, jones);
  expect(kept).toMatchObject({
    errorText: '%SYSTEM-F-ABORT, abort',
    batch: { completion: { status: 0x2c } },
  });
  await manager.changeEntries([1], { kind: 'release' }, jones);
  await settled();
  expect(await states()).toEqual(['1 executing']);
  expect(processes[1]!.job.batch).not.toHaveProperty('completion');
});

test('SYNCHRONIZE learns how a job ended, however it did', async () => {
  const { manager, submit, processes } = await batchNode();
  await submit({ retain: 'error' });
  await submit({}, { hold: true });
  const ends = [manager.awaitJob(1, jones), manager.awaitJob(2, jones)];
  await processes[0]!.end(bad);
  await manager.deleteEntries([2], jones);
  expect(await Promise.all(ends)).toEqual([0x2c, 0x480d4]);
  expect(await manager.awaitJob(1, jones)).toBe(0x2c);
  await expect(manager.awaitJob(9, jones)).rejects.toEqual(condition('NOSUCHENT'));
  await expect(manager.awaitJob(1, { userName: 'SMITH', privileges: [] })).rejects.toEqual(
    condition('NOPRIV'),
  );
});

test('nobody changes, stops or waits for the job of another', async () => {
  const { manager, submit } = await batchNode();
  await submit();
  const smith = { userName: 'SMITH', privileges: ['NETMBX'] };
  const noPrivilege = condition('NOPRIV');
  await expect(manager.deleteEntries([1], smith)).rejects.toEqual(noPrivilege);
  await expect(manager.stopJob(1, {}, smith)).rejects.toEqual(noPrivilege);
  await expect(manager.setRestartValue(1, 'X', smith)).rejects.toEqual(noPrivilege);
  await expect(manager.setQueue(QUEUE, { jobLimit: 2 }, smith)).rejects.toEqual(noPrivilege);
  await expect(manager.initializeQueue('MINE', {}, smith)).rejects.toEqual(noPrivilege);
  expect(await manager.entries({}, smith)).toEqual([]);
});

test('a queue of a kind that there is not is made by nobody', async () => {
  const { manager } = await batchNode();
  await expect(manager.initializeQueue('OTHER', { kind: 'paper' as never }, system)).rejects.toThrow(
    TypeError,
  );
  await expect(manager.initializeQueue('OTHER', { kind: 'toString' as never }, system)).rejects.toThrow(
    TypeError,
  );
  expect((await manager.queues()).map(({ name }) => name)).not.toContain('OTHER');
});

test('what one SET ENTRY says is one step: nothing runs between two parts of it, and all of it counts or none', async () => {
  const { manager, processes, submit, states, settled } = await batchNode();
  await manager.initializeQueue('STOPPED', { kind: 'batch' }, system);
  await submit({}, { queueName: 'STOPPED' });
  // /REQUEUE=SYS$BATCH/HOLD: SYS$BATCH would begin with it at once.
  const requeued = { kind: 'batch', batch: {}, queueName: QUEUE } as const;
  await manager.changeEntries([1], [requeued, { kind: 'hold' }], jones);
  await settled();
  expect(await states()).toEqual(['1 holding']);
  expect(processes).toEqual([]);
  const nowhere = { kind: 'batch', batch: {}, queueName: 'NOWHERE' } as const;
  const changes = [{ kind: 'priority', priority: 7 }, nowhere] as const;
  await expect(manager.changeEntries([1], changes, jones)).rejects.toEqual(condition('NODSTQUE'));
  expect((await manager.entries({}, system))[0]).toMatchObject({ queueName: QUEUE, priority: 100 });
});
