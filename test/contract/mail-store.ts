/** What every adapter of the MailStore port does. vms-mail.md §4, §6.1; DESIGN §4, §5. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSpool } from '../../src/adapters/node/spool.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { everyId, type MailStore, type NewMessage, type StoredText } from '../../src/ports/mail-store.ts';
import type { Spool } from '../../src/ports/message-text.ts';

const text = (content: string) => ({ kind: 'inline', bytes: Buffer.from(content) }) as const;

/** A message for SMITH's NEWMAIL, with changes. */
export const newMessage = (changes: Partial<NewMessage> = {}): NewMessage => ({
  owner: 'SMITH',
  folder: 'NEWMAIL',
  isNew: true,
  receivedAt: 1_000,
  from: 'JONES',
  to: 'SMITH',
  cc: '',
  subject: 'lunch',
  text: text('12:30?\n'),
  format: 'records',
  ...changes,
});

export function describeMailStore(name: string, make: (spool: Spool) => Promise<MailStore>): void {
  describe(`mail store: ${name}`, () => {
    let store: MailStore;
    let spool: Spool;
    let directory: string;
    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'contract-spool-'));
      spool = await openSpool(directory, systemClock);
      store = await make(spool);
    });
    afterEach(async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    });

    const fileOf = async (owner = 'SMITH'): Promise<number> => (await store.mailFile(owner, 'MAIL.MAI'))!.id;
    const idsOf = async (folder: string): Promise<number[]> => [
      ...(await everyId(store.select(await fileOf(), folder))),
    ];
    const countOf = async (owner = 'SMITH'): Promise<number | undefined> =>
      (await store.profile(owner))?.newMailCount;
    const read = async (id: number, start?: number): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of store.readText(await fileOf(), id, start)) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };

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

    describe('what a user has', () => {
      it('is the octets of all his messages, wherever they go', async () => {
        const used = () => store.usedBytes('SMITH');
        expect(await used()).toBe(0);
        await store.deliver([
          newMessage({ text: text('12345\n') }),
          newMessage({ folder: 'MEMOS', text: text('123\n') }),
          newMessage({ mailFile: 'OLD.MAI', text: text('1\n') }),
          newMessage({ owner: 'JONES' }),
        ]);
        expect(await used()).toBe(12);
        const id = await fileOf();
        await store.copy(id, await idsOf('MEMOS'), 'PAPERS');
        expect(await used()).toBe(16);
        const old = (await store.mailFile('SMITH', 'OLD.MAI'))!;
        await store.move(id, await idsOf('NEWMAIL'), 'NEWMAIL', 'MAIL', old.id);
        await store.mailboxes.rename(id, [{ from: 'PAPERS', to: 'MEMOS2' }]);
        expect(await used()).toBe(16);
        await store.purge(id, 'MEMOS2');
        await store.remove(id, await idsOf('MEMOS'));
        expect(await used()).toBe(8);
        await store.renameOwner('SMITH', 'SMYTHE');
        expect([await used(), await store.usedBytes('SMYTHE')]).toEqual([0, 8]);
        await store.recountNewMail('JONES');
        expect(await store.usedBytes('JONES')).toBe(7);
        await store.removeMailFile((await store.mailFile('SMYTHE', 'OLD.MAI'))!.id);
        expect(await store.usedBytes('SMYTHE')).toBe(0);
      });

      it('grows up to a limit, message by message', async () => {
        const limited = (deliveryKey: string, octets: number, owner = 'SMITH') =>
          newMessage({ deliveryKey, owner, limitBytes: 20, text: text('x'.repeat(octets)) });
        expect(
          await store.deliver([
            limited('a', 12),
            limited('b', 9),
            limited('c', 8),
            limited('d', 20, 'JONES'),
            newMessage(),
            limited('e', 1),
          ]),
        ).toEqual(['delivered', 'full', 'delivered', 'delivered', 'delivered', 'full']);
        expect(await store.usedBytes('SMITH')).toBe(27);
        // What was delivered stays so, and what was not comes when there is room.
        expect(await store.deliver([limited('a', 12), limited('b', 9)])).toEqual(['again', 'full']);
        await store.purge(await fileOf(), 'NEWMAIL');
        expect(await store.deliver([limited('b', 9)])).toEqual(['delivered']);
      });
    });

    describe('messages that leave a folder by age', () => {
      const DAY_MS = 86_400_000;
      const limits = { wastebasketDays: 2, junk: { folder: 'JUNK', days: 3 } };
      /** Of the mail file, by folder. */
      const empty = async (day: number, of = limits): Promise<readonly [string, number][]> => {
        const removed: [string, number][] = [];
        for (const aged of await store.lookForAged(of, day * DAY_MS)) {
          let sum = 0;
          for (;;) {
            const { messages } = await store.removeAged(aged);
            if (messages === 0) break;
            sum += messages;
          }
          removed.push([aged.name, sum]);
        }
        return removed.sort();
      };
      const put = async (folder: string, ...subjects: string[]) =>
        store.deliver(subjects.map((subject) => newMessage({ folder, isNew: false, subject })));

      it('have been there for so many days, however old they are', async () => {
        await put('JUNK', 'offer');
        await put('MEMOS', 'kept');
        await put('WASTEBASKET', 'a', 'b');
        expect(await empty(10)).toEqual([]);
        expect(await empty(11)).toEqual([]);
        await put('WASTEBASKET', 'c');
        const moved = (await idsOf('MEMOS'))[0]!;
        await store.move(await fileOf(), [moved], 'MEMOS', 'WASTEBASKET');
        expect(await empty(11.9)).toEqual([]);
        expect(await empty(12)).toEqual([['WASTEBASKET', 2]]);
        expect(await empty(12.5)).toEqual([]);
        expect(await empty(13)).toEqual([['JUNK', 1]]);
        expect(await empty(14)).toEqual([['WASTEBASKET', 2]]);
        expect(await store.folders(await fileOf())).toEqual([]);
        expect((await store.mailFile('SMITH', 'MAIL.MAI'))?.deletedBytes).toBe(35);
        for (let day = 15; day < 20; day++) expect(await empty(day)).toEqual([]);
      });

      it('are counted by days that passed: no clock makes them older', async () => {
        await put('WASTEBASKET', 'a');
        await empty(10);
        expect(await empty(400)).toEqual([]);
        await put('WASTEBASKET', 'b');
        expect(await empty(9)).toEqual([['WASTEBASKET', 1]]);
        expect(await empty(9.9)).toEqual([]);
        expect(await empty(10)).toEqual([]);
        expect(await empty(11)).toEqual([['WASTEBASKET', 1]]);
      });

      it('stay in a folder that was called otherwise meanwhile, and in that of nobody’s choice', async () => {
        await put('JUNK', 'offer');
        const id = await fileOf();
        for (const day of [10, 11, 12]) await empty(day);
        const [aged] = await store.lookForAged(limits, 13 * DAY_MS);
        await store.mailboxes.rename(id, [{ from: 'JUNK', to: 'PAPERS' }]);
        expect(await store.removeAged(aged!)).toEqual({ messages: 0, bytes: 0 });
        await put('JUNK', 'another');
        expect(await empty(14)).toEqual([]);
        await store.mailboxes.rename(id, [{ from: 'JUNK', to: 'MEMOS' }]);
        await store.mailboxes.rename(id, [{ from: 'PAPERS', to: 'JUNK' }]);
        for (const day of [15, 16, 17]) expect(await empty(day)).toEqual([]);
        expect(await empty(18)).toEqual([['JUNK', 1]]);
        expect(await idsOf('MEMOS')).toHaveLength(1);
      });

      it('are those of the wastebasket as it is called now, in each mail file; of the rest where it is asked for', async () => {
        await put('RUBBISH', 'a');
        await put('WASTEBASKET', 'b');
        await store.setWastebasketName(await fileOf(), 'RUBBISH');
        await store.deliver([newMessage({ mailFile: 'OLD.MAI', folder: 'WASTEBASKET', isNew: false })]);
        await store.deliver([newMessage({ mailFile: 'OLD.MAI', folder: 'JUNK', isNew: false })]);
        await put('JUNK', 'offer');
        const waste = { wastebasketDays: 1, junk: { folder: 'JUNK', days: 0 } };
        await empty(1, waste);
        expect(await empty(2, waste)).toEqual([
          ['RUBBISH', 1],
          ['WASTEBASKET', 1],
        ]);
        for (const day of [3, 4, 5]) await empty(day, { ...waste, wastebasketDays: 0 });
        expect(await idsOf('WASTEBASKET')).toHaveLength(1);
        expect(await idsOf('JUNK')).toHaveLength(1);
      });

      it('leave texts that others have, and no files of their own', async () => {
        const writer = store.createText();
        await writer.write(Buffer.from('x'.repeat(100_000)));
        const shared = await writer.commit();
        await store.deliver([
          newMessage({ folder: 'WASTEBASKET', isNew: false, text: shared }),
          newMessage({ folder: 'MEMOS', isNew: false, text: shared }),
        ]);
        for (const day of [1, 2]) await empty(day);
        expect(await empty(3)).toEqual([['WASTEBASKET', 1]]);
        expect(await read((await idsOf('MEMOS'))[0]!)).toHaveLength(100_000);
      });
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

    it('gives a long text back as it came', async () => {
      const writer = store.createText();
      const line = Buffer.from(`${'x'.repeat(999)}\n`);
      for (let count = 0; count < 200; count++) await writer.write(line);
      const long = await writer.commit();
      expect(long.kind).toBe('stored');
      const short = store.createText();
      await short.write(Buffer.from('short\n'));
      const shared = await short.commit();
      await store.deliver([newMessage({ text: long }), newMessage({ receivedAt: 2_000, text: shared })]);
      const [first, second] = await store.messages(await fileOf(), await idsOf('NEWMAIL'));
      expect(first).toMatchObject({ sizeBytes: 200_000, records: 200 });
      expect(first?.externalId).toMatch(/^[0-9A-F]{8}$/);
      expect(second?.externalId).toBeUndefined();
      expect((await read(first!.id)).length).toBe(200_000);
      expect((await read(first!.id, 199_990)).length).toBe(10);
      expect(await read(first!.id, 300_000)).toBe('');
      const texts = await store.shortTexts(await fileOf(), [second!.id, first!.id, 999]);
      expect(texts.map((each) => each && Buffer.from(each).toString())).toEqual([
        'short\n',
        undefined,
        undefined,
      ]);
      await store.createText().abandon();
    });

    describe('a text in the spool', () => {
      const line = `${'x'.repeat(78)}\n`;
      const spooled = async (content: string) => {
        const writer = spool.create();
        await writer.write(Buffer.from(content));
        return { spoolId: await writer.commit(), sizeBytes: content.length };
      };

      it('is kept as it is, once for all who get it', async () => {
        const content = line.repeat(1_000);
        const text = { kind: 'file', ...(await spooled(content)) } as const;
        await store.deliver([newMessage({ text }), newMessage({ text, receivedAt: 2_000 })]);
        await spool.remove(text.spoolId);
        const records = await store.messages(await fileOf(), await idsOf('NEWMAIL'));
        expect(records).toMatchObject([
          { sizeBytes: content.length, records: 1_000 },
          { sizeBytes: content.length, records: 1_000 },
        ]);
        for (const record of records) expect(await read(record!.id)).toBe(content);
      });

      it('begins as it is to begin, wherever it is read from', async () => {
        const head = Buffer.from('Return-Path: <a@b>\nSubject: new\n');
        const old = 'Subject: old\n';
        const rest = `\n${line.repeat(1_000)}`;
        const { spoolId } = await spooled(`${old}${rest}`);
        const whole = `${head.toString()}${rest}`;
        const beginning = { head, from: old.length };
        const text = { kind: 'file', spoolId, sizeBytes: whole.length, beginning } as const;
        await store.deliver([newMessage({ text, deliveryKey: '1' }), newMessage({ text, owner: 'JONES' })]);
        expect(await store.deliver([newMessage({ text, deliveryKey: '1' })])).toEqual(['again']);
        await spool.remove(spoolId);
        const file = await fileOf();
        const [id] = await idsOf('NEWMAIL');
        const [record] = await store.messages(file, [id!]);
        expect(record).toMatchObject({ sizeBytes: whole.length, records: 2 + 1_001 });
        expect(record?.externalId).toMatch(/^[0-9A-F]{8}$/);
        // What is in a file is no short text, however short its beginning.
        expect(await store.shortTexts(file, [id!])).toEqual([undefined]);
        for (const start of [0, 1, head.length - 1, head.length, head.length + 1, 5_000, whole.length - 1])
          expect(await read(id!, start), `from ${start}`).toBe(whole.slice(start));
        expect(await read(id!, whole.length + 5)).toBe('');
        await store.copy(file, [id!], 'MEMOS');
        await store.remove(file, [id!]);
        const [copied] = await idsOf('MEMOS');
        expect(await read(copied!)).toBe(whole);
      });

      it('that is gone is not delivered, and nothing beside it', async () => {
        const beginning = { head: Buffer.from('x'), from: 0 };
        const spoolId = 'kx0000000-0123456789ab';
        const gone = { kind: 'file', spoolId, sizeBytes: 100_000, beginning } as const;
        await expect(store.deliver([newMessage(), newMessage({ text: gone })])).rejects.toMatchObject({
          ident: 'FNF',
        });
        expect(await store.profile('SMITH')).toBeUndefined();
      });
    });

    it('goes on as before when it has given memory back', async () => {
      await store.deliver([newMessage()]);
      store.releaseMemory();
      await store.deliver([newMessage({ receivedAt: 2_000 })]);
      expect(await idsOf('NEWMAIL')).toHaveLength(2);
    });

    it('keep in files what is to be kept there, and throw away what belongs to nothing', async () => {
      const made = async () => {
        const writer = store.createText({ inFile: true });
        await writer.write(Buffer.from('short\n'));
        return (await writer.commit()) as StoredText;
      };
      const used = await made();
      expect(used).toMatchObject({ kind: 'stored', sizeBytes: 6, records: 1 });
      await store.deliver([newMessage({ text: used })]);
      await store.discardText(used);
      await store.discardText(await made());
      const [message] = await store.messages(await fileOf(), await idsOf('NEWMAIL'));
      expect(await read(message!.id)).toBe('short\n');
    });
  });
}
