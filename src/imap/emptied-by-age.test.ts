/** What the site removes of folders by age, as clients see it that have them open: RFC 9051 §7.5.1, RFC 7162 §3.2.10. */
import { expect, test } from 'vitest';
import { newMessage } from '../../test/contract/mail-store/new-message.ts';
import { startImapRig } from '../../test/support/imap-rig.ts';
import { emptyByAge } from '../mail/index.ts';

const DAY_MS = 86_400_000;

test('sessions hear of it, by EXPUNGE or VANISHED, and who comes back learns what is gone', async () => {
  await using rig = await startImapRig();
  const put = (...subjects: string[]) =>
    rig.store.deliver(subjects.map((subject) => newMessage({ folder: 'JUNK', isNew: false, subject })));
  const empty = (day: number) =>
    emptyByAge(rig.store, { wastebasketDays: 0, junk: { folder: 'JUNK', days: 2 } }, day * DAY_MS);
  await put('a', 'b', 'c');
  const plain = await rig.login();
  await plain.command('SELECT JUNK');
  const quick = await rig.login();
  await quick.command('ENABLE QRESYNC');
  const selected = await quick.command('SELECT JUNK');
  const [, validity] = /UIDVALIDITY (\d+)/.exec(selected) ?? [];
  const [, modseq] = /HIGHESTMODSEQ (\d+)/.exec(selected) ?? [];

  await empty(1);
  await put('d');
  await empty(2);
  expect(await empty(3)).toEqual({ folders: 1, messages: 3, bytes: 21 });
  expect((await plain.command('NOOP')).match(/^\* .*/gm)).toEqual(
    expect.arrayContaining(['* 1 EXPUNGE', '* 1 EXPUNGE', '* 1 EXPUNGE', '* 1 EXISTS']),
  );
  expect(await quick.command('NOOP')).toMatch(/^\* VANISHED 1:3\r$/m);
  expect(await plain.command('UID FETCH 1:* (UID)')).toMatch(/^\* 1 FETCH \(UID 4\)\r\n\S+ OK/);

  const back = await rig.login();
  await back.command('ENABLE QRESYNC');
  expect(await back.command(`SELECT JUNK (QRESYNC (${validity} ${modseq}))`)).toMatch(
    /^\* VANISHED \(EARLIER\) 1:3\r$/m,
  );
});

test('mail that users read is never removed, whatever the site calls the folder', async () => {
  await using rig = await startImapRig();
  await rig.store.deliver([newMessage(), newMessage({ folder: 'MAIL', isNew: false })]);
  const { id } = (await rig.store.mailFile('SMITH', 'MAIL.MAI'))!;
  await rig.store.setWastebasketName(id, 'MAIL');
  for (let day = 1; day < 5; day++)
    expect(
      await emptyByAge(rig.store, { wastebasketDays: 1, junk: { folder: 'NEWMAIL', days: 1 } }, day * DAY_MS),
    ).toEqual({ folders: 0, messages: 0, bytes: 0 });
  expect((await rig.store.folders(id)).map(({ name, count }) => [name, count])).toEqual([
    ['MAIL', 1],
    ['NEWMAIL', 1],
  ]);
});
