import { describe, expect, it } from 'vitest';
import { mailServiceForTests } from '../../test/support/mail-service.ts';

const ident = (value: string) => ({ ident: value });
const setUp = async (messages = 3) => {
  const rig = await mailServiceForTests();
  for (let count = 1; count <= messages; count++) await rig.arrive({ subject: `message ${count}` });
  return { ...rig, file: await rig.mail.openMailFile(rig.user('SMITH')) };
};

describe('what is refused', () => {
  it('folders that are not there, names that are none', async () => {
    const { file } = await setUp(0);
    await expect(file.select()).rejects.toMatchObject(ident('NOMSGS'));
    await expect(file.select('MEMOS')).rejects.toMatchObject(ident('NOTEXIST'));
    await expect(file.select(undefined, { new: true })).rejects.toMatchObject(ident('NONEWMAIL'));
    await expect(file.select('x'.repeat(40))).rejects.toMatchObject(ident('NAMTOOBIG'));
    await expect(file.folderExists('A\x1b')).rejects.toMatchObject(ident('ILLFOLNAM'));
    await expect(file.setWastebasketName('MAIL')).rejects.toMatchObject(ident('ILLFOLNAM'));
  });
  it('numbers that do not exist, deleted messages, deleting in the wastebasket', async () => {
    const { file } = await setUp();
    const selection = await file.select();
    for (const number of [0, 4, 1.5]) {
      await expect(selection.message(number)).rejects.toMatchObject(ident('NOMOREMSG'));
      await expect(selection.delete([1, number])).rejects.toMatchObject(ident('NOMOREMSG'));
    }
    expect(await selection.delete([2])).toBe(1);
    await expect(selection.message(2)).rejects.toMatchObject(ident('DELMSG'));
    await expect((await file.select('WASTEBASKET')).delete([1])).rejects.toMatchObject(ident('DELWASTE'));
  });
  it('other people’s mail files', async () => {
    const { mail, user } = await setUp();
    const spec = { fileSpec: 'DKA0:[SMITH]MAIL.MAI' };
    await expect(mail.openMailFile(user('JONES'), spec)).rejects.toMatchObject({
      ident: 'OPENIN',
      secondary: [{ ident: 'PRV' }],
    });
    const opened = await mail.openMailFile(user('JONES', 'SYSPRV'), spec);
    expect([opened.owner, opened.specification]).toEqual(['SMITH', 'DKA0:[SMITH]MAIL.MAI;1']);
    await expect(mail.openMailFile(user('SMITH'), { fileSpec: 'OLD' })).rejects.toMatchObject({
      ident: 'OPENIN',
      secondary: [{ ident: 'FNF' }],
    });
    await expect(mail.openMailFile(user('SMITH'), { fileSpec: 'A B' })).rejects.toMatchObject(
      ident('PARSEFAIL'),
    );
    await expect(mail.changeProfile('SMITH', { personalName: '1x' })).rejects.toMatchObject(
      ident('ILLPERNAM'),
    );
  });
});

describe('NEWMAIL', () => {
  it('is selected while there is new mail, and what was read goes to MAIL when it is left', async () => {
    const { file, mail } = await setUp();
    const selection = await file.select();
    expect([selection.folder, selection.length]).toEqual(['NEWMAIL', 3]);
    await selection.markRead(1);
    await selection.markRead(1);
    expect(await mail.newMailCount('SMITH')).toBe(2);
    expect((await selection.message(1)).flags.new).toBe(false);
    expect(await file.folders()).toEqual([{ name: 'NEWMAIL', count: 3 }]);
    const again = await file.select(undefined, { new: true });
    expect(again.length).toBe(2);
    expect((await file.select('MAIL')).length).toBe(1);
  });
  it('is emptied of what was read by EXIT and QUIT, which differ in the wastebasket', async () => {
    const { file, mail, user } = await setUp();
    const selection = await file.select();
    await selection.markRead(2);
    await selection.delete([1]);
    expect(await mail.newMailCount('SMITH')).toBe(1);
    await file.close({ purge: false });
    const again = await mail.openMailFile(user('SMITH'));
    expect((await again.folders()).map((each) => each.name)).toEqual(['MAIL', 'NEWMAIL', 'WASTEBASKET']);
    expect(await again.close({ purge: true })).toMatchObject({ messages: 1 });
    expect((await again.folders()).map((each) => each.name)).toEqual(['MAIL', 'NEWMAIL']);
  });
});

describe('a selection', () => {
  it('keeps its numbers whatever happens meanwhile', async () => {
    const { file, mail, user, arrive } = await setUp();
    const selection = await file.select();
    const other = await mail.openMailFile(user('SMITH'));
    await (await other.select('NEWMAIL')).delete([1]);
    await arrive({ subject: 'late' });
    const subjects = (await selection.summaries(1, 9)).map((each) =>
      each.deleted ? '(Deleted)' : each.subject,
    );
    expect(subjects).toEqual(['(Deleted)', 'message 2', 'message 3']);
    // Another session leaves NEWMAIL: what it read is still message 2 here, and can be deleted.
    await other.selection?.markRead(2);
    await other.select('WASTEBASKET');
    expect((await selection.message(2)).subject).toBe('message 2');
    expect(await selection.delete([2, 2, 3])).toBe(2);
    expect(await selection.isDeleted(2)).toBe(true);
    expect((await file.folders()).find((each) => each.name === 'WASTEBASKET')?.count).toBe(3);
  });
  it('moves and copies into folders and other files, which exist while a message is in them', async () => {
    const { file, mail, user } = await setUp();
    const old = await mail.openMailFile(user('SMITH'), { fileSpec: 'OLD', create: true });
    expect(old.specification).toBe('DKA0:[SMITH]OLD.MAI;1');
    const selection = await file.select();
    expect(await file.folderExists('MEMOS')).toBe(false);
    expect(await selection.move([1], 'MEMOS')).toBe(1);
    expect(await file.folderExists('MEMOS')).toBe(true);
    expect(await selection.copy([2], 'MEMOS', old)).toBe(1);
    expect(await selection.move([3], 'MEMOS', old)).toBe(1);
    const memos = await old.select('MEMOS');
    expect((await memos.summaries(1, 2)).map((each) => [each.subject, each.flags.new])).toEqual([
      ['message 2', false],
      ['message 3', false],
    ]);
    await (await file.select('MEMOS')).delete([1]);
    expect(await file.folderExists('MEMOS')).toBe(false);
  });
  it('is searched in header and text', async () => {
    const { file } = await setUp();
    const selection = await file.select();
    expect(await selection.search('HELLO')).toBe(1);
    expect(await selection.search('hello', 3)).toBe(3);
    expect(await selection.search('message 2')).toBe(2);
    expect(await selection.search('nowhere')).toBeUndefined();
  });
  it('shows nothing that steers a terminal', async () => {
    const { file, arrive } = await setUp(0);
    await arrive({
      subject: '=?utf-8?q?a=1B=5B2Jb=E2=80=AEc?=',
      from: 'SMTP%"a@b"  "\x9b2J"',
      text: {
        kind: 'inline',
        bytes: Buffer.from('Subject: x\r\n\r\n\x1b[2Jwipe\x07\tok\x0c\u202e\u200b\x9d\r\n'),
      },
    });
    const selection = await file.select();
    const [summary] = await selection.summaries(1, 1);
    expect([summary?.subject, summary?.from]).toEqual(['a.[2Jb<U+202E>c', 'SMTP%"a@b"  ".2J"']);
    const lines: string[] = [];
    for await (const line of (await selection.message(1)).lines()) lines.push(line);
    expect(lines[0]).toBe('.[2Jwipe.\tok\x0c<U+202E><U+200B>.');
  });
});

describe('PURGE', () => {
  it('reclaims above 32,767 bytes or when asked', async () => {
    const { file } = await setUp();
    const selection = await file.select();
    await selection.delete(selection.numbers());
    expect(await file.wouldReclaim()).toBe(false);
    expect((await file.purge()).reclaimed).toBeUndefined();
    expect(await file.deletedBytes()).toBeGreaterThan(0);
    expect((await file.purge({ reclaim: true })).reclaimed).toMatchObject({ messagesDeleted: 0 });
    expect(await file.deletedBytes()).toBe(0);
  });
});

describe('delivery', () => {
  it('refuses who cannot receive, and announces what came', async () => {
    const { arrive, notices } = await setUp(0);
    expect(await arrive({ userName: 'FRED' })).toEqual({
      kind: 'failed',
      reason: '%MAIL-E-NOSUCHUSR, no such user FRED',
    });
    expect(await arrive({ userName: 'BLAKE' })).toMatchObject({ kind: 'failed' });
    expect(await arrive({ deliveryKey: 'k' })).toEqual({ kind: 'delivered' });
    expect(await arrive({ deliveryKey: 'k' })).toEqual({ kind: 'delivered' });
    expect(notices).toEqual(['SMITH: New mail on node VAX1 from SMTP%"a@b.example"']);
  });
  it('is tried again when the store fails', async () => {
    const { store } = await setUp(0);
    const broken = { ...store, deliver: () => Promise.reject(new Error('disk on fire')) };
    const { arrive } = await mailServiceForTests({ store: broken });
    expect(await arrive()).toEqual({ kind: 'retry', reason: 'mail file cannot be written' });
  });
});
