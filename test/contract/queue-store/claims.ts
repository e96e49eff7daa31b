/** Whose turn it is: claims, leases, and what waits for its time. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { NewEntry, QueueStore } from '../../../src/ports/queue-store.ts';
import { callsOn, claim, NOW, newEntry } from './test-entries.ts';

export function describeClaims(name: string, make: () => Promise<QueueStore>): void {
  describe(`claims of a queue store: ${name}`, () => {
    let store: QueueStore;
    beforeEach(async () => {
      store = await make();
    });
    const { add, find, numbers } = callsOn(() => store);

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

    test('entries on which a symbiont died are claimed only where asked for', async () => {
      await add(newEntry(1, { symbiontDeaths: 1 }), newEntry(2), newEntry(3, { symbiontDeaths: 1 }));
      expect(await numbers(10)).toEqual([2]);
      expect(await numbers(10, { suspects: 1 })).toEqual([1]);
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
  });
}
