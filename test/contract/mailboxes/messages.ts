/** Messages in mailboxes, and their flags. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlagChange } from '../../../src/ports/mailboxes.ts';
import { newMessage } from '../mail-store/new-message.ts';
import { callsOn, change, type MailFileInUse } from './calls-on.ts';

export function describeMailboxMessages(name: string, make: () => Promise<MailFileInUse>): void {
  describe(`messages of mailboxes: ${name}`, () => {
    let { store, boxes, file } = {} as MailFileInUse;
    beforeEach(async () => {
      ({ store, boxes, file } = await make());
    });
    afterEach(() => store.close());
    const { message, uidsOf } = callsOn(() => ({ boxes, file }));

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
  });
}
