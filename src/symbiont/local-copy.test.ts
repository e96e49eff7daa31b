import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastProcessorMs } from '../../test/support/processor-time.ts';
import { firstMailbox, mailFrom } from '../mail/index.ts';
import { parseHeaderBlock } from '../mime/header-block.ts';
import { without } from '../mime/header-fields.ts';
import type { MessageText } from '../ports/message-text.ts';
import { localCopy } from './local-copy.ts';

const header = (text: string) => parseHeaderBlock(Buffer.from(text.replaceAll('\n', '\r\n')));

describe('a header block', () => {
  it.each([
    ['no header at all', '\nbody', 0, undefined],
    ['no body', 'Subject: x\n', 12, 'x'],
    ['a folded field', 'Subject: a\n b\n\tc\nTo: x\n\n', 27, 'a b\tc'],
    ['a line that is no field', 'hello\nSubject: x\n\n', 19, 'x'],
    ['8-bit text', 'Subject: gr\u00fc\u00df\n\nx', 17, 'gr\u00fc\u00df'],
  ])('%s', (_name, text, size, subject) => {
    const parsed = header(text);
    expect(parsed.sizeBytes).toBe(size);
    expect(parsed.first('subject')).toBe(subject);
  });

  it('counts hops and finds Return-Path', () => {
    const text = 'Received: a\n b\nRETURN-PATH : <x>\nreceived: c\n\nReceived: body\n';
    const parsed = header(text);
    expect(parsed.hops).toBe(2);
    const bytes = Buffer.from(text.replaceAll('\n', '\r\n'));
    const rest = Buffer.concat(without(bytes, parsed.returnPaths)).toString();
    expect(rest).toBe('Received: a\r\n b\r\nreceived: c\r\n\r\nReceived: body\r\n');
  });

  it('leaves out the same bytes however the text is cut', () => {
    const bytes = Buffer.from('0123456789'.repeat(5));
    const ranges = [
      { start: 3, end: 7 },
      { start: 20, end: 21 },
    ];
    const whole = Buffer.concat(without(bytes, ranges)).toString();
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const cuts = [0, low, high, 50];
        const parts = cuts
          .slice(1)
          .flatMap((end, i) => without(bytes.subarray(cuts[i], end), ranges, cuts[i] ?? 0));
        expect(Buffer.concat(parts).toString()).toBe(whole);
      }),
    );
  });
});

describe('the text of a copy', () => {
  const lines = (of: Buffer): number => of.toString().split('\n').length - 1;
  const wholeOf = (text: MessageText, file: Buffer): Buffer => {
    if (text.kind !== 'file' || text.beginning === undefined) throw new Error('it has no beginning');
    return Buffer.concat([text.beginning.head, file.subarray(text.beginning.from)]);
  };
  const reversePath = 'a@b.example';
  const sent = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'));
  const mail =
    'Subject: x\nReturn-Path: <one@x>\nTo: y\nreturn-path: <two@x>\n folded\nCc: z\n\nReturn-Path: body\n';
  const kept = 'Return-Path: <a@b.example>\nSubject: x\nTo: y\nCc: z\n\nReturn-Path: body\n';
  const copy = async (bytes: Buffer, text: MessageText) =>
    (await localCopy({ header: parseHeaderBlock(bytes), text, reversePath, inboundNoXvms: false })).text;

  it('in memory has the sender of the envelope on top, and no other', async () => {
    const found = await copy(sent(mail), { kind: 'inline', bytes: sent(mail) });
    expect(found).toEqual({ kind: 'inline', bytes: sent(kept) });
  });

  it.each([
    ['with senders of its own', mail, kept],
    ['without', 'Subject: x\n\nbody\n', 'Return-Path: <a@b.example>\nSubject: x\n\nbody\n'],
    ['without a header', '\nbody\n', 'Return-Path: <a@b.example>\n\nbody\n'],
  ])('in the spool stays there, and begins otherwise: %s', async (_, text, expected) => {
    const bytes = sent(text);
    const found = await copy(bytes, { kind: 'file', spoolId: 'ID', sizeBytes: bytes.length });
    const whole = wholeOf(found, bytes);
    expect(whole.toString()).toBe(sent(expected).toString());
    expect(found).toMatchObject({ spoolId: 'ID', sizeBytes: whole.length });
    const known = { start: bytes, lines: lines(bytes) };
    const counted = await copy(bytes, { kind: 'file', spoolId: 'ID', sizeBytes: bytes.length, known });
    // Where fields were left out they are counted when the text is stored.
    if (/return-path: </i.test(text)) expect(counted).toEqual(found);
    else expect(counted).toEqual({ ...found, known: { start: whole, lines: lines(whole) } });
  });

  it('in the spool that begins otherwise already begins otherwise again, wherever it began', async () => {
    const bytes = sent(mail);
    for (let headBytes = 0; headBytes <= bytes.length; headBytes++) {
      const head = bytes.subarray(0, headBytes);
      const file = Buffer.concat([Buffer.from('what the head replaced\r\n'), bytes.subarray(headBytes)]);
      const beginning = { head, from: file.length - bytes.length + headBytes };
      const found = await copy(bytes, { kind: 'file', spoolId: 'ID', sizeBytes: bytes.length, beginning });
      expect(wholeOf(found, file).toString(), `a head of ${headBytes}`).toBe(sent(kept).toString());
      expect(found).toMatchObject({ spoolId: 'ID', sizeBytes: sent(kept).length });
    }
  });
});

it('a subject of a megabyte is cut: decoding it would keep all other mail waiting', async () => {
  const bytes = Buffer.from(`Subject: ${'=?utf-8?Q?a?= '.repeat(70_000)}\r\n\r\n`);
  const copy = await localCopy({
    header: parseHeaderBlock(bytes),
    text: { kind: 'file', spoolId: 'ID', sizeBytes: bytes.length },
    reversePath: 'a@b.example',
    inboundNoXvms: false,
  });
  expect(copy.subject.length).toBeGreaterThan(900);
  expect(copy.subject.length).toBeLessThan(10_000);
});

describe('the sender MAIL shows', () => {
  it.each([
    ['From: "Steven M. Schweda" <sms@antinode.info>', 'SMTP%"sms@antinode.info"  "Steven M. Schweda"'],
    ['From: kellogg@megasx.obspm.fr (Ed "K" Kellogg)', 'SMTP%"kellogg@megasx.obspm.fr"  "Ed \'K\' Kellogg"'],
    ['From: a@b\nReply-To: list@c', 'SMTP%"list@c"'],
    ['Sender: s@x\nFrom: f@x, g@x', 'SMTP%"f@x"'],
    ['Resent-From: r@x\nFrom: f@x', 'SMTP%"r@x"'],
    ['From: "HOST13::J_JONES"@gway.example', 'SMTP%"\u00a2HOST13::J_JONES\u00a2@gway.example"'],
    ['From: undisclosed:;', 'SMTP%"rev@x"'],
    ['From: Friends: "A, B" <a@x>, c@y;', 'SMTP%"a@x"  "A, B"'],
    ['From: Doe, John <john@x>', 'SMTP%"john@x"  "Doe, John"'],
    ['From: =?utf-8?Q?Doe,_John?= <john@x>', 'SMTP%"john@x"  "=?utf-8?Q?Doe,_John?="'],
    ['From: John (Doe, Inc) <john@x>', 'SMTP%"john@x"  "John (Doe, Inc)"'],
    ['From: (John) john@x', 'SMTP%"john@x"  "John"'],
    ['From: "John" <@relay.x,@y:john@x>', 'SMTP%"john@x"  "John"'],
    // He is nobody of this node.
    ['From: "System" <system>', 'SMTP%"rev@x"'],
    ['Subject: none', 'SMTP%"rev@x"'],
  ])('%s', (text, from) => expect(mailFrom(header(`${text}\n\n`), 'rev@x')).toBe(from));

  it('of any text is found soon, or not', () => {
    for (const text of [
      '"'.repeat(50_000),
      '<'.repeat(50_000),
      `${'('.repeat(50_000)}a@b`,
      '"a" '.repeat(20_000),
    ]) {
      expect(leastProcessorMs(() => firstMailbox(text))).toBeLessThan(200);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        firstMailbox(text);
      }),
    );
  });
});
