import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBody, formatEnvelope } from './format-structure.ts';
import type { MessageStructure, PartStructure } from './message-structure.ts';
import { StructureParser } from './structure-parser.ts';

const parse = (text: string | Buffer, ...sizes: readonly number[]): MessageStructure => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const parser = new StructureParser();
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % Math.max(sizes.length, 1)] ?? bytes.length;
    // The chunk is used again by whoever reads.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    parser.push(chunk);
    chunk.fill(0x2d);
    at += size;
  }
  return parser.end();
};
const crlf = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');
const options = { utf8: false };

it('writes the envelope of RFC 9051 §8', () => {
  const { envelope } = parse(
    crlf(
      'Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
      'From: Terry Gray <gray@cac.washington.edu>',
      'Subject: IMAP4rev2 WG mtg summary and minutes',
      'To: imap@cac.washington.edu',
      'cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>',
      'Message-Id: <B27397-0100000@cac.washington.edu>',
      'MIME-Version: 1.0',
      'Content-Type: TEXT/PLAIN; CHARSET=US-ASCII',
      '',
    ),
  );
  const gray = '(("Terry Gray" NIL "gray" "cac.washington.edu"))';
  expect(formatEnvelope(envelope, options)).toBe(
    `("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" ${gray} ${gray} ${gray} ` +
      '((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US")' +
      '("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>")',
  );
});

it('tells groups by what begins and what ends them', () => {
  const { envelope } = parse(crlf('To: Friends: a@b, C <c@d>;, e@f', ''));
  expect(envelope.to).toEqual([
    { mailbox: 'Friends' },
    { mailbox: 'a', host: 'b' },
    { name: 'C', mailbox: 'c', host: 'd' },
    {},
    { mailbox: 'e', host: 'f' },
  ]);
});

it('writes no octet 0, which neither a literal nor a quoted string may have', () => {
  for (const subject of ['a\0b', 'a\0  b', '"\0', '  \0']) {
    const { envelope } = parse(crlf(`Subject: ${subject}`, `From: "x\0  y" <a@b>`, ''));
    for (const utf8 of [false, true]) {
      const said = formatEnvelope(envelope, { utf8 });
      expect(said).not.toContain('\0');
      expect(said).toContain('\x80');
    }
  }
});

it('writes UTF-8 in quotes for clients that know it, else as a literal', () => {
  const { envelope } = parse('Subject: M\xc3\xbcll\r\n\r\n');
  expect(formatEnvelope(envelope, { utf8: true })).toContain('"M\xc3\xbcll"');
  expect(formatEnvelope(envelope, options)).toContain('{5}\r\nM\xc3\xbcll');
  expect(formatEnvelope(parse('Subject: \xfc\r\n\r\n').envelope, { utf8: true })).toContain('{1}\r\n\xfc');
});

const nested = crlf(
  'From: smith@hearts.example',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=outer',
  '',
  'prologue',
  '--outer',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'first',
  'text',
  '--outer',
  'Content-Type: message/rfc822',
  'Content-Disposition: attachment; filename=a.eml',
  '',
  'Subject: inner',
  'Content-Type: multipart/alternative; boundary=inner',
  '',
  '--inner',
  '',
  'plain',
  '--inner',
  'Content-Type: text/html',
  '',
  '<p>',
  '--inner--',
  '--outer--',
  'epilogue',
);

describe('places of parts', () => {
  const { root } = parse(nested);
  const text = (part: PartStructure): string => nested.slice(part.bodyStart, part.bodyEnd);
  const header = (part: PartStructure): string => nested.slice(part.headerStart, part.bodyStart);

  it('are those of the parts', () => {
    const [first, second] = root.parts;
    expect(text(first!)).toBe('first\r\ntext');
    expect(first!.lines).toBe(1);
    expect(header(first!)).toBe('Content-Type: text/plain; charset=utf-8\r\n\r\n');
    const inner = second!.message!.root;
    expect(inner.headerStart).toBe(second!.bodyStart);
    expect(inner.parts.map(text)).toEqual(['plain', '<p>']);
    expect(header(inner.parts[0]!)).toBe('\r\n');
    expect(text(root).endsWith('--outer--\r\nepilogue\r\n')).toBe(true);
  });

  it('do not depend on the pieces it comes in', () => {
    for (const size of [1, 2, 3, 7, 64]) expect(parse(nested, size)).toEqual(parse(nested));
  });
});

it('shows BODY and BODYSTRUCTURE', () => {
  const { root } = parse(nested);
  expect(formatBody(root, false, options)).toBe(
    '(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 11 1)("message" "rfc822" NIL NIL NIL "7bit" 141 ' +
      '(NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 5 0)' +
      '("text" "html" ("charset" "us-ascii") NIL NIL "7bit" 3 0) "alternative") 11) "mixed")',
  );
  expect(formatBody(root, true, options)).toContain('NIL ("attachment" ("filename" "a.eml")) NIL NIL)');
});

/** What looks like MIME, and breaks in any place. */
const pieces = fc.array(
  fc.constantFrom(
    '--a',
    '--b',
    '--',
    '\r\n',
    '\r\n',
    '\n',
    '\r',
    'Content-Type: multipart/mixed; boundary=a\r\n',
    'Content-Type: multipart/digest; boundary=b\r\n',
    'Content-Type: message/rfc822\r\n',
    'From: a@b, "c\r\n',
    ' folded\r\n',
    'text',
    '\x00\xff',
  ),
  { maxLength: 60 },
);

it('finds parts within parts, in any bytes and pieces', () => {
  const check = (part: PartStructure, start: number, end: number): void => {
    expect(part.headerStart).toBeGreaterThanOrEqual(start);
    expect(part.bodyStart).toBeGreaterThanOrEqual(part.headerStart);
    expect(part.bodyEnd).toBeGreaterThanOrEqual(part.bodyStart);
    expect(part.bodyEnd).toBeLessThanOrEqual(end);
    let next = part.bodyStart;
    for (const each of part.parts) {
      check(each, next, part.bodyEnd);
      next = each.bodyEnd;
    }
    if (part.message !== undefined) check(part.message.root, part.bodyStart, part.bodyEnd);
  };
  const linesIn = (bytes: Buffer, { bodyStart, bodyEnd }: PartStructure): number =>
    bytes.subarray(bodyStart, bodyEnd).filter((each) => each === 0x0a).length;
  const checkLines = (bytes: Buffer, part: PartStructure): void => {
    expect(part.lines).toBe(linesIn(bytes, part));
    for (const each of part.parts) checkLines(bytes, each);
    if (part.message !== undefined) checkLines(bytes, part.message.root);
  };
  fc.assert(
    fc.property(pieces, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (text, sizes) => {
      const bytes = Buffer.from(
        `Content-Type: multipart/mixed; boundary=a\r\n\r\n${text.join('')}`,
        'latin1',
      );
      const whole = parse(bytes);
      expect(parse(bytes, ...sizes)).toEqual(whole);
      check(whole.root, 0, bytes.length);
      checkLines(bytes, whole.root);
    }),
    { numRuns: 300 },
  );
});

describe('bounded, whatever comes', () => {
  it('tells no more than so many addresses, of all fields and messages in it together', () => {
    const commas = `From: ${', '.repeat(15_000)}\r\nTo: a:${','.repeat(15_000)}\r\nSubject: x\r\n`;
    const { envelope, root } = parse(`${commas}Content-Type: message/rfc822\r\n\r\n${commas}\r\n`);
    expect(envelope.from.length).toBe(15_000);
    expect(envelope.from.length + envelope.to.length).toBeLessThanOrEqual(20_002);
    expect(root.message?.envelope).toMatchObject({ from: [], to: [], subject: 'x' });
    expect(formatEnvelope(envelope, options).length).toBeLessThan(4_000_000);
  });
  it('tells each of a list as long as a mailing list of thousands', () => {
    const list = Array.from({ length: 10_000 }, (_, index) => `a${index}@b.example`);
    expect(parse(`To: ${list.join(', ')}\r\n\r\n`).envelope.to.at(-1)).toEqual({
      mailbox: 'a9999',
      host: 'b.example',
    });
  });
  it('takes no more than so many parts and levels', () => {
    const deep = Array.from(
      { length: 10_000 },
      (_, level) => `Content-Type: multipart/mixed; boundary=b${level}x\r\n\r\n--b${level}x\r\n`,
    ).join('');
    let depth = 0;
    for (let part: PartStructure | undefined = parse(deep).root; part !== undefined; part = part.parts[0])
      depth++;
    expect(depth).toBeLessThanOrEqual(101);
    const many = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n'.repeat(1_000_000)}`;
    expect(parse(many, 65_536).root.parts.length).toBeLessThanOrEqual(10_000);
    const messages = 'Content-Type: message/rfc822\r\n\r\n'.repeat(10_000);
    expect(formatBody(parse(messages).root, true, options).length).toBeLessThan(100_000);
  });

  it('keeps of headers what anybody reads', () => {
    const long = `To: ${'a@b, '.repeat(2_000_000)}\r\nSubject: behind\r\n\r\nx`;
    const { envelope, root } = parse(long, 65_536);
    expect(envelope.subject).toBe('behind');
    expect(envelope.to.length).toBeLessThan(100_000);
    expect(root.bodyEnd - root.bodyStart).toBe(1);
    const parameters = parse(`Content-Type: a/b${';a=b'.repeat(500_000)}\r\n\r\n`).root.parameters;
    expect(parameters.length).toBeLessThanOrEqual(200);
    for (const value of [
      '('.repeat(200_000),
      ';('.repeat(100_000),
      '"'.repeat(200_001),
      '<'.repeat(200_000),
      ':'.repeat(200_000),
    ])
      parse(`From: ${value}\r\nContent-Type: ${value}\r\nContent-Disposition: ${value}\r\n\r\n`);
  });
});

it('is the same in whatever pieces a long line of a boundary comes', () => {
  const text = crlf(
    'Content-Type: multipart/mixed; boundary=b',
    '',
    `--b${' '.repeat(200)}`,
    'Content-Type: text/html',
    '',
    'text',
    `--b--${'-'.repeat(200)}`,
    'epilogue',
  );
  const whole = parse(text);
  expect(whole.root.parts[0]?.subtype).toBe('html');
  for (const size of [1, 7, 90, 100, 150]) expect(parse(text, size), `pieces of ${size}`).toEqual(whole);
});
