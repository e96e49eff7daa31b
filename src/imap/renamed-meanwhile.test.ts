/**
 * Another session renames folders while a command of many messages is under way: Letters becomes Old, and Other, with as many messages,
 * becomes Letters. The command goes on with the messages it was given for.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newMessage } from '../../test/contract/mail-store/new-message.ts';
import { type ImapClient, type ImapRig, startImapRig } from '../../test/support/imap-rig.ts';
import { Interruption } from '../../test/support/interrupted-store.ts';
import { openClientMailboxes } from '../mail/index.ts';
import type { FlaggedNumbers } from '../ports/mailboxes.ts';

/** More than one batch of every command. */
const COUNT = 1_100;

let rig: ImapRig;
let file: number;
let client: ImapClient;
let interruption: Interruption;

const swap = () =>
  rig.store.mailboxes.rename(file, [
    { from: 'LETTERS', to: 'OLD' },
    { from: 'OTHER', to: 'LETTERS' },
  ]);
const interrupt = (
  question: Parameters<Interruption['before']>[0],
  times: number,
  work: () => Promise<unknown> = swap,
) => interruption.before(question, times, work);
const countOf = async (folder: string) => (await rig.store.mailboxes.find(file, folder))?.count ?? 0;
const flagsOf = (folder: string): Promise<FlaggedNumbers> =>
  rig.store.mailboxes.flags(file, folder, 0, COUNT);
const bitsOf = async (folder: string) => [...new Set((await flagsOf(folder)).bits)];

beforeEach(async () => {
  interruption = new Interruption();
  rig = await startImapRig({
    openMailboxes: (userName) => openClientMailboxes(interruption.in(rig.store), userName),
  });
  ({ id: file } = await rig.store.createMailFile('SMITH', 'MAIL.MAI'));
  const text = { kind: 'inline', bytes: Buffer.from('Text\n') } as const;
  for (const folder of ['LETTERS', 'OTHER'])
    await rig.store.deliver(
      Array.from({ length: COUNT }, () =>
        newMessage({ owner: 'SMITH', folder, subject: `of ${folder}`, isMarked: folder === 'OTHER', text }),
      ),
    );
  await rig.store.mailboxes.create(file, 'TARGET');
  client = await rig.login();
  await client.command('SELECT Letters');
});
afterEach(async () => {
  expect(interruption.awaited, 'nobody has asked that question').toBeUndefined();
  await rig.close();
});

describe('while folders are renamed', () => {
  it('FETCH shows the messages of the mailbox that was selected', async () => {
    interrupt('messages', 2);
    const answer = await client.command('FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])');
    expect(answer.match(/Subject: of LETTERS/g)).toHaveLength(COUNT);
    expect(answer).not.toContain('OTHER');
    expect(answer).toMatch(/^a\d+ OK FETCH completed/m);
    expect(await client.command('FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT)])')).toContain('of LETTERS');
  });

  it('FETCH of flags alone shows theirs', async () => {
    interrupt('flags', 1);
    const answer = await client.command('FETCH 1:* (FLAGS)');
    expect(answer.match(/FETCH/g)?.length).toBeGreaterThanOrEqual(COUNT);
    expect(answer).not.toContain('\\Flagged');
  });

  it('SEARCH finds them, by their records and by the indexes of the store', async () => {
    interrupt('messages', 2);
    expect(await client.command('SEARCH UNFLAGGED UNANSWERED')).toMatch(
      new RegExp(`^\\* SEARCH( \\d+){${COUNT}}\\r`),
    );
    await client.command('STORE 7 +FLAGS.SILENT (\\Flagged)');
    interrupt('select', 1, () =>
      rig.store.mailboxes.rename(file, [
        { from: 'OLD', to: 'OLDER' },
        { from: 'LETTERS', to: 'OLD' },
      ]),
    );
    expect(await client.command('SEARCH FLAGGED')).toMatch(/^\* SEARCH 7\r/);
  });

  it('STORE changes no others', async () => {
    interrupt('changeFlags', 2);
    const answer = await client.command('STORE 1:* +FLAGS (\\Answered)');
    expect(answer).toMatch(/^a\d+ OK STORE completed/m);
    const [before] = await bitsOf('LETTERS');
    expect(await bitsOf('LETTERS')).toEqual([before]);
    expect(before! & 2).toBe(0);
    for (const bits of await bitsOf('OLD')) expect(bits & 2).toBe(2);
  });

  it('MOVE moves no others, and all to one mailbox', async () => {
    interrupt('move', 2, async () => {
      await swap();
      return rig.store.mailboxes.rename(file, [{ from: 'TARGET', to: 'SHELF' }]);
    });
    expect(await client.command('MOVE 1:* Target')).toMatch(/^\* OK \[COPYUID \d+ 1:1100 1:1100\]/);
    expect([await countOf('OLD'), await countOf('LETTERS'), await countOf('TARGET')]).toEqual([0, COUNT, 0]);
    expect(await countOf('SHELF')).toBe(COUNT);
  });

  it('COPY copies no others, and takes back none', async () => {
    interrupt('copy', 2, async () => {
      await rig.store.mailboxes.rename(file, [{ from: 'TARGET', to: 'SHELF' }]);
      await rig.store.mailboxes.rename(file, [{ from: 'OTHER', to: 'TARGET' }]);
      const [gone] = await rig.store.mailboxes.messages(file, 'LETTERS', [COUNT]);
      return rig.store.remove(file, [gone!.id]);
    });
    expect(await client.command('COPY 1:* Target')).toMatch(/^a\d+ NO \[EXPUNGEISSUED\]/m);
    expect([await countOf('TARGET'), await countOf('SHELF')]).toEqual([COUNT, 0]);
  });

  it('EXPUNGE and DELETE take away no others', async () => {
    await client.command('STORE 1:* +FLAGS.SILENT (\\Deleted)');
    await rig.store.mailboxes.changeFlags(file, 'OTHER', [...(await flagsOf('OTHER')).uids], {
      mode: 'add',
      flags: ['deleted'],
      keywords: [],
    });
    interrupt('move', 2);
    await client.command('EXPUNGE');
    expect([await countOf('OLD'), await countOf('LETTERS'), await countOf('WASTEBASKET')]).toEqual([
      0,
      COUNT,
      COUNT,
    ]);
    await client.command('UNSELECT');
    interrupt('move', 2, () =>
      rig.store.mailboxes.rename(file, [
        { from: 'LETTERS', to: 'OLDER' },
        { from: 'OLD', to: 'LETTERS' },
      ]),
    );
    expect(await client.command('DELETE Letters')).toMatch(/^a\d+ OK/m);
    expect((await rig.store.mailboxes.list(file)).map(({ name }) => name)).toEqual([
      'LETTERS',
      'TARGET',
      'WASTEBASKET',
    ]);
  });
});

describe('while the mailbox to put messages into is removed', () => {
  const remove = () => rig.store.mailboxes.remove(file, 'TARGET');

  it('MOVE and UID COPY say so, and make none of that name', async () => {
    interrupt('move', 1, remove);
    expect(await client.command('MOVE 1:* Target')).toMatch(/^a\d+ NO \[TRYCREATE\]/m);
    await rig.store.mailboxes.create(file, 'TARGET');
    interrupt('copy', 1, remove);
    expect(await client.command('UID COPY 1:* Target')).toMatch(/^a\d+ NO \[TRYCREATE\]/m);
    expect([await countOf('LETTERS'), await rig.store.mailboxes.find(file, 'TARGET')]).toEqual([
      COUNT,
      undefined,
    ]);
  });
});
