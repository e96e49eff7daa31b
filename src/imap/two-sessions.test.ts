/** What a session hears of what another has done a moment before. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ImapClient, type ImapRig, startImapRig } from '../../test/support/imap-rig.ts';

const mail = 'From: jones@example.com\r\nSubject: Hello\r\n\r\nText\r\n';

let rig: ImapRig;
let one: ImapClient;
let other: ImapClient;
beforeEach(async () => {
  rig = await startImapRig();
  one = await rig.login();
  other = await rig.login();
  for (let count = 0; count < 3; count++) await one.command(`APPEND INBOX {${mail.length}+}\r\n${mail}`);
  await one.command('SELECT INBOX');
  await other.command('SELECT INBOX');
});
afterEach(() => rig.close());

it('hears of a flag that another set, although its own STORE was silent', async () => {
  await other.command('STORE 1 +FLAGS (\\Flagged)');
  expect(await one.command('STORE 1:2 +FLAGS.SILENT (\\Deleted)')).toMatch(
    /^\* 1 FETCH \(FLAGS \(\\Flagged \\Deleted\)\)\r\na\d+ OK/,
  );
  expect(await one.command('STORE 1:2 +FLAGS.SILENT (\\Draft)')).toMatch(/^a\d+ OK/);
});

it('copies nothing when one of the messages is there no more', async () => {
  await other.command('MOVE 1 Wastebasket');
  expect(await one.command('COPY 1:2 Wastebasket')).toMatch(/^a\d+ NO \[EXPUNGEISSUED\]/m);
  expect(await one.command('UID COPY 1:2 Wastebasket')).toMatch(/^a\d+ OK \[COPYUID \d+ 2 2\]/m);
});

it('keeps numbers and identifier of a mailbox that gets another name, also for who has it selected', async () => {
  const told = async (name: string) =>
    /\((UIDVALIDITY .*)\)\r/.exec(
      await one.command(`STATUS ${name} (UIDVALIDITY UIDNEXT HIGHESTMODSEQ MAILBOXID)`),
    )?.[1];
  await one.command('CREATE Letters');
  await one.command('COPY 1:2 Letters');
  const before = await told('Letters');
  expect(before).toContain('MAILBOXID (F');
  await other.command('SELECT Letters');
  expect(await one.command('RENAME Letters Old')).toMatch(/^a\d+ OK/);
  expect(await told('Old')).toBe(before);
  expect(await other.command('STORE 1 +FLAGS (\\Flagged)')).toMatch(/^\* 1 FETCH .*\r\na\d+ OK/);
  expect(await one.command('STATUS Old (DELETED)')).toMatch(/^a\d+ OK/m);
});

it('does nothing to a mailbox that has got the name of the one selected', async () => {
  for (const name of ['Letters', 'Other']) {
    await one.command(`CREATE ${name}`);
    await one.command(`COPY 1:2 ${name}`);
  }
  await other.command('SELECT Letters');
  await one.command('DELETE Letters');
  await one.command('RENAME Other Letters');
  expect(await other.command('STORE 1 +FLAGS (\\Deleted)')).toMatch(/^\* OK \[CLOSED\].*\r\na\d+ NO/);
  expect(await other.command('STATUS Letters (DELETED)')).toContain('(DELETED 0)');
});

it('takes any modification sequence of 63 bits', async () => {
  const largest = '9223372036854775807';
  expect(await one.command(`STORE 1 (UNCHANGEDSINCE ${largest}) +FLAGS (\\Flagged)`)).toMatch(/^a\d+ OK/m);
  expect(await one.command(`FETCH 1 FLAGS (CHANGEDSINCE ${largest})`)).toMatch(/^a\d+ OK/);
  expect(await one.command(`SEARCH MODSEQ ${largest}`)).toMatch(/^\* SEARCH\r\na\d+ OK/);
  expect(await one.command('STORE 1 (UNCHANGEDSINCE 9223372036854775808) +FLAGS ()')).toMatch(/^a\d+ BAD/);
});
