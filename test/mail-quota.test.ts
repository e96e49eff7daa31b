/** A whole node with a limit of what users have: RCPT, delivery from the queue, SEND. RFC 5321 §4.2.3; RFC 3463 §3.3; vms-mail.md §6.4 */
import { expect, test } from 'vitest';
import { manualClock } from '../src/adapters/memory/manual-clock.ts';
import { everyId } from '../src/ports/mail-store.ts';
import { startFixture } from './support/node-fixture.ts';
import { SmtpLine } from './support/smtp-line.ts';

const HOUR_MS = 3_600_000;
const MIB = 1_048_576;

test('who has as much as he may have gets nothing more until he makes room; the rest of the world goes on', async () => {
  const clock = manualClock(Date.now());
  await using fixture = await startFixture(['SMITH', 'JONES', 'BROWN'], { clock });
  const { mailStore, systemStore, queueManager } = fixture.node;
  const brown = (await systemStore.account('BROWN'))!;
  await systemStore.putAccount({ ...brown, privileges: [...brown.privileges, 'EXQUOTA'] });
  const fill = (owner: string, octets: number) =>
    mailStore.deliver([
      {
        owner,
        folder: 'MEMOS',
        isNew: false,
        receivedAt: 0,
        from: owner,
        to: owner,
        cc: '',
        subject: 'kept',
        text: { kind: 'inline', bytes: Buffer.alloc(octets, 'x') },
        format: 'records',
      },
    ]);
  await fill('SMITH', MIB - 100);
  await fill('BROWN', 2 * MIB);
  const line = new SmtpLine(fixture.node.port('SMTP'));
  await line.reply();
  await line.command('EHLO far.example');
  const rcpt = async (mailParameters: string, user: string): Promise<string> => {
    await line.command('RSET');
    await line.command(`MAIL FROM:<a@far.example>${mailParameters}`);
    return line.command(`RCPT TO:<${user}@hearts.example>`);
  };
  expect(await rcpt(` SIZE=${2 * MIB}`, 'smith')).toMatch(/^250 /);
  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/MAIL_QUOTA=1\n');
  // A change counts within a fifth of a second there.
  while (!/^552 5\.2\.3 /.test(await rcpt(` SIZE=${2 * MIB}`, 'smith')))
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await rcpt(' SIZE=200', 'smith')).toMatch(/^452 4\.2\.2 .*Mailbox full/);
  expect(await rcpt(' SIZE=200', 'jones')).toMatch(/^250 /);
  expect(await rcpt(` SIZE=${2 * MIB}`, 'brown')).toMatch(/^250 /);

  // There is room when it is announced, and none any more when it has come.
  expect(await rcpt('', 'smith')).toMatch(/^250 /);
  await line.command('RCPT TO:<brown@hearts.example>');
  await line.command('DATA');
  expect(await line.command(`Subject: x\r\n\r\n${'y'.repeat(60)}\r\n${'y'.repeat(60)}\r\n.`)).toMatch(
    /^250 /,
  );
  await fixture.queueIsEmpty();
  const system = { userName: 'SYSTEM', privileges: ['OPER'] };
  const [waiting] = await queueManager.entries({ withRecipients: true }, system);
  expect(waiting).toMatchObject({ state: 'holdingUntil' });
  expect(waiting?.recipients?.map(({ forwardPath, lastReply }) => [forwardPath, lastReply])).toEqual(
    expect.arrayContaining([
      ['smith@hearts.example', '452 4.2.2 %SYSTEM-F-EXDISKQUOTA, disk quota exceeded'],
    ]),
  );
  expect(await mailStore.usedBytes('SMITH')).toBe(MIB - 100);

  const sent = await fixture.mail('JONES', `SEND\nSMITH,BROWN\nHello\n${'z'.repeat(120)}\n`);
  expect(sent).toContain('%MAIL-E-SENDERR, error sending to user SMITH');
  expect(sent).toContain('-SYSTEM-F-EXDISKQUOTA, disk quota exceeded');
  expect(sent).not.toContain('BROWN');

  // What is there is not taken away, however much it is.
  await fill('SMITH', 1_000);
  expect(await fixture.dcl('SMITH', 'SHOW QUOTA\n')).toMatch(
    /has 2050 blocks used, 2 OVERDRAWN,\n {2}of 2048 authorized and permitted overdraft of 0 blocks on DKA0\n/,
  );

  const { id } = (await mailStore.mailFile('SMITH', 'MAIL.MAI'))!;
  await mailStore.purge(id, 'MEMOS');
  for (let passed = 0; passed < 2 && (await mailStore.usedBytes('SMITH')) === 0; passed += 0.25) {
    clock.advance(HOUR_MS / 4);
    await fixture.queueIsEmpty();
  }
  expect((await mailStore.folder(id, 'NEWMAIL'))?.count).toBe(1);
  expect(await queueManager.entries({}, system)).toEqual([]);
  line.write('QUIT\r\n');
});

test('what is more than a receiver may ever have is returned at once, not after days', async () => {
  await using fixture = await startFixture(['SMITH', 'JONES']);
  const { mailStore } = fixture.node;
  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/MAIL_QUOTA=1\n');
  const line = new SmtpLine(fixture.node.port('SMTP'));
  await line.reply();
  await line.command('EHLO far.example');
  await line.command('MAIL FROM:<jones@hearts.example>');
  expect(await line.command('RCPT TO:<smith@hearts.example>')).toMatch(/^250 /);
  await line.command('DATA');
  const lines = `${'y'.repeat(78)}\r\n`.repeat(Math.ceil(MIB / 80));
  expect(await line.command(`Subject: x\r\n\r\n${lines}.`)).toMatch(/^250 /);
  await fixture.queueIsEmpty();
  const { id } = (await mailStore.mailFile('JONES', 'MAIL.MAI'))!;
  const [report] = await everyId(mailStore.select(id, 'NEWMAIL'));
  let text = '';
  for await (const chunk of mailStore.readText(id, report!)) text += Buffer.from(chunk).toString();
  expect(text).toMatch(/^Status: 5\.2\.3\r?$/m);
  expect(text).toContain('552 5.2.3 %SYSTEM-F-EXDISKQUOTA, disk quota exceeded');
  expect(await mailStore.usedBytes('SMITH')).toBe(0);
  line.write('QUIT\r\n');
});
