/** What a user has, and may have. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailStore } from '../../../src/ports/mail-store.ts';
import { callsOn } from './calls-on.ts';
import { newMessage, text } from './new-message.ts';

export function describeRoom(name: string, make: () => Promise<MailStore>): void {
  describe(`what a user of a mail store has: ${name}`, () => {
    let store: MailStore;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());
    const { fileOf, idsOf } = callsOn(() => store);

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
}
