/** What a command does for all messages of a mailbox costs in proportion to them: eight times as many, and not many times that. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newMessage } from '../contract/mail-store/new-message.ts';
import { type ImapClient, type ImapRig, startImapRig } from '../support/imap-rig.ts';
import { processorMsOf } from '../support/processor-time.ts';

const FEW = 300;
const TIMES = 8;
/** What a mailbox costs of itself, and a moment of the collector of garbage. */
const LEAST_MS = 3;

let rig: ImapRig;
let small: ImapClient;
let large: ImapClient;

/** Conversations of ten, and now and then somebody who answers what nobody has seen. */
const text = (index: number): string =>
  [
    'From: Ann <ann@elsewhere.example>',
    `Subject: ${index % 10 === 0 ? '' : 'Re: '}matter ${Math.floor(index / 10) % 40}`,
    `Message-ID: <${index}@elsewhere.example>`,
    `References: <${index - (index % 10)}@elsewhere.example> <${index % 7 === 0 ? 'unseen' : index - 1}@elsewhere.example>`,
    `Date: ${1 + (index % 28)} Oct 2026 10:00:00 +0000`,
    '',
    `${'The text of a message. '.repeat(20)}${index}`,
    '',
  ].join('\r\n');

async function mailboxOf(userName: string, messages: number): Promise<ImapClient> {
  await rig.store.createMailFile(userName, 'MAIL.MAI');
  for (let at = 0; at < messages; at += FEW)
    await rig.store.deliver(
      Array.from({ length: FEW }, (_, index) =>
        newMessage({
          owner: userName,
          from: 'SMTP%"ann@elsewhere.example"',
          format: 'rfc5322',
          text: { kind: 'inline', bytes: Buffer.from(text(at + index)) },
        }),
      ),
    );
  const client = await rig.login(userName);
  expect(await client.command('SELECT INBOX')).toContain(`* ${messages} EXISTS`);
  return client;
}

beforeAll(async () => {
  rig = await startImapRig();
  small = await mailboxOf('SMITH', FEW);
  large = await mailboxOf('JONES', FEW * TIMES);
}, 120_000);
afterAll(() => rig.close());

/** Milliseconds of processor time, of server and client; the least of some runs. */
async function costOf(client: ImapClient, command: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run += 1) {
    const took = await processorMsOf(async () => expect(await client.command(command)).toMatch(/^a\d+ OK/m));
    least = Math.min(least, took);
  }
  return Math.max(least, LEAST_MS);
}

test.each([
  'THREAD REFERENCES UTF-8 ALL',
  'THREAD ORDEREDSUBJECT UTF-8 ALL',
  'SORT (SUBJECT REVERSE DATE) UTF-8 ALL',
  'SEARCH TEXT nowhere',
  'SEARCH OR SUBJECT nowhere BODY nowhere',
  'FETCH 1:* (FLAGS ENVELOPE)',
  'FETCH 1:* (BODYSTRUCTURE PREVIEW)',
  'FETCH 1:* BODY.PEEK[]',
  'STORE 1:* +FLAGS.SILENT (\\Flagged)',
])(
  '%s',
  async (command) => {
    const few = await costOf(small, command);
    const many = await costOf(large, command);
    expect(many / few).toBeLessThan(4 * TIMES);
  },
  60_000,
);
