/**
 * One mail file, filled by SMTP, and changed in MAIL, by IMAP and by POP in turns: after each turn all of them say the same of it.
 * Skipped loudly where python3, whose poplib it is, is absent.
 */
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { connectImapflow } from '../support/imapflow-client.ts';
import { imapView, mailView, pop, popView, type View } from '../support/mailbox-views.ts';
import { type ProgramNode, startProgramNode, withProgram } from '../support/program-node.ts';

let node: ProgramNode;
beforeAll(async () => {
  node = await startProgramNode(['IMAPS', 'POPS'], { resolver: createMemoryResolver({}) });
  // What is deleted stays in the wastebasket, where all can see it.
  await node.mail('JONES', 'SET NOAUTO_PURGE\nEXIT\n');
});
afterAll(async () => node?.[Symbol.asyncDispose]());

/** What a text was under an id is what it stays. */
const texts = new Map<string, string>();
function sameAsEver(id: string, text: string): void {
  expect(texts.get(id) ?? text, id).toBe(text);
  texts.set(id, text);
}

const sorted = (view: View): View =>
  Object.fromEntries(Object.entries(view).map(([folder, messages]) => [folder, messages.toSorted()]));

/** @param expected  sorted by subject */
async function allSay(expected: View): Promise<void> {
  expect(sorted(await mailView(node))).toEqual(expected);
  await programsSay(expected);
}

async function programsSay(expected: View): Promise<void> {
  const imap = await imapView(node);
  expect(sorted(imap.view)).toEqual(expected);
  expect(imap.miscounted).toEqual([]);
  for (const [id, text] of imap.texts) sameAsEver(id, text);

  const { stat, messages } = await popView(node);
  const sizes = messages.map(({ sizeBytes }) => sizeBytes);
  expect(sizes).toEqual(messages.map(({ text }) => text.length));
  expect(stat).toEqual([messages.length, sizes.reduce((sum, each) => sum + each, 0)]);
  expect(new Set(messages.map(({ uniqueId }) => uniqueId)).size).toBe(messages.length);
  for (const { uniqueId, text } of messages) sameAsEver(uniqueId, text);
  const inbox = [...imap.texts].filter(([id]) => id.startsWith('INBOX ')).map(([, text]) => text);
  expect(messages.map(({ text }) => text).sort()).toEqual(inbox.sort());
}

async function send(subject: string, more: object): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: node.node.port('SMTP'), ignoreTLS: true });
  const from = 'Anne <anne@elsewhere.example>';
  await transport.sendMail({ from, to: 'jones@hearts.example', subject, ...more });
  await node.queueIsEmpty();
}

withProgram('python3', () => {
  test('filled by SMTP, changed in MAIL, by IMAP and by POP in turns, a mail file is the same for all', async () => {
    await send('alpha', { text: 'first\n.dotted\nlast' });
    await send('beta', {
      text: 'see',
      attachments: [{ filename: 'fog.png', content: Buffer.alloc(5_000, 7) }],
    });
    await send('gämma', { text: 'Grüße', html: '<p>Grüße</p>' });
    await send('delta', {
      text: 'a line of the long story that is told in this one message\n'.repeat(2_000),
    });
    for (const subject of ['epsilon', 'zeta']) await send(subject, { text: subject });
    await allSay({
      NEWMAIL: ['alpha new', 'beta new', 'delta new', 'epsilon new', 'gämma new', 'zeta new'],
    });

    // One moves when it has been read, another stays where EXIT puts what has been read.
    await node.mail('JONES', 'SELECT NEWMAIL\nMARK 2\nREAD 1\nMOVE RIVER_MAIL\nY\nREAD 3\nEXIT\n');
    await allSay({
      MAIL: ['gämma'],
      NEWMAIL: ['beta new marked', 'delta new', 'epsilon new', 'zeta new'],
      RIVER_MAIL: ['alpha'],
    });

    await using client = await connectImapflow(node);
    await client.mailboxOpen('INBOX');
    await client.messageFlagsAdd({ subject: 'delta' }, ['\\Seen', '\\Answered']);
    await client.messageFlagsAdd({ subject: 'zeta' }, ['\\Flagged']);
    await client.messageFlagsRemove({ subject: 'beta' }, ['\\Flagged']);
    await client.messageMove({ subject: 'zeta' }, 'River__Mail');
    await client.mailboxCreate('Notes');
    await client.mailboxOpen('River__Mail');
    await client.messageCopy({ subject: 'alpha' }, 'Notes');
    await programsSay({
      MAIL: ['gämma'],
      NEWMAIL: ['beta new', 'delta replied', 'epsilon new'],
      NOTES: ['alpha'],
      RIVER_MAIL: ['alpha', 'zeta new marked'],
    });
    await allSay({
      MAIL: ['delta replied', 'gämma'],
      NEWMAIL: ['beta new', 'epsilon new'],
      NOTES: ['alpha'],
      RIVER_MAIL: ['alpha', 'zeta new marked'],
    });

    expect(await pop(node, `print(p.stat()[0]); p.retr(1); p.dele(2); p.quit()`)).toBe('2\n');
    await allSay({
      MAIL: ['beta', 'delta replied', 'gämma'],
      NOTES: ['alpha'],
      RIVER_MAIL: ['alpha', 'zeta new marked'],
      WASTEBASKET: ['epsilon'],
    });

    await send('eta', { text: 'eta' });
    await node.mail('SYSTEM', 'SEND\nJONES\ntheta\nfrom a user here\n');
    await node.mail('JONES', 'SELECT RIVER_MAIL\nDELETE 1\nSELECT WASTEBASKET\nREAD 2\nMOVE MAIL\nEXIT\n');
    await node.mail('JONES', 'SELECT MAIL\nREAD 2\nCOPY NOTES\nEXIT\n');
    await allSay({
      MAIL: ['beta', 'delta replied', 'epsilon', 'gämma'],
      NEWMAIL: ['eta new', 'theta new'],
      NOTES: ['alpha', 'gämma'],
      RIVER_MAIL: ['zeta new marked'],
      WASTEBASKET: ['alpha'],
    });

    await client.mailboxOpen('Wastebasket');
    await client.messageMove({ subject: 'alpha' }, 'INBOX');
    await client.append('Notes', 'Subject: iota\r\n\r\niota\r\n', ['\\Seen', '\\Flagged']);
    await client.mailboxOpen('Mail');
    await client.messageDelete({ subject: 'gämma' });
    await client.mailboxOpen('River__Mail');
    await client.messageFlagsSet('1:*', ['\\Seen']);
    const afterwards = {
      MAIL: ['beta', 'delta replied', 'epsilon'],
      NEWMAIL: ['alpha', 'eta new', 'theta new'],
      NOTES: ['alpha', 'gämma', 'iota marked'],
      RIVER_MAIL: ['zeta'],
      WASTEBASKET: ['gämma'],
    };
    await programsSay(afterwards);
    // alpha has been read, but by somebody else.
    await pop(node, 'p.stat(); p.quit()');
    await programsSay(afterwards);

    await pop(node, `[p.retr(n) for n in (1, 2, 3)]; p.dele(2); p.rset(); p.quit()`);
    await node.mail('JONES', 'PURGE\nEXIT\n');
    await allSay({
      MAIL: ['alpha', 'beta', 'delta replied', 'epsilon', 'eta', 'theta'],
      NOTES: ['alpha', 'gämma', 'iota marked'],
      RIVER_MAIL: ['zeta'],
    });
  }, 120_000);
});
