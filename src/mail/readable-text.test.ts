import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMsOf } from '../../test/support/processor-time.ts';
import { ATTACHMENTS_LINE } from './attachment-list.ts';
import { HEADERS_LINE, readableLines } from './readable-text.ts';

/** In pieces of `size` bytes, as a file or a socket might give them. */
async function* pieces(text: string | Buffer, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text.replace(/\r?\n/g, '\r\n'));
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const collect = async (source: AsyncIterable<string>): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of source) lines.push(line);
  return lines;
};
const body = (text: string | Buffer, size?: number): Promise<string[]> =>
  collect(readableLines(pieces(text, size), 'rfc5322', 'noHeaders'));

const alternative = (parts: string): string =>
  `Content-Type: multipart/alternative; boundary=x\n\n${parts}--x--\n`;

describe('headers', () => {
  const message =
    'From: a@b\nTo: x,\n y\nSubject: =?iso-8859-1?q?Gr=FC=DFe?=\n =?iso-8859-1?q?_an?= alle\n\nhello\n';
  const header = ['From: a@b', 'To: x,', ' y', 'Subject: Grüße an alle'];
  it('stand behind the text by default', async () => {
    expect(HEADERS_LINE).toBe('================== RFC 822 Headers ==================');
    expect(await collect(readableLines(pieces(message), 'rfc5322'))).toEqual([
      'hello',
      '',
      HEADERS_LINE,
      ...header,
    ]);
  });
  it('stand in front with TOP_HEADERS, nowhere with NOHEADERS', async () => {
    expect(await collect(readableLines(pieces(message), 'rfc5322', 'topHeaders'))).toEqual([
      ...header,
      '',
      'hello',
    ]);
    expect(await body(message)).toEqual(['hello']);
  });
  it('may be all there is, or missing', async () => {
    expect(await collect(readableLines(pieces('Subject: x\n'), 'rfc5322'))).toEqual([
      '',
      HEADERS_LINE,
      'Subject: x',
    ]);
    expect(await body('\nno header\n')).toEqual(['no header']);
    expect(await body('Subject: x\nthis is no field\nhello\n')).toEqual(['this is no field', 'hello']);
    expect(await body('')).toEqual([]);
  });
});

describe('comments and what stands behind a word', () => {
  it.each([
    ['Content-Type: text/html (HTML); charset=koi8-r (Russian)', '<b>\xf5\xc5</b>', ['Уе']],
    ['Content-Type: (a (b) c) text/plain; charset="us-ascii" (x)', 'hello', ['hello']],
    ['Content-Transfer-Encoding: base64 (of Base64)', 'aGVsbG8=', ['hello']],
    ['Content-Transfer-Encoding: base64;', 'aGVsbG8=', ['hello']],
    ['Content-Type: multipart/mixed; boundary=ab (it ends here)', '--ab\n\nhello\n--ab--', ['hello']],
    ['Content-Type: text/html (without end', '<b>hello</b>', ['<b>hello</b>']],
  ])('mean nothing: %s', async (field, text, shown) => {
    const bytes = Buffer.from(`${field}\n\n${text}\n`.replaceAll('\n', '\r\n'), 'latin1');
    expect(await body(bytes)).toEqual(shown);
  });
  it('are part of a name of a file', async () => {
    for (const name of ['report (2).pdf', '"report (2).pdf"']) {
      const field = `Content-Type: application/pdf\nContent-Disposition: attachment (x); filename=${name}`;
      expect((await body(`${field}\n\nx\n`)).join('\n')).toContain('report (2).pdf');
    }
  });
});

describe('encodings and charsets', () => {
  const part = (charset: string, encoding: string, content: string): string =>
    `Content-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: ${encoding}\n\n${content}\n`;
  const cases: [string, string | Buffer, string[]][] = [
    [
      'quoted-printable',
      part('utf-8', 'quoted-printable', 'Gr=C3=BC=\n=C3=9Fe =3D  \nend='),
      ['Grüße =', 'end'],
    ],
    ['base64', part('utf-8', 'BASE64', 'R3LDvMOf\nZQph\nCg=='), ['Grüße', 'a']],
    ['Latin-9', part('iso-8859-15', 'quoted-printable', '=A4'), ['€']],
    ['DEC MCS', part('DEC-MCS', 'quoted-printable', '=D7uvre =A8 =DD'), ['Œuvre ¤ Ÿ']],
    ['ISO-2022-JP', part('iso-2022-jp', '7bit', '\x1b$B$3\x1b(B!'), ['こ!']],
    ['an unknown charset', part('x-klingon', '8bit', 'Grüße'), ['Grüße']],
    ['undeclared UTF-8 and Latin-1', Buffer.from('\r\nGr\xc3\xbc\r\nGr\xfc\r\n', 'latin1'), ['Grü', 'Grü']],
    [
      'format=flowed',
      `Content-Type: text/plain; format=flowed\n\n${'> word \n'.repeat(20)}> end\nshort\n`,
      [`> ${'word '.repeat(15).trim()}`, `> ${'word '.repeat(5)}end`, 'short'],
    ],
    [
      'short lines of format=flowed',
      'Content-Type: text/plain; format=flowed\n\none \ntwo\n\n> a \n> b\n-- \nx',
      ['one two', '', '> a b', '-- ', 'x'],
    ],
    [
      'a signature behind a paragraph that does not end',
      'Content-Type: text/plain; format=flowed\n\nRegards, \n-- \nBob\n> a \n> -- \n> b\n',
      ['Regards, ', '-- ', 'Bob', '> a ', '> -- ', '> b'],
    ],
  ];
  for (const [name, text, want] of cases) {
    it(name, async () => {
      for (const size of [1_000, 7, 1]) expect(await body(text, size)).toEqual(want);
    });
  }
});

describe('parts', () => {
  it('of an alternative: plain text, wherever it stands', async () => {
    const html = '--x\nContent-Type: text/html\n\n<p>fancy\n';
    const plain = '--x\nContent-Type: text/plain\n\nplain\n';
    expect(await body(alternative(plain + html))).toEqual(['plain']);
    expect(await body(alternative(html + plain))).toEqual(['plain']);
    expect(await body(alternative(html))).toEqual(['fancy']);
  });
  it('of an alternative: all texts of the choice that is shown, and of no other', async () => {
    const part = (type: string, text: string): string => `--y\nContent-Type: ${type}\n\n${text}\n`;
    const mixed = (parts: string): string =>
      `--x\nContent-Type: multipart/mixed; boundary=y\n\n${parts}--y--\n`;
    const html = '--x\nContent-Type: text/html\n\n<p>rich\n';
    const two = part('text/plain', 'one') + part('image/png', '?') + part('text/plain', 'two');
    const list = ['', ATTACHMENTS_LINE, '    1 image/png, 1 byte'];
    expect(await body(alternative(mixed(two) + html))).toEqual(['one', '', 'two', ...list]);
    expect(await body(alternative(html + mixed(two)))).toEqual(['one', '', 'two', ...list]);
    const rich = part('text/html', '<p>one') + part('image/png', '?') + part('text/html', '<p>two');
    expect(await body(alternative(mixed(rich)))).toEqual(['one', '', 'two', ...list]);
    expect(await body(alternative(mixed(rich) + html))).toEqual(['one', '', 'two', ...list]);
    expect(
      await body(alternative(mixed(part('text/html', '<p>one') + part('text/plain', 'two')) + html)),
    ).toEqual(['one', '', 'two']);
  });
  it('HTML in front of a large part does not wait for its end', async () => {
    const html = '--x\r\nContent-Type: text/html\r\n\r\n<p>rich\r\n--x\r\nContent-Type: image/png\r\n\r\n';
    let passed = 0;
    const long = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`Content-Type: multipart/alternative; boundary=x\r\n\r\n${html}`);
      for (; passed < 1_000; passed++) yield Buffer.alloc(65_536, 'x');
    };
    for await (const line of readableLines(long(), 'rfc5322')) {
      expect(line).toBe('rich');
      break;
    }
    expect(passed).toBeLessThan(30);
  });
  it('attachments are named, with their size', async () => {
    const lines = await body(
      `Content-Type: multipart/mixed; boundary="b b"

preamble
--b b

see below
--b b
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%1B%C3%9Fe.pdf
Content-Transfer-Encoding: base64

QUJDREVG
--b b
Content-Type: image/png; name="=?utf-8?q?K=C3=A4se?="

xx
--b b--
epilogue
`,
    );
    expect(lines).toEqual([
      'see below',
      '',
      ATTACHMENTS_LINE,
      '    1 Grü.ße.pdf, application/pdf, 6 bytes',
      '    2 Käse, image/png, 2 bytes',
    ]);
  });
  it('of reports and forwarded messages are shown', async () => {
    const lines = await body(
      `Content-Type: multipart/report; boundary=r

--r

It bounced.
--r
Content-Type: message/delivery-status

Action: failed
--r
Content-Type: message/rfc822

From: x@y
Subject: inner
Content-Type: multipart/alternative; boundary=i

--i
Content-Type: text/html

<b>inner text</b>
--r--
`,
    );
    expect(lines).toEqual([
      'It bounced.',
      '',
      'Action: failed',
      '',
      'From: x@y',
      'Subject: inner',
      '',
      'inner text',
      '',
      ATTACHMENTS_LINE,
      '    1 message/rfc822, 127 bytes',
    ]);
  });
  it('HTML alone becomes text, and says where links lead', async () => {
    const html = `<html><head><title>t</title><style>p{}</style></head><body><h1>Hi&nbsp;there</h1>
      <p>a &lt;b&gt; &#8364;<br>next<ul><li>one<li>two</ul><script>alert(1)</script>
      <a href="http://evil.example/x">http://bank.example</a> 1 < 2 <!-- no --> <td>c</td><td>d</td>`;
    expect(await body(`Content-Type: text/html\n\n${html}`)).toEqual([
      'Hi there',
      '',
      'a <b> €',
      'next',
      '',
      '* one',
      '* two',
      '',
      'http://bank.example <http://evil.example/x> 1 < 2\tc\td',
    ]);
  });
});

describe('bad input', () => {
  it('never crashes, and never shows a control character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              '--x\r\n',
              '--x--\r\n',
              'Content-Type: multipart/mixed; boundary=x\r\n',
              'Content-Type: message/rfc822\r\n',
              'Content-Type: text/html\r\n',
              'Content-Transfer-Encoding: base64\r\n',
              'Content-Transfer-Encoding: quoted-printable\r\n',
              '\r\n',
              '=',
              '<a href=',
            ),
            fc.string({ unit: 'binary', maxLength: 20 }),
          ),
          { maxLength: 30 },
        ),
        fc.integer({ min: 1, max: 50 }),
        async (parts, size) => {
          const lines = await collect(readableLines(pieces(Buffer.from(parts.join('')), size), 'rfc5322'));
          expect(lines.filter((line) => /[\x00-\x08\x0a\x0b\x0d-\x1f\x7f-\x9f]/.test(line))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
  it('takes no longer than its length deserves', async () => {
    const size = 300_000;
    for (const [header, unit] of [
      ['text/html', '<a href="x'],
      ['text/html', '<!--'],
      ['text/html', '<script>'],
      ['text/html', '<a href=http://x>'],
      ['text/plain', ' '],
      ['text/plain; format=flowed', 'x '],
    ]) {
      const text = `Content-Type: ${header}\nContent-Transfer-Encoding: quoted-printable\n\n${unit!.repeat(size / unit!.length)}`;
      const took = await processorMsOf(() => body(text, 65_536));
      expect(took, `${header} ${unit}`).toBeLessThan(3_000);
    }
  });
  it('shows a message of 30 MB without holding it', async () => {
    const line = Buffer.from(`${'x'.repeat(98)}\r\n`);
    const chunk = Buffer.concat(Array.from({ length: 1_000 }, () => line));
    const long = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('Content-Type: text/plain\r\n\r\n');
      for (let count = 0; count < 300; count++) yield chunk;
      yield Buffer.alloc(1_000_000, 0x79);
    };
    let lines = 0;
    let longest = 0;
    for await (const each of readableLines(long(), 'rfc5322', 'noHeaders')) {
      lines++;
      longest = Math.max(longest, each.length);
    }
    expect([lines, longest]).toEqual([300_031, 32_767]);
  });
  it('is cut between characters, and never within one', async () => {
    const line = `x${'\u{1f600}'.repeat(40_000)}`;
    for (const size of [1_000, 1_000_000]) {
      const records = await collect(readableLines(pieces(`${line}\n`, size), 'records'));
      expect((await body(`A: b\n\n${line}\n`, size)).join('') === line).toBe(true);
      expect(records.join('') === line).toBe(true);
    }
  });
});
