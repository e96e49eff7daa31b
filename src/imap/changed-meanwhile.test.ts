/**
 * Another session expunges one message and changes another while this one is being told of the other. What it is told must not be ahead
 * of what it has heard: a client comes back with the greatest modification sequence it has seen, and would never hear of the expunge.
 * RFC 7162 §3.2.5.1.
 */
import { expect, test } from 'vitest';
import { startImapRig } from '../../test/support/imap-rig.ts';
import { Interruption } from '../../test/support/interrupted-store.ts';
import { openClientMailboxes } from '../mail/index.ts';

const mail = 'From: jones@example.com\r\nSubject: Hello\r\n\r\nText\r\n';
const greatest = (said: string): number =>
  Math.max(...[...said.matchAll(/MODSEQ \(?(\d+)/g)].map(([, modseq]) => Number(modseq)));

async function start() {
  const interruption = new Interruption();
  const rig = await startImapRig({
    openMailboxes: (userName) => openClientMailboxes(interruption.in(rig.store), userName),
  });
  const other = await rig.login();
  for (let count = 0; count < 3; count++) await other.command(`APPEND INBOX {${mail.length}+}\r\n${mail}`);
  await other.command('SELECT INBOX');
  const client = await rig.login();
  await client.command('ENABLE QRESYNC');
  const selected = await client.command('SELECT INBOX');
  const validity = /UIDVALIDITY (\d+)/.exec(selected)![1]!;
  /** Of message 3, and then the removal of 2 and once more of 3. */
  const change = () => other.command('STORE 3 +FLAGS (\\Flagged)');
  const removeAndChange = async () => {
    await other.command('MOVE 2 Wastebasket');
    await other.command('STORE 2 +FLAGS (\\Answered)');
  };
  return { rig, interruption, client, validity, selected, change, removeAndChange };
}

test('NOOP tells of it as soon as it has told of the expunge', async () => {
  const { rig, interruption, client, validity, selected, change, removeAndChange } = await start();
  await using _ = rig;
  await change();
  interruption.before('messages', 1, removeAndChange);
  const first = await client.command('NOOP');
  expect(interruption.awaited).toBeUndefined();
  expect(first).not.toContain('VANISHED');
  const known = Math.max(greatest(selected), greatest(first));

  const back = await rig.login();
  await back.command('ENABLE QRESYNC');
  expect(await back.command(`SELECT INBOX (QRESYNC (${validity} ${known}))`)).toMatch(
    /^\* VANISHED \(EARLIER\) 2\r\n\* 2 FETCH \(UID 3 FLAGS \(\\Answered \\Flagged\) /m,
  );
  expect(await client.command('NOOP')).toMatch(
    /^\* VANISHED 2\r\n\* 2 FETCH \(UID 3 FLAGS \(\\Answered \\Flagged\) MODSEQ \(\d+\)\)\r\n\S+ OK/,
  );
});

test.each(['FETCH 1 FLAGS', 'SEARCH ALL', 'FETCH 1 (MODSEQ)'])(
  '%s, which may tell of no removal, tells unasked of nothing behind one',
  async (command) => {
    const { rig, client, validity, selected, removeAndChange } = await start();
    await using _ = rig;
    await removeAndChange();
    const known = Math.max(greatest(selected), greatest(await client.command(command)));
    const back = await rig.login();
    await back.command('ENABLE QRESYNC');
    expect(await back.command(`SELECT INBOX (QRESYNC (${validity} ${known}))`)).toMatch(
      /^\* VANISHED \(EARLIER\) 2\r\n\* 2 FETCH \(UID 3 FLAGS \(\\Answered\) /m,
    );
    expect(await client.command('NOOP')).toMatch(/^\* VANISHED 2\r\n\* 2 FETCH \(UID 3 /);
  },
);

test('SELECT with QRESYNC too', async () => {
  const { rig, interruption, client, validity, selected, change, removeAndChange } = await start();
  await using _ = rig;
  await client.command('UNSELECT');
  await change();
  interruption.before('messages', 1, removeAndChange);
  const again = await client.command(`SELECT INBOX (QRESYNC (${validity} ${greatest(selected)}))`);
  expect(interruption.awaited).toBeUndefined();
  expect(again).not.toContain('VANISHED');
  expect(again).toContain('* 3 EXISTS');

  await client.command('UNSELECT');
  expect(await client.command(`SELECT INBOX (QRESYNC (${validity} ${greatest(again)}))`)).toMatch(
    /^\* VANISHED \(EARLIER\) 2\r\n\* 2 FETCH \(UID 3 FLAGS \(\\Answered \\Flagged\) /m,
  );
});
