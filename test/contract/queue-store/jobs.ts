/** Jobs beside mail, and the queues of both. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../../src/ports/queue-store.ts';
import { callsOn, NOW, newEntry, newJob } from './test-entries.ts';

export function describeJobs(name: string, make: () => Promise<QueueStore>): void {
  describe(`jobs of a queue store: ${name}`, () => {
    let store: QueueStore;
    beforeEach(async () => {
      store = await make();
    });
    const { find, numbers } = callsOn(() => store);

    test('a batch job comes back as it went in, and as it has become', async () => {
      const job = newJob(4);
      await store.commit([{ kind: 'addJob', job }]);
      expect((await find({ limit: 9 }))[0]).toMatchObject(job);
      const { batch } = job;
      const completion = { status: 0x2c, at: NOW };
      const now = newJob(4, {
        queueName: 'SLOW',
        jobName: 'OTHER',
        state: 'retainedOnError',
        errorText: '%SYSTEM-F-ABORT, abort',
        batch: { ...batch, completion },
      });
      await store.commit([{ kind: 'job', job: now }]);
      expect((await find({ entries: [4], limit: 9 }))[0]).toMatchObject(now);
      await store.commit([{ kind: 'removeJob', entry: 4 }]);
      expect(await find({ limit: 9 })).toEqual([]);
      await store.commit([{ kind: 'addJob', job: newJob(4) }]);
    });

    test('a job is known by its submission key until its mail is removed, whatever becomes of the job', async () => {
      const key = { entry: 1, entryId: 'id-1', procedure: 'TICKETS' };
      const other = { ...key, procedure: 'ORDERS' };
      await store.commit([
        { kind: 'add', entry: newEntry(1, { entryId: 'id-1' }) },
        { kind: 'add', entry: newEntry(2) },
      ]);
      expect(await store.submittedJob(key)).toBeUndefined();
      await store.commit([
        { kind: 'addJob', job: newJob(3), submissionKey: key },
        { kind: 'addJob', job: newJob(4), submissionKey: other },
      ]);
      expect(await store.submittedJob(key)).toBe(3);
      expect(await store.submittedJob(other)).toBe(4);
      expect(await store.submittedJob({ ...key, entryId: 'id-9' })).toBeUndefined();
      await store.commit([
        { kind: 'removeJob', entry: 3 },
        { kind: 'remove', entry: 2 },
      ]);
      expect(await store.submittedJob(key)).toBe(3);
      await store.commit([{ kind: 'remove', entry: 1 }]);
      expect(await store.submittedJob(key)).toBeUndefined();
      expect(await store.submittedJob(other)).toBeUndefined();
      // The number comes again, the id does not.
      await store.commit([{ kind: 'add', entry: newEntry(1, { entryId: 'id-9' }) }]);
      const again = { ...key, entryId: 'id-9' };
      await store.commit([{ kind: 'addJob', job: newJob(5), submissionKey: again }]);
      expect(await store.submittedJob(again)).toBe(5);
    });

    test('mail that ends with its lease takes its submission keys along', async () => {
      const key = { entry: 1, entryId: 'id-1', procedure: 'TICKETS' };
      const lease = { owner: 'HEARTS/0', until: NOW, attempt: 1 };
      await store.commit([
        { kind: 'add', entry: newEntry(1, { entryId: 'id-1', state: 'aborting', lease }) },
        { kind: 'addJob', job: newJob(2), submissionKey: key },
      ]);
      await store.returnLeases('HEARTS', 'HEARTS/1', NOW + 1);
      expect(await store.submittedJob(key)).toBeUndefined();
    });

    test('what is done with mail passes over batch jobs', async () => {
      const lease = { owner: 'HEARTS/0', until: NOW, attempt: 1 };
      await store.commit([
        { kind: 'addJob', job: newJob(1) },
        { kind: 'addJob', job: newJob(2, { state: 'holdingUntil', after: NOW }) },
        { kind: 'addJob', job: newJob(3, { state: 'executing', lease }) },
        { kind: 'addJob', job: newJob(4, { state: 'aborting', lease }) },
        { kind: 'addJob', job: newJob(5, { state: 'retainedOnCompletion' }) },
        { kind: 'add', entry: newEntry(6, { userName: 'SMITH' }) },
      ]);
      const jobs = await find({ kind: 'batch', limit: 9 });
      expect(await store.releaseDue(NOW + 1, 9)).toBe(0);
      expect(await store.earliestRelease()).toBeUndefined();
      expect(await store.returnLeases('HEARTS', 'HEARTS/1', NOW + 1)).toEqual([]);
      expect(await numbers()).toEqual([6]);
      expect(await find({ kind: 'batch', limit: 9 })).toEqual(jobs);
      const counts = Object.entries(await store.counts()).filter(([, count]) => count > 0);
      expect(counts).toEqual([['executing', 1]]);
      expect(await store.countOthers('GREEN', 0, 9, 9)).toMatchObject({ count: 1 });
    });

    test('jobs and mail are found together, by kind, state and user, in the order of their numbers', async () => {
      await store.commit([
        { kind: 'add', entry: newEntry(1) },
        { kind: 'addJob', job: newJob(2) },
        { kind: 'add', entry: newEntry(3, { userName: 'JONES', state: 'holding' }) },
        { kind: 'addJob', job: newJob(4, { state: 'holding' }) },
      ]);
      const found = async (query: Partial<Parameters<QueueStore['find']>[0]>) =>
        (await find({ limit: 9, ...query })).map(({ entry }) => entry);
      expect(await found({})).toEqual([1, 2, 3, 4]);
      expect(await found({ kind: 'batch' })).toEqual([2, 4]);
      expect(await found({ kind: 'mail' })).toEqual([1, 3]);
      expect(await found({ states: ['holding', 'pending'], afterEntry: 1 })).toEqual([2, 3, 4]);
      expect(await found({ states: ['holding'], kind: 'mail' })).toEqual([3]);
      expect(await found({ states: ['pending'], kind: 'batch' })).toEqual([2]);
      expect(await found({ userName: 'JONES' })).toEqual([2, 3, 4]);
      expect(await store.entryInUse(2)).toBe(2);
    });

    test('a batch queue keeps its properties, until it is removed', async () => {
      const queue = {
        name: 'SYS$BATCH',
        kind: 'batch',
        state: 'started',
        closed: true,
        properties: {
          jobLimit: 3,
          basePriority: 4,
          retain: 'error',
          description: 'at night',
          owner: 'SYSTEM',
          protection: '(S:M,O:D,G:R,W:S)',
        },
      } as const;
      await store.commit([{ kind: 'queue', queue }]);
      expect(await store.queues()).toEqual([queue]);
      await store.commit([{ kind: 'removeQueue', name: 'SYS$BATCH' }]);
      expect(await store.queues()).toEqual([]);
    });

    test('definitions are what the last change said', async () => {
      expect(await store.definitions()).toEqual({ forms: [], characteristics: [] });
      const definitions = { forms: [], characteristics: [{ name: 'BLUE', number: 7 }], isStopped: true };
      await store.commit([{ kind: 'definitions', definitions }]);
      expect(await store.definitions()).toEqual(definitions);
    });

    test('queues keep their state', async () => {
      const queue = { name: 'Q_00', kind: 'genericServer', state: 'started', closed: false } as const;
      await store.commit([{ kind: 'queue', queue }]);
      await store.commit([{ kind: 'queue', queue: { ...queue, state: 'stopped', closed: true } }]);
      expect(await store.queues()).toEqual([{ ...queue, state: 'stopped', closed: true }]);
    });
  });
}
