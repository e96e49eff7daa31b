/** Callable MAIL through its contexts and item lists. Source: vms-mail.md §8. */
import { describe, expect, it } from 'vitest';
import { mailServiceForTests } from '../../../test/support/mail-service.ts';
import { isSuccess } from '../../condition/index.ts';
import { MAIL } from '../index.ts';
import { callableMail } from './index.ts';

const ident = (value: string) => ({ ident: value });

async function rig(userName = 'SMITH', ...privileges: string[]) {
  const service = await mailServiceForTests();
  const caller = { ...service.context(userName), user: service.user(userName, ...privileges) };
  return { ...service, calls: callableMail(service.mail, caller) };
}
async function withMessages(count = 3) {
  const all = await rig();
  for (let n = 1; n <= count; n++) await all.arrive({ subject: `message ${n}` });
  const mailfile = all.calls.mailfileBegin();
  await mailfile.open();
  const message = mailfile.messageBegin();
  return { ...all, mailfile, message };
}

describe('what every routine does', () => {
  it('signals what is wrong with a list, before anything happens', async () => {
    const { mailfile, message } = await withMessages();
    await expect(message.select({ MAIL$_NONSENSE: 1 } as never)).rejects.toMatchObject(ident('INVITMCOD'));
    await expect(message.select({})).rejects.toMatchObject(ident('MISREQITM'));
    await expect(message.select({ MAIL$_MESSAGE_FOLDER: 'x'.repeat(256) })).rejects.toMatchObject(
      ident('INVITMLEN'),
    );
    await expect(message.info({ MAIL$_MESSAGE_NEXT: true, MAIL$_MESSAGE_ID: 1 })).rejects.toMatchObject(
      ident('CONITMCOD'),
    );
    await expect(mailfile.modify({})).rejects.toMatchObject(ident('MISREQITM'));
  });
  it('returns the status instead, where it shall not signal', async () => {
    const { mailfile, message } = await withMessages(0);
    const items = { MAIL$_NOSIGNAL: true, MAIL$_MESSAGE_FOLDER: 'MEMOS' };
    expect(await message.select(items)).toEqual({ status: MAIL.NOTEXIST.value });
    expect(await mailfile.open({ MAIL$_NOSIGNAL: true })).toEqual({ status: MAIL.FILEOPEN.value });
    expect(isSuccess((await mailfile.infoFile()).status)).toBe(true);
  });
  it('counts contexts, and knows those that have ended', async () => {
    const { calls } = await rig();
    const contexts = Array.from({ length: 31 }, () => calls.userBegin());
    expect(() => calls.sendBegin()).toThrow(expect.objectContaining(ident('NOMORECTX')));
    await contexts[0]!.end();
    await expect(contexts[0]!.getInfo()).rejects.toMatchObject(ident('ILLCTXADR'));
    calls.sendBegin();
  });
});

describe('mail files', () => {
  it('open, tell of themselves, and close', async () => {
    const { mailfile, message } = await withMessages();
    await message.select({ MAIL$_MESSAGE_FOLDER: 'NEWMAIL' });
    await message.delete({ MAIL$_MESSAGE_ID: 2 });
    const folders: (string | undefined)[] = [];
    const info = await mailfile.infoFile({
      MAIL$_MAILFILE_FOLDER_ROUTINE: (name) => void folders.push(name),
    });
    expect(info).toMatchObject({
      MAIL$_MAILFILE_RESULTSPEC: 'DKA0:[SMITH]MAIL.MAI;1',
      MAIL$_MAILFILE_WASTEBASKET: 'WASTEBASKET',
      MAIL$_MAILFILE_DELETED_BYTES: 0,
    });
    expect(folders).toEqual(['NEWMAIL', 'WASTEBASKET', undefined]);
    expect(await mailfile.close({ MAIL$_MAILFILE_FULL_CLOSE: true })).toMatchObject({
      MAIL$_MAILFILE_MESSAGES_DELETED: 1,
    });
    await expect(mailfile.close()).rejects.toMatchObject(ident('NOFILEOPEN'));
    expect(() => mailfile.messageBegin()).toThrow(expect.objectContaining(ident('NOFILEOPEN')));
  });
  it('rename and empty the wastebasket', async () => {
    const { mailfile, message } = await withMessages();
    await mailfile.modify({ MAIL$_MAILFILE_WASTEBASKET_NAME: 'RUBBISH' });
    await message.select({ MAIL$_MESSAGE_FOLDER: 'NEWMAIL' });
    await message.delete({ MAIL$_MESSAGE_ID: 1 });
    expect(await mailfile.purgeWaste({ MAIL$_MAILFILE_RECLAIM: true })).toMatchObject({
      MAIL$_MAILFILE_MESSAGES_DELETED: 1,
    });
  });
  it('are compressed, and what they were is kept', async () => {
    const { mailfile, message } = await withMessages();
    await message.select({ MAIL$_MESSAGE_FOLDER: 'NEWMAIL' });
    await message.delete({ MAIL$_MESSAGE_ID: 1 });
    await mailfile.purgeWaste();
    expect(await mailfile.infoFile()).not.toMatchObject({ MAIL$_MAILFILE_DELETED_BYTES: 0 });
    expect(await mailfile.compress()).toMatchObject({
      MAIL$_MAILFILE_RESULTSPEC: 'DKA0:[SMITH]MAIL.MAI;1',
      MAIL$_MAILFILE_OLDSPEC: 'DKA0:[SMITH]MAIL.OLD;1',
    });
    expect(await mailfile.infoFile()).toMatchObject({ MAIL$_MAILFILE_DELETED_BYTES: 0 });
    await expect(mailfile.compress({ MAIL$_MAILFILE_NAME: 'NOWHERE' })).rejects.toMatchObject(
      ident('OPENIN'),
    );
  });
  it('that are not there', async () => {
    const { calls } = await rig();
    const mailfile = calls.mailfileBegin();
    await expect(mailfile.open({ MAIL$_MAILFILE_NAME: 'OLD' })).rejects.toMatchObject({
      ident: 'OPENIN',
      secondary: [{ ident: 'FNF' }],
    });
    const defaults = { MAIL$_MAILFILE_NAME: 'MAIL', MAIL$_MAILFILE_DEFAULT_NAME: 'DKA0:[SMITH].MAI' };
    expect(await mailfile.open(defaults)).toMatchObject({
      MAIL$_MAILFILE_RESULTSPEC: 'DKA0:[SMITH]MAIL.MAI;1',
    });
  });
});

describe('messages', () => {
  it('are selected by what they hold, and read record by record', async () => {
    const { message, mail } = await withMessages();
    const items = { MAIL$_MESSAGE_FOLDER: 'NEWMAIL', MAIL$_MESSAGE_SUBJ_SUBSTRING: 'AGE 2' };
    expect(await message.select(items)).toMatchObject({ MAIL$_MESSAGE_SELECTED: 1 });
    const header = await message.get({ MAIL$_MESSAGE_NEXT: true });
    expect(header).toMatchObject({
      status: MAIL.MSGINFO.value,
      MAIL$_MESSAGE_CURRENT_ID: 1,
      MAIL$_MESSAGE_FROM: 'SMTP%"a@b.example"',
      MAIL$_MESSAGE_SUBJECT: 'message 2',
      MAIL$_MESSAGE_RETURN_FLAGS: ['new'],
    });
    const continued = { MAIL$_MESSAGE_CONTINUE: true, MAIL$_NOSIGNAL: true };
    expect(await message.get(continued)).toEqual({
      status: MAIL.MSGTEXT.value,
      MAIL$_MESSAGE_RECORD: 'hello',
    });
    let last = await message.get(continued);
    while (isSuccess(last.status)) last = await message.get(continued);
    expect(last).toEqual({ status: MAIL.NOMOREREC.value });
    expect(await mail.newMailCount('SMITH')).toBe(2);
    await expect(message.get({ MAIL$_MESSAGE_NEXT: true })).rejects.toMatchObject(ident('NOMOREMSG'));
  });
  it('are stepped through forwards and back, past those that are deleted', async () => {
    const { message } = await withMessages();
    await message.select({ MAIL$_MESSAGE_FOLDER: 'NEWMAIL' });
    await message.delete({ MAIL$_MESSAGE_ID: 2 });
    await message.info({ MAIL$_MESSAGE_ID: 1 });
    expect(await message.info({ MAIL$_MESSAGE_NEXT: true })).toMatchObject({ MAIL$_MESSAGE_CURRENT_ID: 3 });
    expect(await message.info({ MAIL$_MESSAGE_BACK: true })).toMatchObject({ MAIL$_MESSAGE_CURRENT_ID: 1 });
    await expect(message.info({ MAIL$_MESSAGE_ID: 2 })).rejects.toMatchObject(ident('DELMSG'));
  });
  it('have flags', async () => {
    const { message } = await withMessages();
    await message.select({ MAIL$_MESSAGE_FOLDER: 'NEWMAIL' });
    await message.modify({ MAIL$_MESSAGE_ID: 2, MAIL$_MESSAGE_FLAGS: ['marked', 'replied'] });
    const marked = { MAIL$_MESSAGE_FOLDER: 'NEWMAIL', MAIL$_MESSAGE_FLAGS: ['marked' as const] };
    expect(await message.select(marked)).toMatchObject({ MAIL$_MESSAGE_SELECTED: 1 });
    const others = { MAIL$_MESSAGE_FOLDER: 'NEWMAIL', MAIL$_MESSAGE_FLAGS_MBZ: ['marked' as const] };
    expect(await message.select(others)).toMatchObject({ MAIL$_MESSAGE_SELECTED: 2 });
    await expect(
      message.modify({ MAIL$_MESSAGE_ID: 1, MAIL$_MESSAGE_FLAGS: ['new'], MAIL$_MESSAGE_FLAGS_MBZ: ['new'] }),
    ).rejects.toMatchObject(ident('CONITMCOD'));
  });
  it('are copied and moved, and folders created after a question', async () => {
    const { message, mailfile } = await withMessages();
    await message.select({ MAIL$_MESSAGE_FOLDER: 'NEWMAIL' });
    const asked: string[] = [];
    const refuse = { MAIL$_MESSAGE_FOLDER_ACTION: (name: string) => asked.push(name) < 0 };
    await expect(
      message.copy({ MAIL$_MESSAGE_ID: 1, MAIL$_MESSAGE_FOLDER: 'MEMOS', ...refuse }),
    ).rejects.toMatchObject(ident('NOTEXIST'));
    expect(asked).toEqual(['MEMOS']);
    expect(await message.copy({ MAIL$_MESSAGE_ID: 1, MAIL$_MESSAGE_FOLDER: 'MEMOS' })).toMatchObject({
      MAIL$_MESSAGE_FOLDER_CREATED: true,
      MAIL$_MESSAGE_FILE_CREATED: false,
    });
    const move = { MAIL$_MESSAGE_ID: 2, MAIL$_MESSAGE_FOLDER: 'MEMOS', MAIL$_MESSAGE_DELETE: true };
    expect(await message.copy(move)).toMatchObject({ MAIL$_MESSAGE_FOLDER_CREATED: false });
    const elsewhere = {
      MAIL$_MESSAGE_ID: 3,
      MAIL$_MESSAGE_FOLDER: 'KEPT',
      MAIL$_MESSAGE_FILENAME: 'ARCHIVE',
    };
    expect(await message.copy(elsewhere)).toMatchObject({
      MAIL$_MESSAGE_FILE_CREATED: true,
      MAIL$_MESSAGE_RESULTSPEC: 'DKA0:[SMITH]ARCHIVE.MAI;1',
    });
    expect(await message.select({ MAIL$_MESSAGE_FOLDER: 'MEMOS' })).toMatchObject({
      MAIL$_MESSAGE_SELECTED: 2,
    });
    const names: (string | undefined)[] = [];
    await mailfile.infoFile({ MAIL$_MAILFILE_FOLDER_ROUTINE: (name) => void names.push(name) });
    expect(names).toEqual(['MEMOS', 'NEWMAIL', undefined]);
  });
});

describe('sending', () => {
  it('puts a message together and tells who got it', async () => {
    const { calls, lists, store, submissions } = await rig();
    lists.set('REPORT.TXT', ['from the file']);
    const send = calls.sendBegin({ MAIL$_SEND_PERS_NAME: 'The Boss' });
    await send.addAddress({ MAIL$_SEND_USERNAME: 'JONES' });
    await send.addAddress({ MAIL$_SEND_USERNAME: 'x@y.example', MAIL$_SEND_USERNAME_TYPE: 'cc' });
    await send.addAttribute({ MAIL$_SEND_SUBJECT: 'budget' });
    await send.addBodypart({ MAIL$_SEND_RECORD: 'hello' });
    await send.addBodypart({ MAIL$_SEND_FILENAME: 'REPORT' });
    const told: string[] = [];
    const sent = await send.message({
      MAIL$_SEND_SUCCESS_ENTRY: (_, status) => void told.push(status.message),
    });
    expect(sent).toMatchObject({ MAIL$_SEND_SENT: 2, MAIL$_SEND_FAILED: 0 });
    expect(told).toEqual([
      '%MAIL-S-MSGSENT, message sent to user JONES',
      '%MAIL-S-MSGSENT, message sent to user x@y.example',
    ]);
    expect(submissions).toHaveLength(1);
    const { id } = (await store.mailFile('JONES', 'MAIL.MAI'))!;
    const ids = await store.select(id, 'NEWMAIL');
    const [record] = await store.messages(id, await ids.slice(0, 1));
    expect(record).toMatchObject({
      from: 'VAX1::SMITH  "The Boss"',
      to: 'JONES',
      cc: 'x@y.example',
      records: 2,
    });
    await send.end();
  });
  it('asks what to do with wrong addresses', async () => {
    const { calls } = await rig();
    const wrong = async () => {
      const send = calls.sendBegin({ MAIL$_SEND_NO_PERS_NAME: true });
      await send.addAddress({ MAIL$_SEND_USERNAME: 'FRED' });
      await send.addAddress({ MAIL$_SEND_USERNAME: 'JONES' });
      return send;
    };
    await expect((await wrong()).message()).rejects.toMatchObject(ident('NOSUCHUSR'));
    const no = { MAIL$_SEND_ERROR_ENTRY: () => false };
    await expect((await wrong()).message(no)).rejects.toMatchObject(ident('SENDABORT'));
    const yes = { MAIL$_SEND_ERROR_ENTRY: () => true };
    expect(await (await wrong()).message(yes)).toMatchObject({ MAIL$_SEND_SENT: 1, MAIL$_SEND_FAILED: 1 });
  });
  it('to nobody, of a file that is not there, after an abort', async () => {
    const { calls } = await rig();
    await expect(calls.sendBegin().message()).rejects.toMatchObject(ident('NOUSERSPEC'));
    const send = calls.sendBegin();
    await send.addAddress({ MAIL$_SEND_USERNAME: 'JONES' });
    await send.addBodypart({ MAIL$_SEND_FILENAME: 'NOTHING.TXT' });
    await expect(send.message()).rejects.toMatchObject({ ident: 'OPENIN', secondary: [{ ident: 'FNF' }] });
    send.abort();
    await expect(send.message()).rejects.toMatchObject(ident('SENDABORT'));
  });
});

describe('profiles', () => {
  it('of one’s own are read and changed', async () => {
    const { calls } = await rig();
    const user = calls.userBegin();
    await user.setInfo({ MAIL$_USER_SET_PERSONAL_NAME: 'John', MAIL$_USER_SET_COPY_SEND: true });
    expect(await user.getInfo()).toMatchObject({
      MAIL$_USER_RETURN_USERNAME: 'SMITH',
      MAIL$_USER_PERSONAL_NAME: 'John',
      MAIL$_USER_COPY_SEND: true,
      MAIL$_USER_COPY_REPLY: false,
      MAIL$_USER_FULL_DIRECTORY: 'DKA0:[SMITH]',
      MAIL$_USER_NEW_MESSAGES: 0,
    });
    await user.setInfo({ MAIL$_USER_SET_PERSONAL_NAME: '' });
    expect(await user.getInfo()).toMatchObject({ MAIL$_USER_PERSONAL_NAME: '' });
    await expect(user.setInfo({ MAIL$_USER_SET_PERSONAL_NAME: '1x' })).rejects.toMatchObject(
      ident('ILLPERNAM'),
    );
  });
  it('of others take privileges', async () => {
    const plain = (await rig()).calls.userBegin();
    await expect(plain.getInfo({ MAIL$_USER_USERNAME: 'JONES' })).rejects.toMatchObject(ident('NOSYSNAM'));
    await expect(plain.getInfo({ MAIL$_USER_FIRST: true })).rejects.toMatchObject(ident('NOSYSNAM'));
    const change = { MAIL$_USER_USERNAME: 'JONES', MAIL$_USER_SET_FORWARDING: 'DOE' };
    await expect(plain.setInfo(change)).rejects.toMatchObject(ident('NOSYSPRV'));
    const manager = (await rig('SMITH', 'SYSPRV')).calls.userBegin();
    await expect(manager.setInfo(change)).rejects.toMatchObject(ident('NOSUCHUSR'));
    await manager.setInfo({ ...change, MAIL$_USER_CREATE_IF: true });
    expect(await manager.getInfo({ MAIL$_USER_FIRST: true })).toMatchObject({
      MAIL$_USER_RETURN_USERNAME: 'JONES',
      MAIL$_USER_FORWARDING: 'DOE',
    });
    await expect(manager.getInfo({ MAIL$_USER_NEXT: true })).rejects.toMatchObject(ident('NOSUCHUSR'));
    await manager.deleteInfo({ MAIL$_USER_USERNAME: 'JONES' });
    await expect(manager.getInfo({ MAIL$_USER_USERNAME: 'JONES' })).rejects.toMatchObject(ident('NOSUCHUSR'));
  });
});
