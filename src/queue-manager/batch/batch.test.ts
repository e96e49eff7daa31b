/** Batch queues over a store that survives, with processes that do what the test says. */
import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../../adapters/memory/queue-store.ts';
import {
  type BatchJob,
  type JobEnd,
  type JobSubmission,
  plainJob,
  type StartedJob,
} from '../../ports/batch.ts';
import type { QueueStore } from '../../ports/queue-store.ts';
import { jobStateText } from '../../system/job-state-text.ts';
import { jones, NOON, startQueueManager, system } from '../testing/test-node.ts';

const QUEUE = 'SYS$BATCH';
const JOBABORT = 0x48084;
const SYSFAIL = 0x480f4;
const good: JobEnd = { kind: 'completed', status: 1 };
const bad: JobEnd = { kind: 'completed', status: 0x2c, text: '%SYSTEM-F-ABORT, abort' };
const died: JobEnd = { kind: 'died' };

const job = (more: Partial<BatchJob> = {}, submission: Partial<JobSubmission> = {}): JobSubmission => ({
  queueName: QUEUE,
  jobName: 'POLL',
  userName: 'JONES',
  sizeBytes: 512,
  batch: {
    ...plainJob,
    files: ['DKA0:[JONES]POLL.COM;1'],
    logSpecification: 'SYS$LOGIN:POLL.LOG',
    ...more,
  },
  ...submission,
});

interface TestProcess {
  readonly job: StartedJob;
  aborted: boolean;
  end(how: JobEnd): Promise<void>;
}

async function node(store: QueueStore = createMemoryQueueStore(), clock = manualClock(NOON)) {
  const { manager } = await startQueueManager({ store, clock });
  const processes: TestProcess[] = [];
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  const begin = () =>
    manager.runBatch({
      run(started) {
        let resolve!: (end: JobEnd) => void;
        const ended = new Promise<JobEnd>((done) => {
          resolve = done;
        });
        const process: TestProcess = {
          job: started,
          aborted: false,
          async end(how) {
            resolve(how);
            await settled();
          },
        };
        processes.push(process);
        return {
          ended,
          abort() {
            process.aborted = true;
          },
        };
      },
    });
  begin();
  const states = async () =>
    (await manager.entries({ kind: 'batch' }, system)).map(({ entry, state }) => `${entry} ${state}`);
  const submit = async (...args: Parameters<typeof job>) =>
    (await manager.submitJob(job(...args), jones)).entry;
  return { manager, processes, states, submit, settled, store, clock };
}

const condition = (ident: string) => expect.objectContaining({ ident });

test('a job with a submission key is made once, also by the next queue manager', async () => {
  const store = createMemoryQueueStore();
  const first = await node(store);
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

  const second = await node(store.copy());
  expect(await second.manager.submitJob(submission, jones)).toEqual(repeated);
  // Whatever has become of the queue: the job had been taken.
  await second.manager.setQueue(QUEUE, { closed: true }, system);
  expect(await second.manager.submitJob(submission, jones)).toEqual(repeated);
});

test('what cannot be submitted', async () => {
  const { manager } = await node();
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
  const { manager, processes, submit, states, settled } = await node();
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
  const { manager, submit, states, settled, clock } = await node();
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
  const { submit, processes, states } = await node();
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
  const { manager, submit, processes, clock, settled } = await node();
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
  const { manager } = await node();
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
  const { submit, processes, states } = await node();
  await submit({ restart: true, retain: 'error' });
  await processes[0]!.end(died);
  expect(processes[1]!.job.batch.isRestarting).toBe(true);
  await processes[1]!.end(died);
  expect(await states()).toEqual(['1 retainedOnError']);
  expect(processes).toHaveLength(2);
});

test('the queue keeps what its jobs do not ask for, and a kept job can run again', async () => {
  const { manager, submit, processes, states, settled } = await node();
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
  const { manager, submit, processes } = await node();
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

test('DELETE/ENTRY, STOP/QUEUE/ENTRY and /REQUEUE of a job that runs end its process first', async () => {
  const { manager, submit, processes, states, settled } = await node();
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
  const { manager, submit, processes, states } = await node();
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
    const { manager, processes, states, submit, settled } = await node(store);
    await submit({ restart: true, retain: 'error' });
    await manager.stopJob(1, {}, system);
    const stopping = what === 'STOP/QUEUE/RESET' ? manager.stopQueue(QUEUE, 'reset', system) : manager.stop();
    await settled();
    const ended = processes[0]!.end(bad);
    await Promise.all([stopping, ended]);
    const shown = what === 'STOP/QUEUE/RESET' ? states : (await node(store.copy())).states;
    expect(await shown()).toEqual(['1 retainedOnError']);
  },
);

test('a crash: what may begins again and knows it, the rest was interrupted; timed and held jobs wait on', async () => {
  const store = createMemoryQueueStore();
  const before = await node(store);
  await before.manager.setQueue(QUEUE, { jobLimit: 9 }, system);
  await before.submit({ restart: true });
  await before.manager.setRestartValue(1, 'STEP2', jones);
  await before.submit({ retain: 'error' });
  await before.submit();
  await before.submit({}, { hold: true });
  await before.submit({}, { after: before.clock.now() + 60_000 });
  await before.submit();
  await before.manager.deleteEntries([6], jones);
  const after = await node(store.copy(), before.clock);
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
  const { manager, submit, processes, store } = await node();
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

test('nobody changes, stops or waits for the job of another', async () => {
  const { manager, submit } = await node();
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
  const { manager } = await node();
  await expect(manager.initializeQueue('OTHER', { kind: 'paper' as never }, system)).rejects.toThrow(
    TypeError,
  );
  await expect(manager.initializeQueue('OTHER', { kind: 'toString' as never }, system)).rejects.toThrow(
    TypeError,
  );
  expect((await manager.queues()).map(({ name }) => name)).not.toContain('OTHER');
});

test('what one SET ENTRY says is one step: nothing runs between two parts of it, and all of it counts or none', async () => {
  const { manager, processes, submit, states, settled } = await node();
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

test('STOP/QUEUE/REQUEUE/PRIORITY gives nobody more than SET ENTRY would', async () => {
  const { manager, processes, submit } = await node();
  await submit({ restart: true });
  await manager.stopJob(1, { requeue: { hold: true, priority: 255 } }, jones);
  await processes[0]!.end(bad);
  expect((await manager.entries({}, system))[0]).toMatchObject({ state: 'holding', priority: 100 });
});

test('a crash between STOP/QUEUE/REQUEUE and the end of the job: it is held, in the queue that was named', async () => {
  const store = createMemoryQueueStore();
  const before = await node(store);
  await before.manager.initializeQueue('OTHER', { kind: 'batch' }, system);
  await before.submit({ restart: true });
  await before.manager.stopJob(1, { requeue: { hold: true, queueName: 'OTHER', priority: 9 } }, jones);
  const after = await node(store.copy(), before.clock);
  await after.settled();
  expect(await after.states()).toEqual(['1 holding']);
  expect((await after.manager.entries({}, system))[0]).toMatchObject({ queueName: 'OTHER', priority: 9 });
});

test('a job never goes into a queue that was deleted while it came to its end', async () => {
  const { manager, processes, submit, states } = await node();
  await manager.initializeQueue('OTHER', { kind: 'batch' }, system);
  await submit({ restart: true });
  await manager.stopJob(1, { requeue: { hold: true, queueName: 'OTHER' } }, jones);
  await manager.deleteQueue('OTHER', system);
  await processes[0]!.end(bad);
  expect(await states()).toEqual(['1 holding']);
  expect((await manager.entries({}, system))[0]).toMatchObject({ queueName: QUEUE });
});
