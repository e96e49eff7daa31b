/** Mailboxes as clients make, name and subscribe to them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyId } from '../../../src/ports/mail-store.ts';
import { FLAG_BITS } from '../../../src/ports/mailboxes.ts';
import { newMessage } from '../mail-store/new-message.ts';
import { callsOn, change, type MailFileInUse } from './calls-on.ts';

export function describeMailboxNames(name: string, make: () => Promise<MailFileInUse>): void {
  describe(`mailboxes: ${name}`, () => {
    let { store, boxes, file } = {} as MailFileInUse;
    beforeEach(async () => {
      ({ store, boxes, file } = await make());
    });
    afterEach(() => store.close());
    const { uidsOf } = callsOn(() => ({ boxes, file }));

    it('stand while they are empty where a client made or opened them, for MAIL only with messages', async () => {
      expect(await boxes.find(file, 'DRAFTS')).toBeUndefined();
      expect(await boxes.open(file, 'DRAFTS')).toBeUndefined();
      expect(await boxes.create(file, 'DRAFTS')).toBe(true);
      expect(await boxes.create(file, 'DRAFTS')).toBe(false);
      await store.deliver([newMessage()]);
      expect((await boxes.list(file)).map(({ name, count }) => [name, count])).toEqual([
        ['DRAFTS', 0],
        ['NEWMAIL', 1],
      ]);
      expect(await boxes.create(file, 'NEWMAIL')).toBe(false);
      expect((await store.folders(file)).map((each) => each.name)).toEqual(['NEWMAIL']);
      expect(await store.folder(file, 'DRAFTS')).toBeUndefined();
      expect(await boxes.remove(file, 'NEWMAIL')).toBe(false);
      expect(await boxes.remove(file, 'DRAFTS')).toBe(true);
      expect(await boxes.remove(file, 'DRAFTS')).toBe(false);
      await boxes.open(file, 'NEWMAIL');
      await store.remove(file, [...(await everyId(store.select(file, 'NEWMAIL')))]);
      expect(await boxes.list(file)).toMatchObject([{ name: 'NEWMAIL', count: 0, nextUid: 2 }]);
    });

    it('number on after they were removed', async () => {
      await store.deliver([newMessage({ folder: 'MEMOS' })]);
      await boxes.move(file, 'MEMOS', [1], 'WASTEBASKET');
      await boxes.create(file, 'MEMOS');
      expect(await boxes.remove(file, 'MEMOS')).toBe(true);
      expect(await boxes.create(file, 'MEMOS')).toBe(true);
      expect((await boxes.find(file, 'MEMOS'))?.nextUid).toBe(2);
    });

    it('stay what they are under another name, with all their numbers', async () => {
      await store.deliver([newMessage({ folder: 'A' }), newMessage({ folder: 'A' }), newMessage()]);
      await boxes.create(file, 'A/B');
      await boxes.open(file, 'A');
      await boxes.move(file, 'A', [1], 'NEWMAIL');
      const before = (await boxes.find(file, 'A'))!;
      const toX = { from: 'A', to: 'X' };
      expect(await boxes.rename(file, [toX, { from: 'NOWHERE', to: 'Y' }])).toBe(false);
      expect(await boxes.rename(file, [toX, { from: 'A/B', to: 'NEWMAIL' }])).toBe(false);
      expect((await boxes.list(file)).map(({ name }) => name)).toEqual(['A', 'A/B', 'NEWMAIL']);
      expect(await boxes.rename(file, [toX, { from: 'A/B', to: 'X/B' }])).toBe(true);
      expect((await boxes.list(file)).map(({ name }) => name)).toEqual(['NEWMAIL', 'X', 'X/B']);
      expect(await boxes.find(file, 'X')).toEqual({ ...before, name: 'X' });
      expect(await boxes.changes(file, 'X', { modseq: before.highestModseq - 1 })).toMatchObject({
        vanished: [1],
      });
      expect((await store.folders(file)).map(({ name }) => name)).toEqual(['NEWMAIL', 'X']);
      expect(await boxes.changes(file, 'A', { modseq: 1 })).toBeUndefined();
    });

    it('number on under a name that another folder had, or say that numbers mean something else', async () => {
      await store.deliver([newMessage({ folder: 'A' }), newMessage({ folder: 'A' })]);
      const a = (await boxes.find(file, 'A'))!;
      expect(await boxes.rename(file, [{ from: 'A', to: 'B' }])).toBe(true);
      await store.deliver([newMessage({ folder: 'A' })]);
      const another = (await boxes.find(file, 'A'))!;
      expect(another).toMatchObject({ uidValidity: a.uidValidity, count: 1, nextUid: 4 });
      expect(another.id).not.toBe(a.id);
      expect(another.highestModseq).toBeGreaterThan(a.highestModseq);
      await boxes.remove(file, 'A');
      await boxes.move(file, 'A', [3], 'C');
      await boxes.remove(file, 'A');
      expect(await boxes.rename(file, [{ from: 'B', to: 'A' }])).toBe(true);
      const back = (await boxes.find(file, 'A'))!;
      expect(back).toMatchObject({ id: a.id, count: 2 });
      expect(back.uidValidity).toBeGreaterThan(a.uidValidity);
      // And no mail file is numbered so.
      expect((await store.createMailFile('BAKER', 'MAIL.MAI')).id).toBeGreaterThan(back.uidValidity);
      await store.renameOwner('SMITH', 'JONES');
      const jones = (await store.mailFile('JONES', 'MAIL.MAI'))!;
      expect((await boxes.find(jones.id, 'A'))!.uidValidity).toBeGreaterThan(back.uidValidity);
    });

    it('are found again by what they are, whatever they are called', async () => {
      await store.deliver([
        newMessage({ folder: 'A', isMarked: true }),
        newMessage({ folder: 'C' }),
        newMessage({ folder: 'C' }),
      ]);
      const { id } = (await boxes.find(file, 'A'))!;
      expect(await boxes.find(file, id)).toEqual(await boxes.find(file, 'A'));
      await boxes.rename(file, [
        { from: 'A', to: 'B' },
        { from: 'C', to: 'A' },
      ]);
      expect(await boxes.find(file, id)).toMatchObject({ name: 'B', count: 1 });
      expect((await boxes.totals(file, id)).octets).toBe((await boxes.totals(file, 'B')).octets);
      expect(await boxes.uids(file, id, 0, 100)).toEqual([1]);
      expect([...(await boxes.flags(file, id, 0, 100)).bits]).toEqual([FLAG_BITS.new | FLAG_BITS.marked]);
      expect((await boxes.messages(file, id, [1, 2])).map((each) => each?.uid)).toEqual([1, undefined]);
      expect((await boxes.changes(file, id, { modseq: 0 }))?.mailbox.name).toBe('B');
      expect((await store.select(file, id)).length).toBe(1);
      await boxes.changeFlags(file, id, [1], change({ flags: ['deleted'] }));
      expect([await boxes.deleted(file, id), await boxes.deleted(file, 'A')]).toEqual([[1], []]);
      const a = (await boxes.find(file, 'A'))!;
      expect(await boxes.copy(file, id, [1], a.id)).toEqual([{ uid: 1, newUid: 3 }]);
      expect(await boxes.move(file, a.id, [3], id)).toEqual([{ uid: 3, newUid: 2 }]);
      const [first] = await boxes.messages(file, id, [1]);
      expect(await store.move(file, [first!.id], a.id, 'D')).toEqual([]);
      expect(await store.move(file, [first!.id], id, 'D')).toEqual([first!.id]);
      expect((await boxes.list(file)).map(({ name, count }) => [name, count])).toEqual([
        ['A', 2],
        ['B', 1],
        ['D', 1],
      ]);
      const { id: other } = await store.createMailFile('BAKER', 'MAIL.MAI');
      expect(await boxes.find(other, id)).toBeUndefined();
    });

    it('take nothing once they are gone, where they were meant and not their name', async () => {
      await store.deliver([newMessage()]);
      await boxes.create(file, 'A');
      const { id } = (await boxes.find(file, 'A'))!;
      expect(await boxes.remove(file, id)).toBe(true);
      expect(await boxes.remove(file, id)).toBe(false);
      expect(await boxes.find(file, id)).toBeUndefined();
      expect(await boxes.copy(file, 'NEWMAIL', [1], id)).toBeUndefined();
      expect(await boxes.move(file, 'NEWMAIL', [1], id)).toBeUndefined();
      await boxes.create(file, 'B');
      await boxes.rename(file, [{ from: 'B', to: 'A' }]);
      expect(await boxes.find(file, id)).toBeUndefined();
      expect(await boxes.move(file, 'NEWMAIL', [1], id)).toBeUndefined();
      expect(await boxes.uids(file, id, 0, 100)).toEqual([]);
      expect(await boxes.changes(file, id, { modseq: 0 })).toBeUndefined();
      expect(await uidsOf('NEWMAIL')).toEqual([1]);
    });

    it('are called by clients what they were made as, until they get another name or end', async () => {
      const called = async (id = file) => [...(await boxes.clientNames(id))];
      expect(await boxes.create(file, 'NOTES', 'notes')).toBe(true);
      expect(await boxes.create(file, 'NOTES', 'nOTES')).toBe(false);
      await boxes.create(file, 'PLAIN');
      expect(await boxes.create(file, 'A/B', 'a/b')).toBe(true);
      await store.deliver([newMessage({ folder: 'HERS' })]);
      expect(await boxes.create(file, 'HERS', 'hers')).toBe(false);
      expect(await called()).toEqual([
        ['NOTES', 'notes'],
        ['A/B', 'a/b'],
      ]);
      // Whether there is mail in it or not.
      await boxes.append([{ ...newMessage({ folder: 'NOTES' }) }]);
      await boxes.move(file, 'NOTES', [1], 'HERS');
      expect(await boxes.rename(file, [{ from: 'NOTES', to: 'NOTES', clientName: 'noteS' }])).toBe(true);
      expect(await boxes.rename(file, [{ from: 'NONE', to: 'NONE', clientName: 'none' }])).toBe(false);
      expect(await boxes.rename(file, [{ from: 'A/B', to: 'C', clientName: 'c' }])).toBe(true);
      expect(await boxes.create(file, 'A/B')).toBe(true);
      expect(await called()).toEqual([
        ['NOTES', 'noteS'],
        ['C', 'c'],
      ]);
      expect((await boxes.find(file, 'NOTES'))?.nextUid).toBe(2);
      expect(await boxes.rename(file, [{ from: 'C', to: 'D' }])).toBe(true);
      expect(await called()).toEqual([['NOTES', 'noteS']]);
      await boxes.create(file, 'KEPT', 'kept');
      expect(await boxes.remove(file, 'NOTES')).toBe(true);
      expect(await called()).toEqual([['KEPT', 'kept']]);
      await boxes.append([{ ...newMessage({ folder: 'NOTES' }) }]);
      expect(await called()).toEqual([['KEPT', 'kept']]);
      await store.renameOwner('SMITH', 'JONES');
      expect(await called((await store.mailFile('JONES', 'MAIL.MAI'))!.id)).toEqual([['KEPT', 'kept']]);
    });

    it('keep what was said of names, there or not', async () => {
      await boxes.subscribe(file, 'SENT', true);
      await boxes.subscribe(file, 'DRAFTS', true);
      await boxes.subscribe(file, 'SENT', true);
      const said = async (id = file) => Object.fromEntries(await boxes.subscriptions(id));
      expect(await said()).toEqual({ DRAFTS: true, SENT: true });
      await boxes.subscribe(file, 'DRAFTS', false);
      await boxes.subscribe(file, 'NEVER', undefined);
      await boxes.subscribe(file, 'ONCE', true);
      await boxes.subscribe(file, 'ONCE', undefined);
      expect(await said()).toEqual({ DRAFTS: false, SENT: true });
      await store.renameOwner('SMITH', 'JONES');
      const jones = (await store.mailFile('JONES', 'MAIL.MAI'))!;
      expect(await said(jones.id)).toEqual({ DRAFTS: false, SENT: true });
    });
  });
}
