import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImapClient, type ImapRig, startImapRig } from '../../../test/support/imap-rig.ts';
import { Cursor } from '../syntax/cursor.ts';
import { parseFetch } from './fetch-request.ts';

let rig: ImapRig;
let client: ImapClient;
beforeEach(async () => {
  rig = await startImapRig();
  client = await rig.login();
});
afterEach(() => rig.close());

const crlf = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');
const append = async (text: string, flags = ''): Promise<void> => {
  expect(await client.command(`APPEND INBOX ${flags}{${text.length}+}\r\n${text}`)).toContain('OK');
};
/** Without the tagged response. */
const fetch = async (what: string, uid = ''): Promise<string> => {
  const answer = await client.command(`${uid}FETCH ${what}`);
  expect(answer).toMatch(/^a\d+ OK FETCH completed\r\n$/m);
  return answer.replace(/a\d+ OK FETCH completed\r\n$/, '');
};

const nested = crlf(
  'From: smith@hearts.example',
  'Subject: outer',
  'X-Long: one',
  ' two',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  'SGVsbG8gV29ybGQhAA==',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  'To: jones@hearts.example',
  '',
  'inner text',
  '--b',
  'Content-Type: application/x',
  'Content-Transfer-Encoding: x-uuencode',
  '',
  'begin',
  '--b--',
);

describe('FETCH', () => {
  it('answers with what is asked for, sections last', async () => {
    await append(nested);
    await client.command('EXAMINE INBOX');
    expect(
      await fetch('1 (BODY[1] UID BODY.PEEK[2.HEADER.FIELDS (to "x y")] BODY[2.TEXT] FLAGS RFC822.SIZE)'),
    ).toBe(
      `* 1 FETCH (UID 1 FLAGS () RFC822.SIZE ${nested.length} BODY[1] {20}\r\nSGVsbG8gV29ybGQhAA== ` +
        'BODY[2.HEADER.FIELDS (TO "X Y")] {28}\r\nTo: jones@hearts.example\r\n\r\n BODY[2.TEXT] {10}\r\ninner text)\r\n',
    );
    expect(await fetch('1 RFC822.HEADER')).toContain('Subject: outer\r\n');
    expect(await fetch('1 BODY[HEADER.FIELDS.NOT (FROM SUBJECT MIME-VERSION CONTENT-TYPE)]')).toContain(
      '{21}\r\nX-Long: one\r\n two\r\n\r\n)',
    );
    expect(await fetch('1 BODY[3.MIME]')).toContain('Content-Type: application/x\r\n');
    expect(await fetch('1 (BODY[4] BODY[1.1.1] BODY[1.HEADER])')).toBe(
      '* 1 FETCH (BODY[4] {0}\r\n BODY[1.1.1] {0}\r\n BODY[1.HEADER] {0}\r\n)\r\n',
    );
    expect(await fetch('1 (BODY[]<0.4> BODY[]<8.4> BODY[TEXT]<99999.1>)')).toBe(
      '* 1 FETCH (BODY[]<0> {4}\r\nFrom BODY[]<8> {4}\r\nith@ BODY[TEXT]<99999> {0}\r\n)\r\n',
    );
    expect(await fetch('1 FULL')).toMatch(
      /^\* 1 FETCH \(FLAGS \(\) INTERNALDATE "[^"]+" RFC822.SIZE \d+ ENVELOPE \(NIL "outer" .*\) BODY \(\("text" /,
    );
    expect(await fetch('1 (EMAILID THREADID)')).toMatch(/^\* 1 FETCH \(EMAILID \(M\d+\) THREADID NIL\)\r\n$/);
  });

  it('takes transfer encodings off', async () => {
    await append(nested);
    await client.command('EXAMINE INBOX');
    expect(await fetch('1 (BINARY.PEEK[1] BINARY.SIZE[1] BINARY[2]<0.7>)')).toBe(
      '* 1 FETCH (BINARY.SIZE[1] 13 BINARY[1] ~{13}\r\nHello World!\0 BINARY[2]<0> {7}\r\nSubject)\r\n',
    );
    const answer = await client.command('FETCH 1 (UID BINARY[3])');
    expect(answer).toMatch(/^\* 1 FETCH \(UID 1\)\r\na\d+ NO \[UNKNOWN-CTE\]/);
  });

  it('shows how messages begin', async () => {
    await append(nested);
    await append('Content-Type: text/html\r\n\r\n<style>x</style><p>Gr&uuml;&szlig;e\r\n<b>all</b></p>');
    await append('Content-Type: image/png\r\n\r\nxx');
    await append(`Subject: x\r\n\r\n> quoted\r\n\r\n${'word '.repeat(100)}`);
    await client.command('EXAMINE INBOX');
    const shown = await fetch('1:4 (PREVIEW (LAZY))');
    expect(shown).toContain('* 1 FETCH (PREVIEW "Hello World!")');
    expect(shown).toContain(`* 2 FETCH (PREVIEW {11}\r\n${Buffer.from('Grüße all').toString('latin1')})`);
    expect(shown).toContain('* 3 FETCH (PREVIEW "")');
    expect(await fetch('1:2 PREVIEW (LAZY) (CHANGEDSINCE 1)')).toContain('(PREVIEW "Hello World!" MODSEQ (');
    expect(await fetch('1:2 PREVIEW (CHANGEDSINCE 1)')).toContain('(PREVIEW "Hello World!" MODSEQ (');
    expect(shown).toContain(`* 4 FETCH (PREVIEW "${'word '.repeat(40).trim()}")`);
  });

  it('makes messages seen, once, and tells it', async () => {
    await append(nested);
    await append(nested, '(\\Flagged) ');
    await client.command('SELECT INBOX');
    expect(await fetch('1 BODY.PEEK[TEXT]')).not.toContain('FLAGS');
    expect(await fetch('1 BODY[TEXT]<0.3>')).toBe('* 1 FETCH (FLAGS (\\Seen) BODY[TEXT]<0> {3}\r\n--b)\r\n');
    expect(await fetch('1 BODY[TEXT]<0.3>')).toBe('* 1 FETCH (BODY[TEXT]<0> {3}\r\n--b)\r\n');
    await client.command('ENABLE CONDSTORE');
    expect(await fetch('2 (RFC822.TEXT)', 'UID ')).toMatch(
      /^\* 2 FETCH \(UID 2 FLAGS \(\\Flagged \\Seen\) MODSEQ \(\d+\) RFC822.TEXT \{/,
    );
    expect(await client.command('NOOP')).toMatch(/^a\d+ OK/);
  });

  it('tells what has changed, and what has vanished', async () => {
    for (let count = 0; count < 4; count++) await append(nested);
    await client.command('ENABLE QRESYNC');
    const selected = await client.command('SELECT INBOX');
    const [, modseq] = /HIGHESTMODSEQ (\d+)/.exec(selected)!;
    await client.command('STORE 3 +FLAGS.SILENT (\\Answered)');
    await client.command('UID STORE 2 +FLAGS.SILENT (\\Deleted)');
    await client.command('EXPUNGE');
    expect(await fetch(`1:* (FLAGS) (CHANGEDSINCE ${modseq} VANISHED)`, 'UID ')).toMatch(
      /^\* VANISHED \(EARLIER\) 2\r\n\* 2 FETCH \(UID 3 FLAGS \(\\Answered\) MODSEQ \(\d+\)\)\r\n$/,
    );
    expect(await client.command('FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)')).toContain('BAD');
  });

  it('replaces octets 0, and breaks off rather than sending another number of octets', async () => {
    const bytes = Buffer.from('Subject: \0x\r\n\r\na\0b\r\n');
    const place = {
      owner: 'SMITH',
      folder: 'NEWMAIL',
      receivedAt: 1,
      from: 'SMTP%"a@b"',
      to: '',
      cc: '',
      subject: '',
    };
    await rig.store.mailboxes.append([
      { ...place, isNew: false, text: { kind: 'inline', bytes }, format: 'rfc5322' },
    ]);
    await client.command('EXAMINE INBOX');
    expect(await fetch('1 (ENVELOPE BODY[TEXT])')).toBe(
      '* 1 FETCH (ENVELOPE (NIL {2}\r\n\x80x NIL NIL NIL NIL NIL NIL NIL NIL) BODY[TEXT] {5}\r\na\x80b\r\n)\r\n',
    );
  });

  it('refuses what it does not know, before anything is read', async () => {
    await append(nested);
    await client.command('EXAMINE INBOX');
    for (const wrong of [
      '1',
      '1 ()',
      '1 FOO',
      '1 (ALL)',
      '1 BODY[',
      '1 BODY[]<1>',
      '1 BODY[MIME]',
      '1 BODY[1.FOO]',
      '1 BODY[HEADER.FIELDS ()]',
      '1 BODY[1.]',
      '1 BINARY[TEXT]',
      '1 (FLAGS UID',
      '1 FLAGS (CHANGEDSINCE)',
      '5 FLAGS',
      `1 BODY[${'1.'.repeat(300)}1]`,
    ]) {
      expect([wrong, await client.command(`FETCH ${wrong}`)]).toEqual([
        wrong,
        expect.stringMatching(/^a\d+ BAD /),
      ]);
      if ((await client.command('NOOP')).includes('BYE')) client = await rig.login();
    }
  });
});

it('takes every item in any case', () => {
  const parse = (text: string) => parseFetch(new Cursor([text]));
  expect(parse('(flags Body.Peek[1.2.header.fields.not (From)]<1.2>)')).toMatchObject({
    items: [
      { kind: 'flags' },
      { kind: 'section', name: 'BODY[1.2.HEADER.FIELDS.NOT (FROM)]', partial: { start: 1, length: 2 } },
    ],
    setsSeen: false,
  });
  expect(parse('rfc822')).toMatchObject({ setsSeen: true });
  expect(parse('rfc822.header')).toMatchObject({ setsSeen: false });
  expect(parse('(BODY BODY[] FLAGS FLAGS)').items.length).toBe(3);
});
