import { expect, test } from 'vitest';
import type { Mailboxes, MailboxRecord } from '../ports/mailboxes.ts';
import { MailboxView } from './mailbox-view.ts';

test('a look that fails half-way counts for nothing: the next one finds what has happened', async () => {
  const mailbox = {
    id: 1,
    name: 'NEWMAIL',
    uidValidity: 1,
    count: 2,
    newCount: 0,
    nextUid: 3,
    highestModseq: 1,
  } satisfies Partial<MailboxRecord> as MailboxRecord;
  const changed = { ...mailbox, count: 3, nextUid: 4, highestModseq: 3 };
  let stamp = 1;
  let isBroken = true;
  const store = {
    stamp: () => stamp,
    open: async () => ({ mailbox, uids: Uint32Array.of(1, 2), stamp: 1 }),
    changes: async () => ({ mailbox: changed, changed: [2], arrived: [3], vanished: [] }),
    async messages() {
      if (isBroken) throw new Error('the disk');
      return [{ uid: 2, modseq: 2 }];
    },
  } as unknown as Mailboxes;
  const view = (await MailboxView.open(store, 1, 'NEWMAIL', false))!;
  view.noteOwnChange({ uid: 2, modseq: 2, modseqBefore: 1 } as Parameters<MailboxView['noteOwnChange']>[0]);
  stamp = 2;
  await expect(view.update()).rejects.toThrow('the disk');
  expect([view.count, view.nextUid, view.highestModseq]).toEqual([2, 3, 1]);
  isBroken = false;
  expect(await view.update()).toEqual({ arrived: 1, changed: [] });
  expect([view.count, view.uidAt(3)]).toEqual([3, 3]);
  expect(await view.update()).toEqual({ arrived: 0, changed: [] });
});
