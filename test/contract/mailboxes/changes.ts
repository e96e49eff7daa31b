/** What clients are told of changes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyId } from '../../../src/ports/mail-store.ts';
import { FLAG_BITS } from '../../../src/ports/mailboxes.ts';
import { newMessage } from '../mail-store/new-message.ts';
import { callsOn, change, type MailFileInUse } from './calls-on.ts';

export function describeMailboxChanges(name: string, make: () => Promise<MailFileInUse>): void {
  describe(`changes of mailboxes: ${name}`, () => {
    let { store, boxes, file } = {} as MailFileInUse;
    beforeEach(async () => {
      ({ store, boxes, file } = await make());
    });
    afterEach(() => store.close());
    const { watch } = callsOn(() => ({ boxes, file }));
    const nothing = { changed: [], arrived: [], vanished: [] };

    it('tell of whatever MAIL, deliveries and clients change', async () => {
      await store.deliver([newMessage(), newMessage(), newMessage(), newMessage()]);
      const ids = [...(await everyId(store.select(file, 'NEWMAIL')))];
      const look = await watch('NEWMAIL');
      expect(await look()).toEqual(nothing);
      await store.deliver([newMessage()]);
      await boxes.append([newMessage()]);
      expect(await look()).toEqual({ ...nothing, arrived: [5, 6] });
      await store.setFlags(file, [ids[1]!], { marked: true });
      await boxes.changeFlags(file, 'NEWMAIL', [6], change({ keywords: ['x'] }));
      expect(await look()).toEqual({ ...nothing, changed: [2, 6] });
      await store.setFlags(file, [ids[1]!], { marked: true });
      await boxes.changeFlags(file, 'NEWMAIL', [6], change({ keywords: ['X'] }));
      expect(await look()).toEqual(nothing);
      await store.move(file, [ids[0]!], 'NEWMAIL', 'MAIL');
      await store.remove(file, [ids[2]!]);
      await boxes.move(file, 'NEWMAIL', [6], 'MAIL');
      await store.setFlags(file, [ids[3]!], { new: false });
      await store.deliver([newMessage()]);
      await boxes.changeFlags(file, 'NEWMAIL', [7], change({ flags: ['deleted'] }));
      expect(await look()).toEqual({ changed: [4], arrived: [7], vanished: [1, 3, 6] });
      await store.moveRead(file, 'NEWMAIL', 'MAIL');
      await boxes.move(file, 'MAIL', [1], 'NEWMAIL');
      await boxes.copy(file, 'NEWMAIL', [2], 'NEWMAIL');
      expect(await look()).toEqual({ ...nothing, arrived: [8, 9], vanished: [4] });
      await store.purge(file, 'NEWMAIL');
      expect(await look()).toEqual({ ...nothing, vanished: [2, 5, 7, 8, 9] });
    });

    it('tell who was away what happened since, new or changed', async () => {
      await store.deliver([newMessage(), newMessage()]);
      const { highestModseq: modseq } = (await boxes.open(file, 'NEWMAIL'))!.mailbox;
      await boxes.changeFlags(file, 'NEWMAIL', [1], change({ flags: ['marked'] }));
      await store.deliver([newMessage(), newMessage()]);
      await boxes.changeFlags(file, 'NEWMAIL', [4], change({ flags: ['marked'] }));
      const { changed, arrived } = (await boxes.changes(file, 'NEWMAIL', { modseq }))!;
      expect([...changed, ...arrived].sort()).toEqual([1, 3, 4]);
      expect(await boxes.changes(file, 'NOWHERE', { modseq })).toBeUndefined();
    });

    it('say all numbers there are as one reads them, and flags with them', async () => {
      expect(await boxes.open(file, 'NOWHERE')).toBeUndefined();
      await store.deliver([newMessage(), newMessage(), newMessage()]);
      const all = async () => {
        const { mailbox, uids } = (await boxes.open(file, 'NEWMAIL'))!;
        expect(mailbox).toEqual(await boxes.find(file, 'NEWMAIL'));
        return [...uids];
      };
      expect(await all()).toEqual([1, 2, 3]);
      await boxes.changeFlags(
        file,
        'NEWMAIL',
        [2],
        change({ mode: 'set', flags: ['marked'], keywords: ['k'] }),
      );
      expect(await all()).toEqual([1, 2, 3]);
      await boxes.move(file, 'NEWMAIL', [1], 'MEMOS');
      await store.deliver([newMessage()]);
      expect(await all()).toEqual([2, 3, 4]);
      await store.deliver([newMessage()]);
      await boxes.move(file, 'NEWMAIL', [5, 3], 'MEMOS');
      expect(await all()).toEqual([2, 4]);
      const { marked, keywords, new: isNew } = FLAG_BITS;
      const flags = async (first: number, limit = 9) => {
        const { uids, bits } = await boxes.flags(file, 'NEWMAIL', first, limit);
        expect(bits).toHaveLength(uids.length);
        return Array.from(uids, (uid, index) => [uid, bits[index]]);
      };
      expect(await flags(1)).toEqual([
        [2, marked + keywords],
        [4, isNew],
      ]);
      expect(await flags(3)).toEqual([[4, isNew]]);
      expect(await flags(1, 1)).toHaveLength(1);
      expect(await boxes.deleted(file, 'NEWMAIL')).toEqual([]);
      await boxes.changeFlags(file, 'NEWMAIL', [4, 2], change({ flags: ['deleted'] }));
      expect(await boxes.deleted(file, 'NEWMAIL')).toEqual([2, 4]);
      await boxes.changeFlags(file, 'NEWMAIL', [2], change({ mode: 'set', flags: ['draft'] }));
      expect(await boxes.deleted(file, 'NEWMAIL')).toEqual([4]);
      expect(await boxes.deleted(file, 'NOWHERE')).toEqual([]);
      await store.purge(file, 'NEWMAIL');
      expect(await all()).toEqual([]);
      expect(await flags(1)).toEqual([]);
    });

    it('show by their stamp that something changed', async () => {
      await store.deliver([newMessage()]);
      let before = boxes.stamp();
      expect(boxes.stamp()).toBe(before);
      for (const work of [
        () => store.deliver([newMessage()]),
        () => boxes.changeFlags(file, 'NEWMAIL', [1], change({ flags: ['marked'] })),
        () => boxes.create(file, 'SENT'),
        () => boxes.subscribe(file, 'SENT', true),
        () => boxes.move(file, 'NEWMAIL', [1], 'SENT'),
      ]) {
        await work();
        expect(boxes.stamp()).not.toBe(before);
        before = boxes.stamp();
      }
    });
  });
}
