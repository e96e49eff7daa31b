/** Mail files, their folders and messages, and the profiles of users. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyId, type MailStore } from '../../../src/ports/mail-store.ts';
import { callsOn } from './calls-on.ts';
import { newMessage } from './new-message.ts';

export function describeMessages(name: string, make: () => Promise<MailStore>): void {
  describe(`mail store: ${name}`, () => {
    let store: MailStore;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());
    const { fileOf, idsOf, countOf, read } = callsOn(() => store);

    describe('what is not there', () => {
      it('is undefined, empty or a condition', async () => {
        expect(await store.profile('NOBODY')).toBeUndefined();
        expect(await store.mailFile('NOBODY', 'MAIL.MAI')).toBeUndefined();
        const { id } = await store.createMailFile('SMITH', 'MAIL.MAI');
        expect(await store.folder(id, 'NEWMAIL')).toBeUndefined();
        expect((await store.select(id, 'NEWMAIL')).length).toBe(0);
        expect(await store.messages(id, [17])).toEqual([undefined]);
        expect(await store.move(id, [17], 'NEWMAIL', 'MAIL')).toEqual([]);
        expect(await store.setFlags(id, [17], { marked: true })).toBe(0);
        expect(await store.purge(id, 'WASTEBASKET')).toEqual({ messages: 0, bytes: 0 });
        await expect(read(17)).rejects.toMatchObject({ ident: 'FNF' });
      });
      it('is another mail file’s message', async () => {
        await store.deliver([newMessage(), newMessage({ owner: 'JONES' })]);
        const [id] = await idsOf('NEWMAIL');
        const jones = await fileOf('JONES');
        expect(await store.messages(jones, [id!])).toEqual([undefined]);
        expect(await store.move(jones, [id!], 'NEWMAIL', 'MAIL')).toEqual([]);
        expect(await store.remove(jones, [id!])).toBe(0);
        expect(await idsOf('NEWMAIL')).toEqual([id]);
      });
    });

    it('keeps profiles under upper-case names', async () => {
      expect(await store.changeProfile('smith', { personalName: 'Dr. Who', ccPrompt: true })).toMatchObject({
        userName: 'SMITH',
        autoPurge: true,
        ccPrompt: true,
      });
      await store.changeProfile('SMITH', {
        autoPurge: false,
        copySelf: { send: true, reply: false, forward: true },
      });
      await store.changeProfile('CLEAVER', { forwarding: 'VAX2::CLEAVER' });
      expect(await store.profile('Smith')).toMatchObject({
        personalName: 'Dr. Who',
        autoPurge: false,
        copySelf: { send: true, reply: false, forward: true },
      });
      expect((await store.profiles('C*')).map((each) => each.userName)).toEqual(['CLEAVER']);
      expect((await store.profiles('s%ith')).map((each) => each.userName)).toEqual(['SMITH']);
      expect((await store.profiles()).map((each) => each.userName)).toEqual(['CLEAVER', 'SMITH']);
      await store.changeProfile('SMITH', { personalName: undefined });
      expect((await store.profile('SMITH'))?.personalName).toBeUndefined();
      expect(await store.removeProfile('SMITH')).toBe(true);
      expect(await store.removeProfile('SMITH')).toBe(false);
    });

    it('delivers, numbers and counts', async () => {
      const results = await store.deliver([
        newMessage({ receivedAt: 3_000, subject: 'third' }),
        newMessage({ receivedAt: 1_000, subject: 'first' }),
        newMessage({ owner: 'JONES' }),
      ]);
      expect(results).toEqual(['delivered', 'delivered', 'delivered']);
      const id = await fileOf();
      const ids = await idsOf('NEWMAIL');
      const records = await store.messages(id, ids);
      expect(records.map((each) => each?.subject)).toEqual(['first', 'third']);
      expect(records.map((each) => each?.uid)).toEqual([2, 1]);
      expect(records[0]).toMatchObject({
        from: 'JONES',
        folder: 'NEWMAIL',
        sizeBytes: 7,
        records: 1,
        format: 'records',
        flags: { new: true, replied: false, marked: false, foreign: false },
      });
      expect(await store.folders(id)).toEqual([{ name: 'NEWMAIL', count: 2, newCount: 2, nextUid: 3 }]);
      expect([await countOf(), await countOf('JONES')]).toEqual([2, 1]);
      expect(await read(ids[0]!)).toBe('12:30?\n');
      expect(await read(ids[0]!, 3)).toBe('30?\n');
      expect(await read(ids[0]!, 9)).toBe('');
    });

    it('knows what is foreign, and what was answered or marked before', async () => {
      await store.deliver([
        newMessage({ isForeign: true, isNew: false, isReplied: true, isMarked: true }),
        newMessage({}),
      ]);
      const records = await store.messages(await fileOf(), await idsOf('NEWMAIL'));
      expect(records.map((each) => each?.flags)).toEqual([
        { new: false, replied: true, marked: true, foreign: true },
        { new: true, replied: false, marked: false, foreign: false },
      ]);
    });

    it('does nothing under a delivery key it knows', async () => {
      expect(
        await store.deliver([newMessage({ deliveryKey: 'a:0' }), newMessage({ deliveryKey: 'a:0' })]),
      ).toEqual(['delivered', 'again']);
      expect(
        await store.deliver([newMessage({ deliveryKey: 'a:0' }), newMessage({ deliveryKey: 'a:1' })]),
      ).toEqual(['again', 'delivered']);
      expect(await countOf()).toBe(2);
      await store.forgetDeliveryKeys(['a:0', 'never:0']);
      expect(await store.deliver([newMessage({ deliveryKey: 'a:0' })])).toEqual(['delivered']);
    });

    it('forgets all delivery keys of a beginning', async () => {
      const keys = ['a:JONES', 'a:SMITH MEMOS', 'ab:JONES', 'a'];
      const again = async () => store.deliver(keys.map((deliveryKey) => newMessage({ deliveryKey })));
      await again();
      expect(await store.knownDeliveryKeys(['a', 'a:JONES', 'b'])).toEqual(new Set(['a', 'a:JONES']));
      await store.forgetDeliveryKeys(['ab:JONES'], ['a:', 'never:']);
      expect(await again()).toEqual(['delivered', 'delivered', 'delivered', 'again']);
    });

    it('keeps the new-mail count when messages are read, moved, purged or repaired', async () => {
      await store.deliver([1, 2, 3, 4].map((at) => newMessage({ receivedAt: at })));
      const id = await fileOf();
      const [a, b, c] = await idsOf('NEWMAIL');
      expect(await store.setFlags(id, [a!], { new: false })).toBe(1);
      await store.setFlags(id, [a!], { new: false });
      expect(await countOf()).toBe(3);
      await store.move(id, [b!, b!], 'NEWMAIL', 'WASTEBASKET');
      expect(await countOf()).toBe(2);
      await store.copy(id, [c!], 'MEMOS');
      expect(await countOf()).toBe(2);
      expect(await store.moveRead(id, 'NEWMAIL', 'MAIL')).toBe(1);
      expect(await store.moveRead(id, 'NEWMAIL', 'MAIL')).toBe(0);
      expect(await store.remove(id, [c!])).toBe(1);
      expect(await countOf()).toBe(1);
      expect(await store.recountNewMail('SMITH')).toBe(1);
      expect((await store.folders(id)).map((each) => [each.name, each.count])).toEqual([
        ['MAIL', 1],
        ['MEMOS', 1],
        ['NEWMAIL', 1],
        ['WASTEBASKET', 1],
      ]);
    });

    it('never uses a number of a folder again', async () => {
      await store.deliver([newMessage(), newMessage()]);
      const id = await fileOf();
      const before = await idsOf('NEWMAIL');
      await store.move(id, before, 'NEWMAIL', 'MAIL');
      expect(await store.folder(id, 'NEWMAIL')).toBeUndefined();
      await store.deliver([newMessage()]);
      const [record] = await store.messages(id, await idsOf('NEWMAIL'));
      expect(record?.uid).toBe(3);
      expect(Math.min(record!.id)).toBeGreaterThan(Math.max(...before));
    });

    it('moves only what still stands where it was', async () => {
      await store.deliver([newMessage()]);
      const id = await fileOf();
      const ids = await idsOf('NEWMAIL');
      expect(await store.move(id, ids, 'NEWMAIL', 'WASTEBASKET')).toEqual(ids);
      expect(await store.move(id, ids, 'NEWMAIL', 'MEMOS')).toEqual([]);
      expect(await idsOf('WASTEBASKET')).toEqual(ids);
    });

    it('moves and copies into other mail files, text and all', async () => {
      await store.deliver([newMessage({ receivedAt: 1 }), newMessage({ receivedAt: 2, subject: 'two' })]);
      const id = await fileOf();
      const other = await store.createMailFile('SMITH', 'OLD.MAI');
      const [a, b] = await idsOf('NEWMAIL');
      expect(await store.copy(id, [a!], 'MEMOS', other.id)).toBe(1);
      expect(await store.move(id, [b!], 'NEWMAIL', 'MEMOS', other.id)).toEqual([b]);
      await store.remove(id, [a!]);
      const ids = await everyId(store.select(other.id, 'MEMOS'));
      expect(ids).toHaveLength(2);
      for (const each of ids) {
        for await (const chunk of store.readText(other.id, each)) {
          expect(Buffer.from(chunk).toString()).toBe('12:30?\n');
        }
      }
      expect((await store.mailFiles('SMITH')).map((each) => each.name)).toEqual(['MAIL.MAI', 'OLD.MAI']);
      expect(await countOf()).toBe(0);
    });

    it('purges a folder and remembers the bytes until they are reclaimed', async () => {
      await store.deliver([newMessage({ folder: 'WASTEBASKET', isNew: false }), newMessage()]);
      const id = await fileOf();
      expect(await store.purge(id, 'WASTEBASKET')).toEqual({ messages: 1, bytes: 7 });
      expect((await store.mailFile('SMITH', 'MAIL.MAI'))?.deletedBytes).toBe(7);
      expect(await store.reclaim(id)).toBe(7);
      expect(await store.reclaim(id)).toBe(0);
      expect(await store.removeMailFile(id)).toBe(true);
      expect(await store.mailFile('SMITH', 'MAIL.MAI')).toBeUndefined();
      // A mail file that comes back is another one.
      await store.deliver([newMessage()]);
      expect(await fileOf()).not.toBe(id);
      expect(await countOf()).toBe(1);
    });

    it('gives mail and profile of a user to another name, and nothing of it to who has the old name next', async () => {
      await store.deliver([newMessage(), newMessage({ folder: 'MEMOS', isNew: false })]);
      await store.changeProfile('SMITH', { personalName: 'Dr. Who' });
      expect(await store.renameOwner('SMITH', 'jones')).toBe(true);
      expect(await store.mailFiles('SMITH')).toEqual([]);
      expect(await store.profile('SMITH')).toBeUndefined();
      expect(await store.profile('JONES')).toMatchObject({ newMailCount: 1, personalName: 'Dr. Who' });
      await store.deliver([newMessage(), newMessage({ owner: 'JONES' })]);
      const jones = await fileOf('JONES');
      expect((await store.folders(jones)).map(({ name, count }) => [name, count])).toEqual([
        ['MEMOS', 1],
        ['NEWMAIL', 2],
      ]);
      expect((await store.folder(jones, 'NEWMAIL'))?.nextUid).toBe(3);
      expect((await store.select(jones, 'NEWMAIL')).length).toBe(2);
      expect(await countOf('JONES')).toBe(2);
      expect(await idsOf('NEWMAIL')).toHaveLength(1);
      expect(await countOf()).toBe(1);
      // There is somebody's mail already.
      expect(await store.renameOwner('SMITH', 'JONES')).toBe(false);
      expect(await idsOf('NEWMAIL')).toHaveLength(1);
    });

    it('selects by what is asked', async () => {
      await store.deliver([
        newMessage({ receivedAt: 10, from: 'SMTP%"Alice@a.example"', subject: '100% sure_thing' }),
        newMessage({ receivedAt: 20, to: 'SMITH,DOE', subject: 'Grüße' }),
        newMessage({ receivedAt: 30, cc: 'BOSS', isNew: false }),
      ]);
      const id = await fileOf();
      const all = await idsOf('NEWMAIL');
      await store.setFlags(id, [all[1]!], { marked: true, replied: true });
      const places = async (criteria: Parameters<MailStore['select']>[2]): Promise<number[]> =>
        [...(await everyId(store.select(id, 'NEWMAIL', criteria)))].map((each) => all.indexOf(each));
      expect(await places({ before: 20 })).toEqual([0]);
      expect(await places({ since: 20 })).toEqual([1, 2]);
      expect(await places({ from: 'alice@' })).toEqual([0]);
      expect(await places({ to: 'doe' })).toEqual([1]);
      expect(await places({ cc: 'boss' })).toEqual([2]);
      expect(await places({ subject: '0% SURE_' })).toEqual([0]);
      expect(await places({ subject: '0%_' })).toEqual([]);
      expect(await places({ subject: 'GRÜSSE' })).toEqual([]);
      expect(await places({ subject: 'GRÜ' })).toEqual([1]);
      expect(await places({ marked: true })).toEqual([1]);
      expect(await places({ marked: false, new: true })).toEqual([0]);
      expect(await places({ replied: false })).toEqual([0, 2]);
      expect(await places({ new: false, before: 40, cc: 'B' })).toEqual([2]);
    });

    it('goes on as before when it has given memory back', async () => {
      await store.deliver([newMessage()]);
      store.releaseMemory();
      await store.deliver([newMessage({ receivedAt: 2_000 })]);
      expect(await idsOf('NEWMAIL')).toHaveLength(2);
    });
  });
}
