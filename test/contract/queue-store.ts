/** What every QueueStore must do: run on each adapter by queue-store.test.ts. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageText } from '../../src/ports/message-text.ts';
import type { Claim, EntryQuery, NewEntry, QueueStore, StoredJob } from '../../src/ports/queue-store.ts';

const NOW = 1_000_000;

export const newEntry = (entry: number, more: Partial<NewEntry> = {}): NewEntry => ({
  entry,
  entryId: `id-${entry}`,
  queueName: 'TCPIP$SMTP_HEARTS_00',
  jobName: `job_${entry}`,
  userName: 'TCPIP$SMTP',
  reversePath: 'smith@host.example',
  submittedAt: NOW + entry,
  sizeBytes: 4,
  state: 'pending',
  priority: 100,
  symbiontDeaths: 0,
  attempt: 0,
  forwardPaths: ['jones@node.example', 'green@node.example'],
  text: { kind: 'inline', bytes: Buffer.from('text') },
  ...more,
});

export const newJob = (entry: number, more: Partial<StoredJob> = {}): StoredJob => ({
  entry,
  entryId: `job-${entry}`,
  queueName: 'SYS$BATCH',
  jobName: `JOB_${entry}`,
  userName: 'JONES',
  reversePath: '',
  submittedAt: NOW + entry,
  sizeBytes: 512,
  state: 'pending',
  priority: 100,
  symbiontDeaths: 0,
  attempt: 0,
  batch: {
    files: ['DKA0:[JONES]A.COM;1'],
    parameters: ['ONE', 'Two words'],
    logSpecification: 'SYS$LOGIN:A.LOG',
    keep: true,
    printQueue: '',
    notify: false,
    restart: true,
    retain: 'error',
    note: '',
  },
  ...more,
});

const claim = (limit: number, more: Partial<Claim> = {}): Claim => ({
  limit,
  bytes: Number.POSITIVE_INFINITY,
  suspects: 0,
  owner: 'HEARTS/1',
  until: NOW + 60_000,
  ...more,
});

export function describeQueueStore(name: string, make: () => Promise<QueueStore>): void {
  describe(`queue store: ${name}`, () => {
    let store: QueueStore;
    beforeEach(async () => {
      store = await make();
    });
    const add = (...entries: NewEntry[]) => store.commit(entries.map((entry) => ({ kind: 'add', entry })));
    const find = async (query: EntryQuery) => (await store.find(query)).entries;
    const numbers = async (limit = 100, more: Partial<Claim> = {}) =>
      (await store.commit([], claim(limit, more))).map((each) => each.entry);

    test('an empty store has nothing', async () => {
      expect(await find({ limit: 10 })).toEqual([]);
      expect(await store.recipients(1)).toEqual([]);
      expect(await store.earliestRelease()).toBeUndefined();
      expect(await store.entryInUse(1)).toBeUndefined();
      expect(await store.nextEntry()).toBe(1);
      expect(await store.spooled()).toEqual([]);
      expect(await store.queues()).toEqual([]);
      expect(await numbers()).toEqual([]);
    });

    test('a commit that fails in the middle leaves nothing of itself', async () => {
      await add(newEntry(7));
      await expect(add(newEntry(8), newEntry(7))).rejects.toThrow();
      if (name === 'memory') return; // It has no transactions: the queue manager never uses a number twice.
      expect((await find({ limit: 10 })).map((each) => each.entry)).toEqual([7]);
      expect(await store.counts()).toMatchObject({ pending: 1 });
    });

    test('an entry comes back as it went in', async () => {
      const full = newEntry(3, {
        source: '[10.0.2.66] host.example',
        body: '8BITMIME',
        smtpUtf8: true,
        userName: 'JONES',
        state: 'holding',
        heldBy: 'SYSTEM',
        after: NOW + 5,
      });
      await add(full);
      const { forwardPaths, text, ...stored } = full;
      expect((await find({ limit: 1 }))[0]).toMatchObject(stored);
      expect(await store.recipients(3)).toEqual(
        forwardPaths.map((forwardPath, index) => ({ index, forwardPath, state: 'unsent', attempts: 0 })),
      );
    });

    test('goes on as before when it has given memory back', async () => {
      await add(newEntry(3));
      store.releaseMemory();
      await add(newEntry(4));
      expect((await find({ limit: 10 })).map((each) => each.entry)).toEqual([3, 4]);
    });

    test('what the sender asked for comes back, with the entry and with each recipient', async () => {
      const requests = {
        returnText: 'HDRS',
        envelopeId: 'QQ314159',
        requireTls: true,
        recipients: { 1: { notify: ['SUCCESS', 'DELAY'], originalRecipient: 'rfc822;green@old.example' } },
      } as const;
      await add(newEntry(3, { requests }));
      expect((await find({ limit: 1 }))[0]).toMatchObject({ requests });
      expect(await store.recipientsOf([3, 99])).toEqual(new Map([[3, await store.recipients(3)]]));
      const [jones, green] = await store.recipients(3);
      expect(jones).not.toHaveProperty('requests');
      expect(green?.requests).toEqual(requests.recipients[1]);
      const told = { ...green!, state: 'retry', isDelayTold: true } as const;
      const member = {
        index: 2,
        forwardPath: 'x@y',
        state: 'unsent',
        attempts: 0,
        requests: { notify: ['NEVER'] },
      } as const;
      await store.commit([{ kind: 'recipients', entry: 3, recipients: [told, member] }]);
      expect(await store.recipients(3)).toEqual([jones, told, member]);
      expect((await store.recipientsOf([3])).get(3)).toEqual([jones, told, member]);
      const [claimed] = await store.commit([], claim(1));
      expect(claimed).toMatchObject({ requests, recipients: [jones, told, member] });
    });

    test('the text of mail is read, of an unknown entry and of a batch job there is none', async () => {
      await add(
        newEntry(1),
        newEntry(2, { spoolId: 'x', text: { kind: 'file', spoolId: 'x', sizeBytes: 9 }, sizeBytes: 9 }),
      );
      await store.commit([{ kind: 'addJob', job: newJob(3) }]);
      const { text } = newEntry(1);
      const found = await store.text(1);
      if (found?.kind !== 'inline' || text.kind !== 'inline') throw new Error('the text is not inline');
      expect(Buffer.from(found.bytes)).toEqual(Buffer.from(text.bytes));
      expect(await store.text(2)).toEqual({ kind: 'file', spoolId: 'x', sizeBytes: 9 });
      expect(await store.text(3)).toBeUndefined();
      expect(await store.text(9)).toBeUndefined();
    });

    test('what comes again lets what is new pass, and gets a fourth of the places', async () => {
      const again = (entry: number) => newEntry(entry, { submittedAt: NOW - entry, attempt: 1 });
      await add(...[1, 2, 3, 4, 5, 6].map(again), ...[11, 12, 13].map((entry) => newEntry(entry)));
      expect(await store.hasFresh()).toBe(true);
      expect(await numbers(4)).toEqual([6, 11, 12, 13]);
      expect(await store.hasFresh()).toBe(false);
      expect(await numbers(4, { retries: 0 })).toEqual([]);
      expect(await numbers(9, { retries: 2 })).toEqual([5, 4]);
      expect(await numbers(9)).toEqual([3, 2, 1]);
    });

    test('a long queue is found page by page, with whatever is asked', async () => {
      const many = 9_000;
      const far = { forwardPaths: ['a@here.example', 'b@Far.Example'] };
      const stateOf = (entry: number): Partial<NewEntry> =>
        entry % 3 === 0 ? { state: 'holdingUntil', after: NOW } : entry === 5_000 ? { state: 'holding' } : {};
      await add(
        ...Array.from({ length: many }, (_, index) =>
          newEntry(index + 1, {
            ...stateOf(index + 1),
            ...((index + 1) % 4_000 === 0 ? far : {}),
            userName: index === 7_000 ? 'JONES' : 'TCPIP$SMTP',
          }),
        ),
        newEntry(5_000_000, far),
      );
      // The list an alias was replaced by.
      const member = { index: 2, forwardPath: 'c@far.example', state: 'unsent', attempts: 0 } as const;
      await store.commit([{ kind: 'recipients', entry: 5_001, recipients: [member] }]);
      const all = async (query: Partial<EntryQuery>): Promise<number[]> => {
        const found: number[] = [];
        for (let afterEntry: number | undefined = 0; afterEntry !== undefined; ) {
          const page = await store.find({ limit: 500, ...query, afterEntry });
          expect(page.entries.length).toBeLessThanOrEqual(500);
          found.push(...page.entries.map(({ entry }) => entry));
          expect(page.last ?? Number.POSITIVE_INFINITY).toBeGreaterThan(afterEntry);
          afterEntry = page.last;
        }
        return found;
      };
      const everything = await all({});
      expect(everything).toEqual([...everything].sort((a, b) => a - b));
      expect(new Set(everything).size).toBe(many + 1);
      expect(await all({ states: ['holdingUntil'] })).toHaveLength(many / 3);
      expect(await all({ states: ['holdingUntil', 'holding'], kind: 'mail' })).toHaveLength(many / 3 + 1);
      expect(await all({ states: ['pending'] })).toHaveLength((many * 2) / 3);
      expect(await all({ states: ['holding'] })).toEqual([5_000]);
      expect(await all({ userName: 'JONES' })).toEqual([7_001]);
      expect(await all({ jobName: 'job_6000' })).toEqual([6_000]);
      for (const destination of ['far.example', 'FAR.*', 'f%r.example', '*r.example'])
        expect(await all({ destination })).toEqual(expect.arrayContaining([4_000, 5_001, 8_000, 5_000_000]));
      expect(await all({ destination: '*' })).toHaveLength(many + 1);
    });

    test('a claim takes the highest priority, then the oldest, with text and recipients, under a lease', async () => {
      await add(
        newEntry(1, { submittedAt: NOW + 9 }),
        newEntry(2),
        newEntry(3, { priority: 200 }),
        newEntry(4, { state: 'holding' }),
        newEntry(5, { state: 'holdingUntil', after: NOW }),
      );
      const claimed = await store.commit([], claim(2));
      expect(claimed.map((each) => each.entry)).toEqual([3, 2]);
      expect(claimed[1]).toMatchObject({
        state: 'executing',
        attempt: 1,
        lease: { owner: 'HEARTS/1', until: NOW + 60_000, attempt: 1 },
        recipients: [{ forwardPath: 'jones@node.example' }, { forwardPath: 'green@node.example' }],
      });
      const { text } = claimed[1]!;
      expect(text.kind === 'inline' && Buffer.from(text.bytes).toString()).toBe('text');
      expect(await numbers()).toEqual([1]);
      expect(await store.counts()).toEqual({
        pending: 0,
        executing: 3,
        holding: 1,
        holdingUntil: 1,
        retainedOnError: 0,
        retainedOnCompletion: 0,
        aborting: 0,
      });
    });

    test('a claim stops when it has read so many bytes of texts and recipients, but takes one entry', async () => {
      const text = { kind: 'inline', bytes: Buffer.alloc(600) } as const;
      const forwardPaths = Array.from({ length: 30 }, (_, index) => `user-of-the-list.${index}@node.example`);
      await add(
        newEntry(1, { text }),
        newEntry(2, { text }),
        newEntry(3, { forwardPaths }),
        newEntry(4, { symbiontDeaths: 1 }),
        newEntry(5),
      );
      expect(await numbers(10, { bytes: 0 })).toEqual([1]);
      expect(await numbers(10, { bytes: 1_500 })).toEqual([2, 3]);
      expect(await numbers(10, { bytes: 1_500, suspects: 1 })).toEqual([4, 5]);
    });

    test('a claim sees what its own commit adds', async () => {
      const claimed = await store.commit([{ kind: 'add', entry: newEntry(1) }], claim(5));
      expect(claimed.map((each) => each.entry)).toEqual([1]);
    });

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
      const key = { entry: 1, entryId: 'id-1', recipient: 0 };
      const other = { ...key, recipient: 2 };
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
      const key = { entry: 1, entryId: 'id-1', recipient: 0 };
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

    test('entries on which a symbiont died are claimed only where asked for', async () => {
      await add(newEntry(1, { symbiontDeaths: 1 }), newEntry(2), newEntry(3, { symbiontDeaths: 1 }));
      expect(await numbers(10)).toEqual([2]);
      expect(await numbers(10, { suspects: 1 })).toEqual([1]);
    });

    test('a removed entry is gone with text and recipients, and its number is free', async () => {
      await add(newEntry(1));
      await store.commit([
        {
          kind: 'recipients',
          entry: 1,
          recipients: [{ index: 0, forwardPath: 'jones@node.example', state: 'sent', attempts: 1 }],
        },
        { kind: 'remove', entry: 1 },
        { kind: 'add', entry: newEntry(1, { entryId: 'other' }) },
      ]);
      expect((await store.recipients(1))[0]).toMatchObject({ state: 'unsent' });
      expect((await find({ limit: 1 }))[0]).toMatchObject({ entryId: 'other' });
    });

    test('recipients change one by one, and new ones join them', async () => {
      await add(newEntry(1));
      await store.commit([
        {
          kind: 'recipients',
          entry: 1,
          recipients: [
            {
              index: 1,
              forwardPath: 'green@node.example',
              state: 'retry',
              attempts: 2,
              lastReply: '450 later',
              nextAttempt: 5,
            },
            { index: 2, forwardPath: 'white@node.example', state: 'unsent', attempts: 0 },
          ],
        },
      ]);
      expect(await store.recipients(1)).toEqual([
        { index: 0, forwardPath: 'jones@node.example', state: 'unsent', attempts: 0 },
        {
          index: 1,
          forwardPath: 'green@node.example',
          state: 'retry',
          attempts: 2,
          lastReply: '450 later',
          nextAttempt: 5,
        },
        { index: 2, forwardPath: 'white@node.example', state: 'unsent', attempts: 0 },
      ]);
    });

    test('a standing replaces the whole standing', async () => {
      await add(newEntry(1, { state: 'holding', heldBy: 'SYSTEM', after: NOW }));
      const standing = {
        state: 'retainedOnError',
        priority: 5,
        symbiontDeaths: 2,
        attempt: 3,
        errorText: 'why',
      } as const;
      await store.commit([{ kind: 'stand', entry: 1, standing }]);
      const [found] = await find({ limit: 1 });
      expect(found).toMatchObject(standing);
      expect([found?.heldBy, found?.after, found?.lease]).toEqual([undefined, undefined, undefined]);
      expect(await store.counts()).toMatchObject({ holding: 0, retainedOnError: 1 });
    });

    test('timed entries are released at their time, so many at once, earliest first', async () => {
      await add(
        ...[30, 10, 20].map((after, index) =>
          newEntry(index + 1, { state: 'holdingUntil', after: NOW + after }),
        ),
      );
      expect(await store.earliestRelease()).toBe(NOW + 10);
      expect(await store.releaseDue(NOW + 9, 10)).toBe(0);
      expect(await store.releaseDue(NOW + 20, 1)).toBe(1);
      expect(await store.earliestRelease()).toBe(NOW + 20);
      expect(await store.releaseDue(NOW + 20, 10)).toBe(1);
      expect(await numbers()).toEqual([2, 3]);
    });

    test('next attempts are brought forward, and the mail that waits for them; what is held until a time is not', async () => {
      const states = (...instants: number[]) =>
        instants.map((nextAttempt, index) => ({
          index,
          forwardPath: `r${index}@node.example`,
          state: 'retry' as const,
          attempts: 1,
          nextAttempt,
        }));
      await add(
        newEntry(1, { state: 'holdingUntil', after: NOW + 500 }),
        newEntry(2, { state: 'holdingUntil', after: NOW + 500 }),
        newEntry(3, { state: 'holdingUntil', after: NOW + 500 }),
      );
      await store.commit([
        { kind: 'recipients', entry: 2, recipients: states(NOW + 700, NOW + 500) },
        { kind: 'recipients', entry: 3, recipients: states(NOW + 400) },
      ]);
      await store.bringForward(300);
      const found = await find({ limit: 9 });
      expect(found.map(({ after }) => after)).toEqual([NOW + 500, NOW + 200, NOW + 500]);
      expect((await store.recipients(2)).map(({ nextAttempt }) => nextAttempt)).toEqual([
        NOW + 400,
        NOW + 200,
      ]);
    });

    describe('leases', () => {
      const lease = (owner: string, until: number) => ({ owner, until, attempt: 1 });
      const executing = (entry: number, owner: string, until: number, more: Partial<NewEntry> = {}) =>
        newEntry(entry, { state: 'executing', lease: lease(owner, until), ...more });

      test('the own ones stay, those of an earlier start return at once, those of others when they run out', async () => {
        await add(
          executing(1, 'HEARTS/2', NOW - 5),
          executing(2, 'HEARTS/1', NOW + 5),
          executing(3, 'SPADES/1', NOW + 5),
          executing(4, 'SPADES/1', NOW - 5),
          executing(5, 'HEARTSX/1', NOW + 5),
        );
        expect(await store.returnLeases('HEARTS', 'HEARTS/2', NOW)).toEqual([]);
        const states = (await find({ limit: 10 })).map((each) => each.state);
        expect(states).toEqual(['executing', 'pending', 'executing', 'pending', 'executing']);
        expect((await find({ entries: [2], limit: 1 }))[0]?.lease).toBeUndefined();
      });

      test('an entry becomes what it returns to; one being deleted is gone', async () => {
        await add(
          executing(1, 'HEARTS/1', NOW, { returnTo: 'holding', heldBy: 'SYSTEM' }),
          executing(2, 'HEARTS/1', NOW, { returnTo: 'holdingUntil', after: NOW + 7 }),
          newEntry(3, {
            state: 'aborting',
            lease: lease('HEARTS/1', NOW),
            spoolId: 'text-3',
            text: { kind: 'file', spoolId: 'text-3', sizeBytes: 9 },
          }),
          executing(4, 'HEARTS/1', NOW, { returnTo: 'senderAfterAttempt', heldBy: 'SYSTEM' }),
        );
        expect(await store.returnLeases('HEARTS', 'HEARTS/2', NOW)).toEqual([
          { entry: 3, submittedAt: NOW + 3, spoolId: 'text-3' },
        ]);
        expect(await find({ limit: 10 })).toMatchObject([
          { entry: 1, state: 'holding', heldBy: 'SYSTEM' },
          { entry: 2, state: 'holdingUntil', after: NOW + 7 },
          { entry: 4, state: 'pending', returnTo: 'senderAfterAttempt', heldBy: 'SYSTEM' },
        ]);
      });
    });

    test('spool files are remembered while their entry is', async () => {
      await add(
        newEntry(1, {
          spoolId: 'a',
          text: { kind: 'file', spoolId: 'a', sizeBytes: 100_000 },
          sizeBytes: 100_000,
        }),
        newEntry(2),
      );
      expect(await store.spooled()).toEqual([{ entry: 1, spoolId: 'a', fileBytes: 100_000 }]);
      expect([await store.isSpooled('a'), await store.isSpooled('b')]).toEqual([true, false]);
      const claimed = await store.commit([], claim(1));
      expect(claimed[0]?.text).toEqual({ kind: 'file', spoolId: 'a', sizeBytes: 100_000 });
      await store.commit([{ kind: 'remove', entry: 1 }]);
      expect(await store.spooled()).toEqual([]);
    });

    test('a text that begins otherwise than its file does so until its entry is gone', async () => {
      const head = Buffer.from('X-New: 1\r\n');
      const file = { kind: 'file', spoolId: 'a', sizeBytes: 100_000 } as const;
      const text = { ...file, beginning: { head, from: 4 } };
      const known = { start: Buffer.from('x'), lines: 1 };
      await add(newEntry(1, { spoolId: 'a', text: { ...text, known }, sizeBytes: 100_000 }));
      const isHead = (found: MessageText | undefined): void => {
        if (found?.kind !== 'file' || found.beginning === undefined) throw new Error('it has no beginning');
        const { beginning, ...others } = found;
        expect(others).toEqual(file);
        expect([Buffer.from(beginning.head), beginning.from]).toEqual([head, 4]);
      };
      isHead(await store.text(1));
      const [claimed] = await store.commit([], claim(1));
      expect(claimed?.damage).toBeUndefined();
      isHead(claimed?.text);
      expect((await find({ limit: 1 }))[0]?.sizeBytes).toBe(100_000);
      const fileBytes = 100_000 - head.length + 4;
      expect(await store.spooled()).toEqual([{ entry: 1, spoolId: 'a', fileBytes }]);
      await store.commit([
        { kind: 'remove', entry: 1 },
        ...[newEntry(1)].map((entry) => ({ kind: 'add' as const, entry })),
      ]);
      expect(await store.text(1)).toMatchObject({ kind: 'inline' });
      expect(await store.spooled()).toEqual([]);
    });

    test('entries are found by number, state, user and job, a page at a time', async () => {
      await add(
        newEntry(1),
        newEntry(2, { userName: 'JONES' }),
        newEntry(3, { userName: 'JONES', state: 'holding' }),
        newEntry(4, { jobName: 'special' }),
      );
      const found = async (query: object) => (await find({ limit: 10, ...query })).map((each) => each.entry);
      expect(await found({})).toEqual([1, 2, 3, 4]);
      expect(await found({ limit: 2, afterEntry: 1 })).toEqual([2, 3]);
      expect(await found({ entries: [9, 4, 1] })).toEqual([1, 4]);
      expect(await found({ entries: [] })).toEqual([]);
      expect(await found({ states: ['holding', 'aborting'] })).toEqual([3]);
      expect(await found({ states: [] })).toEqual([]);
      expect(await found({ userName: 'JONES' })).toEqual([2, 3]);
      expect(await found({ userName: 'TCPIP$SMTP' })).toEqual([1, 4]);
      expect(await found({ jobName: 'special' })).toEqual([4]);
    });

    test("others' entries are counted, some at a time", async () => {
      await add(
        newEntry(1),
        newEntry(2, { userName: 'JONES' }),
        newEntry(3, { userName: 'SMITH', state: 'holding' }),
        newEntry(4),
        newEntry(9, { userName: 'JONES' }),
      );
      expect(await store.countOthers('JONES', 0, 9, 100)).toEqual({ count: 3, last: undefined });
      expect(await store.countOthers('JONES', 1, 4, 100)).toEqual({ count: 1, last: undefined });
      expect(await store.countOthers('JONES', 0, 9, 3)).toEqual({ count: 2, last: 3 });
      expect(await store.countOthers('JONES', 3, 9, 3)).toEqual({ count: 1, last: undefined });
      expect(await store.countOthers('JONES', 9, 10, 3)).toEqual({ count: 0, last: undefined });
    });

    test('entry numbers in use, and the next one, are known', async () => {
      await add(newEntry(5), newEntry(9));
      await store.commit([{ kind: 'nextEntry', entry: 1_000 }]);
      await store.commit([{ kind: 'nextEntry', entry: 2_000 }]);
      expect(await store.nextEntry()).toBe(2_000);
      expect([await store.entryInUse(1), await store.entryInUse(6), await store.entryInUse(10)]).toEqual([
        5,
        9,
        undefined,
      ]);
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
