/** Messages that leave a folder by age. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailStore } from '../../../src/ports/mail-store.ts';
import { callsOn } from './calls-on.ts';
import { newMessage } from './new-message.ts';

export function describeAgeing(name: string, make: () => Promise<MailStore>): void {
  describe(`messages that leave a folder by age of a mail store: ${name}`, () => {
    let store: MailStore;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());
    const { fileOf, idsOf, read } = callsOn(() => store);

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
}
