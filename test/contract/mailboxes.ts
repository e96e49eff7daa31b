/** What every adapter of the Mailboxes port does. RFC 9051 §2.3.1, RFC 7162. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyId, type MailStore } from '../../src/ports/mail-store.ts';
import { FLAG_BITS, type FlagChange, type Mailboxes } from '../../src/ports/mailboxes.ts';
import { newMessage } from './mail-store.ts';

const change = (changes: Partial<FlagChange>): FlagChange => ({
  mode: 'add',
  flags: [],
  keywords: [],
  ...changes,
});

export function describeMailboxes(name: string, make: () => Promise<MailStore>): void {
  describe(`mailboxes: ${name}`, () => {
    let store: MailStore;
    let boxes: Mailboxes;
    let file: number;
    beforeEach(async () => {
      store = await make();
      boxes = store.mailboxes;
      ({ id: file } = await store.createMailFile('SMITH', 'MAIL.MAI'));
    });
    afterEach(() => store.close());

    const uidsOf = (folder: string) => boxes.uids(file, folder, 0, 100);
    const message = async (folder: string, uid: number) => (await boxes.messages(file, folder, [uid]))[0];
    /** What happened since `look` was called last. */
    const watch = async (folder: string) => {
      const { mailbox: opened } = (await boxes.open(file, folder))!;
      let since = { modseq: opened.highestModseq, nextUid: opened.nextUid };
      return async () => {
        const { mailbox, changed, arrived, vanished } = (await boxes.changes(file, folder, since))!;
        since = { modseq: mailbox.highestModseq, nextUid: mailbox.nextUid };
        return { changed, arrived, vanished };
      };
    };
    const nothing = { changed: [], arrived: [], vanished: [] };

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

    it('take messages with flags and keywords, and say their numbers', async () => {
      await store.deliver([newMessage()]);
      const append = { ...newMessage(), isNew: false };
      expect(
        await boxes.append([
          { ...append, isDeleted: true, isMarked: true, keywords: ['$Forwarded', 'Work'] },
          { ...append, folder: 'DRAFTS', isDraft: true, receivedAt: 77 },
          { ...append, receivedAt: 1 },
        ]),
      ).toEqual([2, 1, 3]);
      expect(await message('NEWMAIL', 2)).toMatchObject({
        uid: 2,
        sizeBytes: 7,
        flags: { new: false, replied: false, marked: true, foreign: false, deleted: true, draft: false },
        keywords: ['$Forwarded', 'Work'],
      });
      expect(await message('DRAFTS', 1)).toMatchObject({
        receivedAt: 77,
        flags: { draft: true },
        keywords: [],
      });
      // By number, whenever they were received; for MAIL they are messages like all others.
      expect(await uidsOf('NEWMAIL')).toEqual([1, 2, 3]);
      expect(await boxes.uids(file, 'NEWMAIL', 1, 1)).toEqual([2]);
      expect(await boxes.totals(file, 'NEWMAIL')).toEqual({
        octets: 21,
        deleted: 1,
        deletedOctets: 7,
        converted: expect.objectContaining({ messages: expect.any(Number), foreign: 0 }),
      });
      await store.deliver([
        newMessage({ folder: 'HERE', from: 'JONES', to: 'SMITH', subject: 'x', isForeign: true }),
      ]);
      const { octets, converted } = await boxes.totals(file, 'HERE');
      expect(converted).toEqual({
        messages: 1,
        records: expect.any(Number),
        characters: 11,
        foreign: octets,
      });
      expect(await boxes.messages(file, 'NEWMAIL', [9, 1])).toMatchObject([undefined, { uid: 1 }]);
      const id = (await message('NEWMAIL', 2))!.id;
      expect((await store.messages(file, [id]))[0]?.flags).toEqual({
        new: false,
        replied: false,
        marked: true,
        foreign: false,
      });
      expect((await store.profile('SMITH'))?.newMailCount).toBe(1);
    });

    it('change flags in three ways', async () => {
      await store.deliver([newMessage({ isForeign: true })]);
      const flagsAfter = async (changes: Partial<FlagChange>) => {
        const [result] = (await boxes.changeFlags(file, 'NEWMAIL', [1], change(changes))).messages;
        const names = Object.entries(result!.flags).flatMap(([name, isSet]) => (isSet ? [name] : []));
        return [...names.sort(), ...result!.keywords];
      };
      expect(await flagsAfter({ flags: ['deleted', 'marked'], keywords: ['Work'] })).toEqual([
        'deleted',
        'foreign',
        'marked',
        'new',
        'Work',
      ]);
      expect(await flagsAfter({ keywords: ['WORK', 'x'] })).toContain('Work');
      expect(await flagsAfter({ mode: 'remove', flags: ['new', 'deleted'], keywords: ['wORK'] })).toEqual([
        'foreign',
        'marked',
        'x',
      ]);
      expect((await store.profile('SMITH'))?.newMailCount).toBe(0);
      expect(await flagsAfter({ mode: 'set', flags: ['replied', 'draft'], keywords: ['y'] })).toEqual([
        'draft',
        'foreign',
        'replied',
        'y',
      ]);
      expect(await flagsAfter({ mode: 'set', flags: ['new'] })).toEqual(['foreign', 'new']);
      expect(await flagsAfter({ flags: ['marked'], isRead: true })).toEqual(['foreign', 'marked']);
      expect(await flagsAfter({ mode: 'remove', flags: ['marked'], isRead: false })).toEqual([
        'foreign',
        'new',
      ]);
      expect((await store.profile('SMITH'))?.newMailCount).toBe(1);
      expect(await boxes.changeFlags(file, 'NEWMAIL', [5], change({ flags: ['new'] }))).toEqual({
        messages: [],
        modified: [],
      });
      expect(await boxes.changeFlags(file, 'NOWHERE', [1], change({ flags: ['new'] }))).toMatchObject({
        messages: [],
      });
    });

    it('change flags only of what nobody changed since', async () => {
      await store.deliver([newMessage(), newMessage(), newMessage()]);
      const before = (await boxes.find(file, 'NEWMAIL'))!.highestModseq;
      const other = await boxes.changeFlags(file, 'NEWMAIL', [2], change({ flags: ['marked'] }));
      expect(other.messages[0]!.modseq).toBeGreaterThan(before);
      const conditional = change({ flags: ['deleted'], unchangedSince: before });
      const result = await boxes.changeFlags(file, 'NEWMAIL', [3, 2, 1], conditional);
      expect(result.modified).toEqual([2]);
      expect(result.messages.map((each) => each.uid)).toEqual([1, 3]);
      expect((await message('NEWMAIL', 2))?.flags.deleted).toBe(false);
      expect((await boxes.find(file, 'NEWMAIL'))?.highestModseq).toBe(result.messages.at(-1)!.modseq);
      const [again] = (await boxes.changeFlags(file, 'NEWMAIL', [2], change({ flags: ['draft'] }))).messages;
      expect(again?.modseqBefore).toBe(other.messages[0]!.modseq);
    });

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

    it('move and copy with all flags, and say the new numbers', async () => {
      await store.deliver([newMessage(), newMessage(), newMessage()]);
      const flags = change({ flags: ['deleted', 'draft', 'replied'], keywords: ['k'] });
      await boxes.changeFlags(file, 'NEWMAIL', [3], flags);
      await store.deliver([newMessage({ folder: 'MEMOS' })]);
      expect(await boxes.copy(file, 'NEWMAIL', [3, 1, 8], 'MEMOS')).toEqual([
        { uid: 1, newUid: 2 },
        { uid: 3, newUid: 3 },
      ]);
      expect(await boxes.copy(file, 'NEWMAIL', [3, 1, 8], 'MEMOS', { allOrNone: true })).toEqual([]);
      expect(await boxes.move(file, 'NEWMAIL', [3, 2], 'MEMOS')).toEqual([
        { uid: 2, newUid: 4 },
        { uid: 3, newUid: 5 },
      ]);
      expect(await boxes.move(file, 'NEWMAIL', [3], 'MEMOS')).toEqual([]);
      expect(await uidsOf('NEWMAIL')).toEqual([1]);
      for (const uid of [3, 5]) {
        expect(await message('MEMOS', uid)).toMatchObject({
          flags: { new: true, deleted: true, draft: true, replied: true },
          keywords: ['k'],
        });
      }
      expect((await boxes.find(file, 'MEMOS'))?.newCount).toBe(5);
      expect((await store.profile('SMITH'))?.newMailCount).toBe(1);
      const other = await store.createMailFile('SMITH', 'OLD.MAI');
      expect(await boxes.move(file, 'MEMOS', [5], 'MEMOS', other.id)).toEqual([{ uid: 5, newUid: 1 }]);
      expect((await boxes.messages(other.id, 'MEMOS', [1]))[0]?.keywords).toEqual(['k']);
      // What MAIL moves is neither new nor deleted afterwards.
      const { id } = (await message('MEMOS', 3))!;
      await store.move(file, [id], 'MEMOS', 'WASTEBASKET');
      expect(await message('WASTEBASKET', 1)).toMatchObject({
        id,
        flags: { new: false, deleted: false, draft: true },
      });
    });

    it('show what MAIL shows of messages', async () => {
      await store.deliver([newMessage({ isForeign: true, subject: 'one' }), newMessage({ owner: 'JONES' })]);
      const { id } = (await message('NEWMAIL', 1))!;
      const [header, ...others] = await boxes.headers(file, [id, 99, id + 1]);
      expect(header).toEqual((await store.messages(file, [id]))[0]);
      expect(header).toMatchObject({ subject: 'one', records: 1, flags: { foreign: true } });
      expect(others).toEqual([undefined, undefined]);
    });

    it('keep what was found out about texts, for all who share one, and no longer than it', async () => {
      const text = newMessage().text;
      await store.deliver([newMessage({ text }), newMessage({ text, owner: 'JONES' }), newMessage()]);
      const jones = (await store.mailFile('JONES', 'MAIL.MAI'))!.id;
      const [first, other] = (await boxes.messages(file, 'NEWMAIL', [1, 2])).map((each) => each!.id);
      const [shared] = (await boxes.messages(jones, 'NEWMAIL', [1])).map((each) => each!.id);
      expect(await boxes.findings(file, [first!, 99])).toEqual([undefined, undefined]);
      const value = JSON.stringify(['\u00e4', 1]);
      await boxes.keepFindings(file, [
        { id: first!, value: 'old' },
        { id: first!, value },
        { id: 99, value },
        { id: shared!, value: 'somebody else wrote this' },
      ]);
      expect(await boxes.findings(file, [other!, first!])).toEqual([undefined, value]);
      expect(await boxes.findings(jones, [shared!, first!])).toEqual([value, undefined]);
      await boxes.copy(file, 'NEWMAIL', [1], 'MEMOS');
      const copied = (await boxes.messages(file, 'MEMOS', [1]))[0]!.id;
      await store.remove(file, [first!]);
      await store.remove(jones, [shared!]);
      expect(await boxes.findings(file, [copied, first!])).toEqual([value, undefined]);
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
