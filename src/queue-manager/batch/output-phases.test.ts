/** What an output queue and its job are shown as while the symbiont says how the job fares. queues.md §2.1, §2.2, §5, §10. */
import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../../adapters/memory/queue-store.ts';
import { type JobEnd, type JobPhase, type PrintPosition, plainJob } from '../../ports/batch.ts';
import type { QueueProperties } from '../../ports/queue-manager.ts';
import { usualPrintSettings } from '../../system/print-submission.ts';
import { jones, NOON, startQueueManager, system } from '../testing/test-node.ts';

const LPA0 = 'LPA0';

async function printing(properties: Partial<QueueProperties> = {}) {
  const clock = manualClock(NOON);
  const { manager, messages } = await startQueueManager({ store: createMemoryQueueStore(), clock });
  const jobs: { phase(phase: JobPhase): void; end(how: JobEnd): Promise<void> }[] = [];
  const resumed: (PrintPosition | undefined)[] = [];
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  manager.runBatch({
    run(_job, onPhase) {
      let resolve!: (end: JobEnd) => void;
      const ended = new Promise<JobEnd>((done) => {
        resolve = done;
      });
      jobs.push({
        phase: onPhase,
        async end(how) {
          resolve(how);
          await settled();
        },
      });
      return {
        ended,
        abort: () => resolve({ kind: 'deviceUnavailable' }),
        pause() {},
        resume: (position) => resumed.push(position),
      };
    },
  });
  await manager.initializeQueue(LPA0, { ...properties, kind: 'printer' }, system);
  await manager.startQueue(LPA0, system);
  const print = () =>
    manager.submitJob(
      {
        queueName: LPA0,
        jobName: 'A',
        userName: 'JONES',
        sizeBytes: 512,
        batch: {
          ...plainJob,
          files: ['DKA0:[JONES]A.LIS;1'],
          restart: true,
          print: usualPrintSettings,
        },
      },
      jones,
    );
  const shown = async () => {
    const [queue] = await manager.queues(LPA0);
    const entries = await manager.entries({ queue: LPA0 }, system);
    return [queue!.state, ...entries.map(({ state, phase }) => phase ?? state)].join(' ');
  };
  return { manager, clock, messages, jobs, resumed, print, shown, settled };
}

test('a job starts, prints, stalls, goes on; the operators hear of the stall', async () => {
  const { print, shown, jobs, messages } = await printing();
  await print();
  const seen: string[] = [];
  for (const phase of ['starting', 'running', 'stalled', 'running'] as const) {
    jobs[0]!.phase(phase);
    seen.push(await shown());
  }
  expect(seen).toEqual(['busy starting', 'busy executing', 'stalled stalled', 'busy executing']);
  expect(messages).toEqual(['%QMAN-W-STALLED, queue LPA0 is stalled']);
  await jobs[0]!.end({ kind: 'completed', status: 1 });
  expect(await shown()).toBe('idle');
});

test('STOP/QUEUE: pausing until the job stands still; /ALIGN prints and pauses again', async () => {
  const { manager, print, shown, jobs, resumed } = await printing();
  await print();
  await manager.stopQueue(LPA0, 'pause', system);
  expect(await shown()).toBe('pausing executing');
  jobs[0]!.phase('suspended');
  expect(await shown()).toBe('paused suspended');
  const align = { kind: 'align', pages: 2, isMasked: true } as const;
  await manager.startQueue(LPA0, system, align);
  expect(resumed).toEqual([align]);
  jobs[0]!.phase('aligning');
  expect(await shown()).toBe('aligning aligning');
  jobs[0]!.phase('suspended');
  expect(await shown()).toBe('paused suspended');
  await manager.startQueue(LPA0, system);
  jobs[0]!.phase('running');
  expect(await shown()).toBe('busy executing');
  await manager.stopQueue(LPA0, 'next', system);
  expect(await shown()).toBe('stopping executing');
});

test('/ALIGN starts a queue that has no job suspended', async () => {
  const { manager, shown } = await printing();
  await manager.stopQueue(LPA0, 'pause', system);
  await manager.startQueue(LPA0, system, { kind: 'align', pages: 1, isMasked: false });
  expect(await shown()).toBe('idle');
});

test('a device that is not there leaves the job pending, is looked for every minute, and sooner for START/QUEUE', async () => {
  const { manager, clock, print, shown, jobs, messages, settled } = await printing();
  await print();
  await jobs[0]!.end({ kind: 'deviceUnavailable' });
  expect(await shown()).toBe('unavailable pending');
  expect(await print()).toMatchObject({ state: 'pending', pendingReason: 'device unavailable' });
  clock.advance(59_000);
  await settled();
  expect(jobs.length).toBe(1);
  clock.advance(2_000);
  await settled();
  expect(await shown()).toBe('unavailable executing pending');
  await jobs[1]!.end({ kind: 'deviceUnavailable' });
  await manager.startQueue(LPA0, system);
  await settled();
  expect(jobs.length).toBe(3);
  jobs[2]!.phase('running');
  expect(await shown()).toBe('busy executing pending');
  expect(messages).toEqual(['%QMAN-W-UNAVAILABLE, device of queue LPA0 is not available']);
});

test('a device is looked for after a minute, though the clock was set back meanwhile', async () => {
  const { clock, print, jobs, settled } = await printing();
  await print();
  await jobs[0]!.end({ kind: 'deviceUnavailable' });
  clock.set(-24 * 3_600_000);
  clock.advance(61_000);
  await settled();
  expect(jobs.length).toBe(2);
});

test('a job that is deleted while its device is looked for is gone', async () => {
  const { manager, print, shown, settled } = await printing();
  const { entry } = await print();
  await manager.deleteEntries([entry], system);
  await settled();
  expect(await shown()).toBe('unavailable');
});

test('an autostart queue that is stopped tells the operators', async () => {
  const { manager, messages } = await printing({ autostartOn: ['HEARTS::'] });
  await manager.stopQueue(LPA0, 'next', system);
  await manager.stopQueue(LPA0, 'reset', system);
  expect(messages).toEqual(['%QMAN-I-QUEAUTOOFF, queue LPA0 is now autostart inactive']);
});

test('a queue that no longer takes the jobs of a user leaves them pending: no access', async () => {
  const { manager, print, shown, jobs } = await printing();
  await manager.stopQueue(LPA0, 'next', system);
  await print();
  await manager.setQueue(LPA0, { protection: '(S:M,O:D,G,W)' }, system);
  await manager.startQueue(LPA0, system);
  expect(await shown()).toBe('idle pending');
  expect((await manager.entries({ queue: LPA0 }, system))[0]).toMatchObject({ pendingReason: 'no access' });
  await manager.setQueue(LPA0, { protection: '(S:M,O:D,G,W:S)' }, system);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(jobs.length).toBe(1);
});
