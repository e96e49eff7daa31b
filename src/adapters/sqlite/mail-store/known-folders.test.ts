/** What is remembered of a folder is what there is, whoever has changed it meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { newMessage } from '../../../../test/contract/mail-store/new-message.ts';
import { FLAG_BITS, type NumberedMessage } from '../../../ports/mailboxes.ts';
import { openMailStore } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'known-folders-'));
afterAll(() => rmSync(root, { recursive: true }));

const bitsOf = ({ flags, keywords }: NumberedMessage): number =>
  (flags.new ? FLAG_BITS.new : 0) |
  (flags.marked ? FLAG_BITS.marked : 0) |
  (flags.deleted ? FLAG_BITS.deleted : 0) |
  (keywords.length > 0 ? FLAG_BITS.keywords : 0);

const action = fc.record({
  what: fc.constantFrom(
    'deliver',
    'flag',
    'unflag',
    'keyword',
    'move',
    'return',
    'remove',
    'look',
    'lookAtEnd',
  ),
  uid: fc.integer({ min: 1, max: 12 }),
  count: fc.integer({ min: 1, max: 4 }),
  byOther: fc.boolean(),
});

it('is up to date, by whatever connection the folder was changed, and however much of it was asked for', async () => {
  let files = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 25 }), async (actions) => {
      const options = { file: join(root, `${++files}.dat`), textDirectory: root };
      const [store, other] = [openMailStore(options), openMailStore(options)];
      try {
        await store.deliver([newMessage(), newMessage(), newMessage()]);
        const { id: file } = (await store.mailFile('SMITH', 'MAIL.MAI'))!;
        const { mailboxes } = store;
        const look = async (first: number, limit: number): Promise<void> => {
          const { mailbox, uids } = (await mailboxes.open(file, 'NEWMAIL'))!;
          const expected = await other.mailboxes.uids(file, 'NEWMAIL', 0, 1_000);
          expect([...uids]).toEqual(expected);
          expect(mailbox).toEqual(await other.mailboxes.find(file, 'NEWMAIL'));
          const wanted = expected.filter((uid) => uid >= first).slice(0, limit);
          const messages = await other.mailboxes.messages(file, 'NEWMAIL', wanted);
          const found = await mailboxes.flags(file, 'NEWMAIL', first, limit);
          expect([...found.uids]).toEqual(wanted);
          expect([...found.bits]).toEqual(messages.map((each) => bitsOf(each!)));
        };
        await look(1, 2);
        for (const { what, uid, count, byOther } of actions) {
          const by = byOther ? other : store;
          const uids = Array.from({ length: count }, (_, index) => uid + index);
          const flag = { mode: 'add', flags: ['marked', 'deleted'], keywords: [] } as const;
          if (what === 'deliver') await by.deliver(uids.map(() => newMessage()));
          if (what === 'flag') await by.mailboxes.changeFlags(file, 'NEWMAIL', uids, flag);
          if (what === 'unflag')
            await by.mailboxes.changeFlags(file, 'NEWMAIL', uids, { ...flag, mode: 'remove', isRead: true });
          if (what === 'keyword')
            await by.mailboxes.changeFlags(file, 'NEWMAIL', uids, { ...flag, flags: [], keywords: ['k'] });
          if (what === 'move') await by.mailboxes.move(file, 'NEWMAIL', uids, 'MEMOS');
          if (what === 'return') await by.mailboxes.move(file, 'MEMOS', uids, 'NEWMAIL');
          if (what === 'remove') {
            const messages = await by.mailboxes.messages(file, 'NEWMAIL', uids);
            await by.remove(
              file,
              messages.flatMap((each) => each?.id ?? []),
            );
          }
          if (what === 'look') await look(1, count * 3);
          if (what === 'lookAtEnd') await look(uid, count);
        }
        await look(1, 1_000);
      } finally {
        await store.close();
        await other.close();
      }
    }),
    { numRuns: 40 },
  );
});
