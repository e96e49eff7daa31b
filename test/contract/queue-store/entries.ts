/** Entries of mail: what is kept, found and changed. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageText } from '../../../src/ports/message-text.ts';
import type { RecipientInfo } from '../../../src/ports/queue-manager.ts';
import type { EntryQuery, NewEntry, QueueStore } from '../../../src/ports/queue-store.ts';
import { callsOn, claim, NOW, newEntry, newJob } from './test-entries.ts';

export function describeEntries(name: string, make: () => Promise<QueueStore>): void {
  describe(`entries of a queue store: ${name}`, () => {
    let store: QueueStore;
    beforeEach(async () => {
      store = await make();
    });
    const { add, find, numbers } = callsOn(() => store);

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
      const recipients: readonly RecipientInfo[] = [
        {
          index: 1,
          forwardPath: 'green@node.example',
          state: 'retry',
          attempts: 2,
          lastReply: '450 later',
          nextAttempt: 5,
        },
        { index: 2, forwardPath: 'white@node.example', state: 'unsent', attempts: 0 },
      ];
      await store.commit([{ kind: 'recipients', entry: 1, recipients }]);
      expect(await store.recipients(1)).toEqual([
        { index: 0, forwardPath: 'jones@node.example', state: 'unsent', attempts: 0 },
        ...recipients,
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
  });
}
