/** Whose turn it is among many jobs in several queues, against the same said in the plainest way. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { processorMs, processorMsOf } from '../../../test/support/processor-time.ts';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { openQueueStore } from '../../adapters/sqlite/queue-store/index.ts';
import { plainJob } from '../../ports/batch.ts';
import { noDefinitions } from '../../ports/queue-definitions.ts';
import type { StoredJob } from '../../ports/queue-store.ts';
import type { NodeQueueManager } from '../queue-manager.ts';
import { jones, NOON, startQueueManager } from '../testing/test-node.ts';
import { BatchQueues, newBatchQueue } from './batch-queues.ts';
import { Definitions } from './definitions.ts';
import { dueJobs } from './eligibility.ts';
import { byTurn, JobTable } from './job-table.ts';

const names = ['A', 'B', 'G', 'P'] as const;
const definitions = new Definitions(noDefinitions);

const storedJob = (entry: number, more: Partial<StoredJob> = {}): StoredJob => ({
  entry,
  entryId: `b${entry}`,
  queueName: 'A',
  jobName: 'POLL',
  userName: 'JONES',
  reversePath: '',
  submittedAt: 0,
  sizeBytes: 512,
  state: 'pending',
  priority: 100,
  after: undefined,
  heldBy: undefined,
  errorText: undefined,
  lease: undefined,
  returnTo: undefined,
  symbiontDeaths: 0,
  attempt: 0,
  spoolId: undefined,
  source: undefined,
  body: undefined,
  smtpUtf8: undefined,
  requests: undefined,
  batch: { ...plainJob, files: ['DKA0:[JONES]POLL.COM;1'] },
  ...more,
});

const someJobs = fc.array(
  fc.record({
    queueName: fc.constantFrom(...names),
    state: fc.constantFrom('pending', 'pending', 'pending', 'holding', 'executing'),
    priority: fc.constantFrom(90, 100, 110),
    submittedAt: fc.integer({ min: 0, max: 3 }),
    sizeBytes: fc.constantFrom(512, 1_024, 5_120),
  }),
  { maxLength: 30 },
);
const limits = fc.record({ A: fc.nat(3), B: fc.nat(3), P: fc.nat(3), bySize: fc.boolean() });

test('jobs begin in the order of priority, size where the queue goes by it, and age, wherever they wait', () => {
  fc.assert(
    fc.property(someJobs, limits, fc.array(fc.nat(29), { maxLength: 10 }), (some, limit, changed) => {
      const queues = new BatchQueues([]);
      const started = { state: 'started' } as const;
      queues.set({ ...newBatchQueue('A', { jobLimit: limit.A, bySize: limit.bySize }), ...started });
      queues.set({ ...newBatchQueue('B', { jobLimit: limit.B }), ...started });
      queues.set({ ...newBatchQueue('P', { jobLimit: limit.P }), state: 'stopped' });
      queues.set({ ...newBatchQueue('G', { targets: ['A', 'B'] }, 'genericBatch'), ...started });
      const table = new JobTable();
      for (const [index, each] of some.entries()) table.set(storedJob(index + 1, each as Partial<StoredJob>));
      // Jobs that change their place, and jobs that go.
      for (const each of changed) {
        const job = table.get(each);
        if (job === undefined) continue;
        if (each % 3 === 0) table.remove(each);
        else table.set({ ...job, queueName: names[each % 4]!, priority: 100 + (each % 2) * 50 });
      }
      const running = (name: string) =>
        table.all().filter((each) => each.queueName === name && each.state === 'executing').length;
      expect(names.map((name) => table.running(name).length)).toEqual(names.map(running));
      const situation = { queues, definitions, running, isUnavailable: () => false };
      const got = dueJobs((name) => table.pending(name), situation);
      const free: Record<string, number> = { A: limit.A - running('A'), B: limit.B - running('B') };
      const sizeOf = (job: StoredJob) => (job.queueName === 'A' && limit.bySize ? job.sizeBytes : 0);
      const want = table
        .all()
        .filter(({ state, queueName }) => state === 'pending' && queueName !== 'P')
        .sort(
          (a, b) =>
            b.priority - a.priority ||
            sizeOf(a) - sizeOf(b) ||
            a.submittedAt - b.submittedAt ||
            a.entry - b.entry,
        )
        .flatMap(({ entry, queueName }) => {
          const to = (queueName === 'G' ? ['A', 'B'] : [queueName]).find((name) => free[name]! > 0);
          if (to === undefined) return [];
          free[to]!--;
          return [`${entry} ${to}`];
        });
      expect(got.map(({ job, queue }) => `${job.entry} ${queue.name}`)).toEqual(want);
    }),
    { numRuns: 300 },
  );
});

test('a queue that is long makes nothing slower that is done to one of its jobs', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'eligibility-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const opened = async (already: number) => {
    const store = openQueueStore(join(directory, `${already}.DAT`));
    const jobs = Array.from({ length: already }, (_, index) =>
      storedJob(index + 1, { queueName: 'SYS$BATCH' }),
    );
    await store.commit([
      ...jobs.map((job) => ({ kind: 'addJob', job }) as const),
      { kind: 'nextEntry', entry: already + 1 },
    ]);
    const { manager } = await startQueueManager({ store, clock: manualClock(NOON) });
    onTestFinished(() => store.close());
    manager.runBatch({ run: () => ({ ended: new Promise(() => {}), abort() {} }) });
    return manager;
  };
  const submission = { queueName: 'SYS$BATCH', jobName: 'POLL', userName: 'JONES', sizeBytes: 512 };
  const cost = (manager: NodeQueueManager): Promise<number> =>
    processorMsOf(async () => {
      for (let count = 0; count < 50; count++) {
        const { entry } = await manager.submitJob({ ...submission, batch: storedJob(1).batch }, jones);
        await manager.changeEntries([entry], { kind: 'hold' }, jones);
      }
    });
  const managers = { short: await opened(10), long: await opened(20_000) };
  const costs: { short: number[]; long: number[] } = { short: [], long: [] };
  for (let turn = 0; turn < 3; turn++)
    for (const which of ['short', 'long'] as const) costs[which].push(await cost(managers[which]));
  // To go through all of them and bring them into their order, once for each of a hundred commands.
  const table = Array.from({ length: 20_000 }, (_, entry) => storedJob(entry, { submittedAt: entry % 7 }));
  const tenPasses = processorMs(() => {
    for (let count = 0; count < 10; count++)
      [...table].filter(({ state }) => state === 'pending').sort(byTurn);
  });
  const hundredPasses = tenPasses * 10;
  expect(Math.min(...costs.long)).toBeLessThan(Math.min(...costs.short) + hundredPasses / 2);
}, 60_000);
