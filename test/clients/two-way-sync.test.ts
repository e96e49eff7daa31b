/** Programs that keep a copy on the user's machine the same, changes on both sides included. Skipped loudly where one is absent. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverToJones } from '../support/delivered-mail.ts';
import { connectImapflow, imapState, type MailboxState } from '../support/imapflow-client.ts';
import { maildirState, put, setFlags, takeAway } from '../support/maildir.ts';
import { PASSWORD, type ProgramNode, startProgramNode, withProgram } from '../support/program-node.ts';

const run = promisify(execFile);

let node: ProgramNode;
beforeAll(async () => {
  // A name that is that of the host, for programs that check it.
  node = await startProgramNode(['IMAPS'], { hostName: 'localhost' });
});
afterAll(async () => node?.[Symbol.asyncDispose]());

const textOf = (subject: string): string =>
  `From: anne@elsewhere.example\r\nTo: jones@hearts.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@elsewhere.example>\r\n\r\nfirst\r\n.dotted\r\nlast\r\n`;

/** @param directory  of the program's own  @param maildir  where the copy goes  @returns runs it once */
type SetUp = (directory: string, maildir: string) => () => Promise<unknown>;

const mbsync: SetUp = (directory, maildir) => {
  const file = join(directory, 'mbsyncrc');
  writeFileSync(
    file,
    `IMAPAccount acme
Host localhost
Port ${node.node.port('IMAPS')}
User jones
Pass ${PASSWORD}
SSLType IMAPS
CertificateFile ${node.certificateFile}

IMAPStore far
Account acme

MaildirStore near
Inbox ${maildir}/INBOX
Path ${maildir}/
SubFolders Verbatim

Channel mail
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
`,
  );
  return () => run('mbsync', ['-c', file, 'mail'], { timeout: 60_000 });
};

const offlineimap: SetUp = (directory, maildir) => {
  const file = join(directory, 'offlineimaprc');
  writeFileSync(
    file,
    `[general]
accounts = acme
metadata = ${directory}/metadata
[Account acme]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = ${maildir}
[Repository far]
type = IMAP
remotehost = localhost
remoteport = ${node.node.port('IMAPS')}
remoteuser = jones
remotepass = ${PASSWORD}
ssl = yes
sslcacertfile = ${node.certificateFile}
usecompression = yes
`,
  );
  return () => run('offlineimap', ['-o', '-u', 'basic', '-c', file], { timeout: 60_000 });
};

interface Message {
  /** Letters of Maildir, sorted. */
  readonly flags: string;
  readonly text: string;
}
type Side = Readonly<Record<string, readonly Message[]>>;
const LETTERS: Readonly<Record<string, string>> = { '\\Answered': 'R', '\\Flagged': 'F', '\\Seen': 'S' };

/** mbsync adds a field, by which it finds again what it has put there. */
const side = (folders: readonly (readonly [name: string, messages: readonly Message[]])[]): Side =>
  Object.fromEntries(
    folders.map(([name, messages]) => [
      name,
      messages
        .map(({ flags, text }) => ({ flags, text: text.replace(/^X-TUID: .*\r\n/m, '') }))
        .sort((one, other) => (one.text < other.text ? -1 : 1)),
    ]),
  );

async function state(): Promise<readonly MailboxState[]> {
  await using client = await connectImapflow(node);
  return await imapState(client);
}

const there = async (): Promise<Side> =>
  side(
    (await state()).map(({ path, messages }) => [
      path,
      messages.map(({ flags, text }) => ({ flags: letters(flags), text })),
    ]),
  );
const letters = (flags: readonly string[]): string =>
  flags
    .map((each) => LETTERS[each] ?? each)
    .sort()
    .join('');

const here = (maildir: string): Side =>
  side(
    Object.entries(maildirState(maildir)).map(([folder, messages]) => [
      folder,
      messages.map(({ flags, text }) => ({ flags, text: text.replaceAll('\n', '\r\n') })),
    ]),
  );

const message = (subject: string, flags = ''): Message => ({ flags, text: textOf(subject) });
const deliver = (subject: string): Promise<void> =>
  deliverToJones(node.node.mailStore, subject, textOf(subject));

/** What JONES has is gone, and so are his folders. */
async function empty(): Promise<void> {
  await using client = await connectImapflow(node);
  for (const { path } of await client.list()) {
    if (path !== 'INBOX' && path !== 'Wastebasket') await client.mailboxDelete(path);
  }
  for (const path of ['INBOX', 'Wastebasket']) {
    await client.mailboxOpen(path);
    await client.messageDelete('1:*');
  }
}

async function walk(program: string, setUp: SetUp): Promise<void> {
  const directory = join(node.directory, program);
  const maildir = join(directory, 'mail');
  mkdirSync(maildir, { recursive: true });
  const sync = setUp(directory, maildir);
  const find = (folder: string, subject: string) =>
    maildirState(maildir)[folder]!.find(({ text }) => text.includes(`Subject: ${subject}\n`))!;

  for (const subject of ['one', 'two', 'three', 'river']) await deliver(subject);
  await node.mail('JONES', 'READ 4\nMOVE RIVER_MAIL\nY\nEXIT\n');
  await sync();
  const first = {
    INBOX: [message('one'), message('three'), message('two')],
    River__Mail: [message('river', 'S')],
    Wastebasket: [],
  };
  expect(await there()).toEqual(first);
  expect(here(maildir)).toEqual(first);

  // Here: one goes, one is flagged, one comes, and a folder is made. There: the same, by IMAP and in MAIL.
  takeAway(find('INBOX', 'one'));
  setFlags(find('INBOX', 'two'), 'FRS');
  put(maildir, 'INBOX', '1.mine.here', textOf('mine').replaceAll('\r\n', '\n'));
  put(maildir, 'made_Here', '2.made.here', textOf('made').replaceAll('\r\n', '\n'));
  await deliver('late');
  await using client = await connectImapflow(node);
  await client.mailboxOpen('INBOX');
  await client.messageFlagsAdd({ subject: 'three' }, ['\\Flagged']);
  await client.mailboxCreate('notes');
  await client.append('notes', textOf('noted'), ['\\Seen']);
  await client.logout();
  await node.mail('JONES', 'SELECT RIVER_MAIL\nMARK 1\nEXIT\n');
  await sync();
  // Of what went into the wastebasket, a program that came there first hears now.
  await sync();
  const second = {
    INBOX: [message('late'), message('mine'), message('three', 'F'), message('two', 'FRS')],
    River__Mail: [message('river', 'FS')],
    Wastebasket: [message('one', 'S')],
    made_Here: [message('made')],
    notes: [message('noted', 'S')],
  };
  expect(await there()).toEqual(second);
  expect(here(maildir)).toEqual(second);

  const before = { there: await state(), here: maildirState(maildir) };
  await sync();
  expect({ there: await state(), here: maildirState(maildir) }).toEqual(before);
}

for (const [program, setUp] of Object.entries({ mbsync, offlineimap }))
  withProgram(program, () => {
    test('keeps folders, flags and messages the same, both ways, and then changes nothing', async () => {
      await empty();
      await walk(program, setUp);
    }, 120_000);
  });
