/** What RCPT says of a mailbox without room, and to whom nothing is said of it. RFC 5321 §4.2.3; RFC 3463 §3.3. */
import { afterEach, expect, it } from 'vitest';
import type { RecipientCheck } from '../ports/recipient-check.ts';
import { defaultReceiverSettings } from './receiver-settings.ts';
import { Client, closeAll, startRig } from './testing/receiver-rig.ts';

afterEach(closeAll);

/** The mailbox of FULL has no room, and nobody's takes more than 1000 octets. */
async function inTransaction(settings: object = {}, mailParameters = '') {
  const asked: string[] = [];
  const recipients: Pick<RecipientCheck, 'check' | 'room'> = {
    check: async (path) =>
      path.startsWith('team@') ? 'list' : path.endsWith('@node.example') ? 'local' : 'remote',
    async room(path, sizeBytes) {
      asked.push(path);
      return sizeBytes > 1_000 ? 'never' : path.startsWith('full@') ? 'full' : 'enough';
    },
  };
  const rig = await startRig({
    recipients: recipients as RecipientCheck,
    settings: async () => ({
      ...defaultReceiverSettings,
      goodClients: [],
      checksSenders: false,
      tarpits: false,
      ...settings,
    }),
  });
  const client = Client.plain(rig.port);
  await client.reply();
  await client.say('EHLO me');
  await client.say(`MAIL FROM:<a@b.example>${mailParameters}`);
  return {
    asked,
    submissions: rig.submissions,
    client,
    rcpt: (path: string) => client.say(`RCPT TO:<${path}>`),
  };
}

it('is refused for now, and the other recipients get the message', async () => {
  const { client, rcpt, submissions } = await inTransaction({}, ' SIZE=900');
  expect(await rcpt('full@node.example')).toBe(
    '452 4.2.2 <full@node.example> ... Mailbox full, try again later',
  );
  expect(await rcpt('smith@node.example')).toMatch(/^250 2\.1\.5 /);
  await client.say('DATA');
  expect(await client.say('Subject: x\r\n\r\ny\r\n.')).toMatch(/^250 /);
  expect(submissions.map(({ envelope }) => envelope.forwardPaths)).toEqual([['smith@node.example']]);
});

it('is refused for good where the message is announced as larger than all of it; without SIZE it is not', async () => {
  const large = await inTransaction({}, ' SIZE=1001');
  expect(await large.rcpt('smith@node.example')).toBe(
    '552 5.2.3 <smith@node.example> ... Message is larger than the mailbox may be',
  );
  // The next transaction announces nothing.
  await large.client.say('RSET');
  await large.client.say('MAIL FROM:<a@b.example>');
  expect(await large.rcpt('smith@node.example')).toMatch(/^250 /);
});

it('nobody hears of it where nobody is told who is here, and lists are not asked', async () => {
  const silent = await inTransaction({ checksDeliverability: true }, ' SIZE=1001');
  expect(await silent.rcpt('full@node.example')).toMatch(/^250 /);
  const { asked, rcpt } = await inTransaction();
  expect(await rcpt('team@node.example')).toMatch(/^250 /);
  expect([silent.asked, asked]).toEqual([[], []]);
});
