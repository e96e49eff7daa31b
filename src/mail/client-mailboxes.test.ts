import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newMessage } from '../../test/contract/mail-store/new-message.ts';
import { openMailStore } from '../adapters/sqlite/mail-store/index.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { Placement } from '../ports/mailboxes.ts';
import { type ClientMailboxes, openClientMailboxes } from './client-mailboxes.ts';

const COUNT = 2_500;
const uids = Array.from({ length: COUNT }, (_, index) => index + 1);

let directory: string;
let store: MailStore;
let mailboxes: ClientMailboxes;
let rests: number;
const rest = async () => void rests++;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'client-mailboxes-'));
  store = openMailStore({ file: join(directory, 'MAIL.DAT'), textDirectory: join(directory, 'texts') });
  mailboxes = await openClientMailboxes(store, 'SMITH');
  await store.deliver(uids.map(() => newMessage()));
  rests = 0;
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** Made where it is not there. */
const idOf = async (folder: string) => {
  await store.mailboxes.create(mailboxes.fileId, folder);
  return (await store.mailboxes.find(mailboxes.fileId, folder))!.id;
};
const countOf = async (folder: string) => (await store.mailboxes.find(mailboxes.fileId, folder))?.count ?? 0;
const remove = async (uid: number) => {
  const [message] = await store.mailboxes.messages(mailboxes.fileId, 'NEWMAIL', [uid]);
  await store.remove(mailboxes.fileId, [message!.id]);
};

describe('many messages', () => {
  it('are copied, moved and expunged some at a time, and others have their turn in between', async () => {
    const [newMail, memos] = [await idOf('NEWMAIL'), await idOf('MEMOS')];
    const copied = await mailboxes.copy(newMail, uids, memos, { allOrNone: true, rest });
    expect(copied?.at(-1)).toEqual({ uid: COUNT, newUid: COUNT });
    expect(rests).toBe(3);
    const placements: Placement[] = [];
    const moved = (some: readonly Placement[]) => void placements.push(...some);
    await mailboxes.move(newMail, uids, memos, { moved, rest });
    expect(placements.map(({ newUid }) => newUid)).toEqual(uids.map((uid) => COUNT + uid));
    expect(rests).toBe(6);
    await store.mailboxes.changeFlags(mailboxes.fileId, 'MEMOS', uids, {
      mode: 'add',
      flags: ['deleted'],
      keywords: [],
    });
    expect(await mailboxes.expunge(memos, (uid) => uid <= COUNT, rest)).toEqual(uids);
    expect(await mailboxes.expunge(memos, () => true, rest)).toEqual([]);
    expect(rests).toBe(9);
    expect([await countOf('NEWMAIL'), await countOf('MEMOS'), await countOf('WASTEBASKET')]).toEqual([
      0,
      COUNT,
      COUNT,
    ]);
  });

  it('are copied all or not at all, whatever happens meanwhile', async () => {
    const vanishing = async () => {
      if (rests++ === 0) await remove(COUNT);
    };
    const [newMail, memos, other] = [await idOf('NEWMAIL'), await idOf('MEMOS'), await idOf('OTHER')];
    const options = { allOrNone: true, rest: vanishing };
    expect(await mailboxes.copy(newMail, uids, memos, options)).toEqual([]);
    expect(await countOf('MEMOS')).toBe(0);
    expect(await mailboxes.copy(newMail, uids, memos, { allOrNone: false, rest })).toHaveLength(COUNT - 1);
    rests = 0;
    const failing = async () => {
      if (++rests === 2) throw new Error('The device is full.');
    };
    await expect(mailboxes.copy(newMail, uids, other, { allOrNone: false, rest: failing })).rejects.toThrow(
      'full',
    );
    expect(await countOf('OTHER')).toBe(0);
  });
});
