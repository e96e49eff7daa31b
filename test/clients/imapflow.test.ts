/** imapflow, the client of many Node programs, over TLS: IMAP4rev2, CONDSTORE, QRESYNC, IDLE and COMPRESS as it uses them. */
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countOfJones, deliverToJones, emptyOfJones } from '../support/delivered-mail.ts';
import { connectImapflow } from '../support/imapflow-client.ts';
import { pause } from '../support/process-node.ts';
import { type ProgramNode, startProgramNode } from '../support/program-node.ts';

let node: ProgramNode;
beforeAll(async () => {
  node = await startProgramNode(['IMAPS']);
});
afterAll(async () => node?.[Symbol.asyncDispose]());

beforeEach(() => emptyOfJones(node.node.mailStore));

const picture = Buffer.from('89504e470d0a1a0a00ff', 'hex');
const letter = (subject: string): string =>
  [
    'From: =?utf-8?Q?Anne_M=C3=BCller?= <anne@elsewhere.example>',
    'To: jones@hearts.example',
    `Subject: ${subject}`,
    `Message-ID: <${subject}@elsewhere.example>`,
    'Date: Mon, 4 Mar 2002 10:11:12 +0100',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Gr=FC=DFe',
    '--b',
    'Content-Type: image/png; name="fog.png"',
    'Content-Disposition: attachment; filename="fog.png"',
    'Content-Transfer-Encoding: base64',
    '',
    picture.toString('base64'),
    '--b--',
    '',
  ].join('\r\n');

const deliver = (subject: string): Promise<void> =>
  deliverToJones(node.node.mailStore, subject, letter(subject));

const connected = (): Promise<ImapFlow> => connectImapflow(node);

/** A message, or a part of it without its encoding. */
async function downloaded(client: ImapFlow, range: string, part?: string): Promise<Buffer> {
  const found = await client.download(range, part);
  if (found.content === undefined) throw new Error(`there is no message ${range}`);
  return buffer(found.content);
}

test('is let in under TLS, turns extensions on, and lists what there is', async () => {
  await deliver('fog');
  await using client = await connected();
  expect(client.tls).toMatchObject({ authorized: true, version: 'TLSv1.3' });
  expect([...client.enabled].sort()).toEqual(['CONDSTORE', 'IMAP4REV2', 'QRESYNC', 'UTF8=ACCEPT']);
  expect(client.serverInfo?.name).toBe('vmsmail');
  await client.mailboxCreate('Übersicht');
  const listed = await client.list({ statusQuery: { messages: true, unseen: true } });
  expect(
    listed.map(({ path, specialUse, status }) => [path, specialUse, status?.messages, status?.unseen]),
  ).toEqual([
    ['INBOX', '\\Inbox', 1, 1],
    ['Wastebasket', '\\Trash', 0, 0],
    ['Übersicht', undefined, 0, 0],
  ]);
  await client.mailboxDelete('Übersicht');
  expect((await client.list()).map(({ path }) => path)).toEqual(['INBOX', 'Wastebasket']);
});

test('fetches envelope and structure, and downloads parts decoded and messages as they came', async () => {
  await deliver('fog');
  await using client = await connected();
  expect(await client.mailboxOpen('INBOX')).toMatchObject({ exists: 1, readOnly: false });
  const message = await client.fetchOne('1', {
    envelope: true,
    bodyStructure: true,
    flags: true,
    size: true,
  });
  if (message === false) throw new Error('there is no message 1');
  expect(message).toMatchObject({ seq: 1, flags: new Set(), size: letter('fog').length });
  expect(message.envelope).toMatchObject({
    date: new Date('2002-03-04T09:11:12Z'),
    subject: 'fog',
    messageId: '<fog@elsewhere.example>',
    from: [{ name: 'Anne Müller', address: 'anne@elsewhere.example' }],
    to: [{ name: '', address: 'jones@hearts.example' }],
  });
  expect(message.bodyStructure).toMatchObject({
    type: 'multipart/mixed',
    parameters: { boundary: 'b' },
    childNodes: [
      {
        part: '1',
        type: 'text/plain',
        encoding: 'quoted-printable',
        size: 9,
        parameters: { charset: 'iso-8859-1' },
      },
      {
        part: '2',
        type: 'image/png',
        disposition: 'attachment',
        dispositionParameters: { filename: 'fog.png' },
      },
    ],
  });
  expect(await downloaded(client, '1', '1')).toEqual(Buffer.from('Grüße'));
  expect(await downloaded(client, '1', '2')).toEqual(picture);
  expect(await downloaded(client, '1')).toEqual(Buffer.from(letter('fog')));
});

test('flags, searches, appends, moves and deletes, and MAIL sees it', async () => {
  for (const subject of ['fog', 'lunch', 'tea']) await deliver(subject);
  await using client = await connected();
  await client.mailboxOpen('INBOX');
  await client.messageFlagsAdd({ subject: 'lunch' }, ['\\Flagged', '\\Seen', '$Forwarded']);
  expect(await client.search({ flagged: true })).toEqual([2]);
  expect(await client.search({ seen: false, from: 'müller' })).toEqual([1, 3]);
  expect(await client.search({ subject: 'o' }, { returnOptions: ['COUNT', 'MAX'] })).toMatchObject({
    count: 1,
    max: 1,
  });

  await client.mailboxCreate('River_Mail');
  const moved = await client.messageMove('2', 'River_Mail');
  if (moved === false) throw new Error('nothing was moved');
  expect([...(moved.uidMap?.values() ?? [])]).toEqual([1]);
  const added = await client.append(
    'River_Mail',
    letter('mine'),
    ['\\Seen'],
    new Date('2001-02-03T04:05:06Z'),
  );
  expect(added).toMatchObject({ destination: 'River_Mail', uid: 2 });
  await client.messageDelete({ subject: 'tea' });
  expect(await client.search({ all: true })).toEqual([1]);

  await client.mailboxOpen('River_Mail');
  const seen = await client.fetchAll('1:*', { flags: true, internalDate: true, envelope: true });
  expect(seen.map(({ uid, flags, envelope }) => [uid, [...(flags ?? [])].sort(), envelope?.subject])).toEqual(
    [
      [1, ['$Forwarded', '\\Flagged', '\\Seen'], 'lunch'],
      [2, ['\\Seen'], 'mine'],
    ],
  );
  expect(seen[1]?.internalDate).toEqual(new Date('2001-02-03T04:05:06Z'));
  expect(await node.mail('JONES', 'SELECT RIVER_MAIL\nDIRECTORY\nEXIT\n')).toMatch(
    /^ +1 .* 3-FEB-2001 +mine\n\* +2 .* lunch$/m,
  );
  expect(await countOfJones(node.node.mailStore, 'NEWMAIL')).toBe(1);
});

test('comes back by QRESYNC, and is told what others changed meanwhile, and nothing else', async () => {
  for (const subject of ['fog', 'lunch', 'tea']) await deliver(subject);
  await using first = await connected();
  const { uidValidity, highestModseq } = await first.mailboxOpen('INBOX');
  const [fog, lunch, tea] = (await first.search({ all: true }, { uid: true })) as number[];
  await first.logout();

  await using other = await connected();
  await other.mailboxOpen('INBOX');
  await other.messageFlagsAdd(`${fog}`, ['\\Flagged'], { uid: true });
  await other.messageDelete(`${lunch}`, { uid: true });
  await deliver('late');

  await using again = await connected();
  const told: unknown[] = [];
  again.on('flags', ({ uid, flags }) => told.push(['flags', uid, ...flags]));
  again.on('expunge', ({ uid, vanished, earlier }) => told.push(['expunge', uid, vanished, earlier]));
  expect(await again.mailboxOpen('INBOX', { changedSince: highestModseq, uidValidity })).toMatchObject({
    exists: 3,
    qresync: true,
  });
  expect(told).toEqual([
    ['expunge', lunch, true, true],
    ['flags', fog, '\\Flagged'],
    ['flags', tea! + 1],
  ]);
  const changed = await again.fetchAll('1:*', { uid: true }, { changedSince: highestModseq });
  expect(changed.map(({ uid }) => uid)).toEqual([fog, tea! + 1]);
});

test('is told of a delivery while it idles', async () => {
  await using client = await connected();
  await client.mailboxOpen('INBOX');
  const idle = client.idle();
  while (!client.idling) await pause(10);
  const told = once(client, 'exists', { signal: AbortSignal.timeout(10_000) });
  const from = performance.now();
  await deliver('fog');
  expect(await told).toMatchObject([{ path: 'INBOX', count: 1, prevCount: 0 }]);
  expect(performance.now() - from).toBeLessThan(5_000);
  // The next command ends it.
  expect(await client.search({ all: true })).toEqual([1]);
  await idle;
});

test('has what it reads compressed', async () => {
  const text = letter('fog').replace('Gr=FC=DFe', 'rain all day, and more of it by night\r\n'.repeat(5000));
  await deliverToJones(node.node.mailStore, 'fog', text);
  await using client = await connected();
  await client.mailboxOpen('INBOX');
  expect(await downloaded(client, '1')).toEqual(Buffer.from(text));
  const { socket } = client.unbind();
  expect((socket as TLSSocket).bytesRead).toBeLessThan(text.length / 10);
  socket.destroy();
});
