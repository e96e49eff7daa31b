import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartWalker } from './part-walker.ts';

/** What it says of a text: names of events, and between them the bytes they were made of. */
function walked(text: string, chunkBytes: number, binary: boolean): string[] {
  const walker = new PartWalker({ raw: true, binary });
  const said: string[] = [];
  const bytes = Buffer.from(text, 'latin1');
  const events = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    events.push(...walker.push(bytes.subarray(at, at + chunkBytes)));
  for (const event of [...events, ...walker.end()]) {
    if (event.kind === 'data') continue;
    if (event.kind !== 'raw') said.push(event.kind);
    else {
      const raw = `${event.inHeader ? 'header' : 'body'} ${Buffer.from(event.bytes).toString('latin1')}`;
      const before = said.at(-1);
      const isMore = before?.startsWith(event.inHeader ? 'header ' : 'body ') === true;
      if (isMore) said[said.length - 1] = before + raw.slice(raw.indexOf(' ') + 1);
      else said.push(raw);
    }
  }
  return said;
}

const multipart = (boundary: string): string =>
  `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`;
const kinds = (text: string, binary = false): string[] =>
  walked(text, text.length, binary).filter((each) => /^\w+$/.test(each));

describe('the parts of a message', () => {
  it('are the same however it is cut', () => {
    const piece = fc.constantFrom(
      ...['\r\n', '\n', '\r', '--', '-', '--b', '--b--', '--bb', ' ', '\t', 'a', 'b', '\xa0', '\r\n\r\n'],
      ...['\r\n--b\r\n', '\r\n--bb\r\n', '\r\n--\xe9\r\n', ' '.repeat(990), 'x'.repeat(995)],
      ...[multipart('b'), multipart('bb'), multipart('\xe9'), 'Content-Type: message/rfc822\r\n\r\n'],
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        (pieces, chunkBytes, binary) => {
          const text = multipart('b') + pieces.join('');
          expect(walked(text, chunkBytes, binary)).toEqual(walked(text, text.length, binary));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['with blanks behind it', '--b \t\r\n', true, true],
    ['with a bare LF behind it', '--b\n', true, false],
    ['at the end of the text', '--b', true, true],
    ['with something else behind it', '--bx\r\n', false, false],
    ['with one hyphen behind it', '--b-\r\n', false, false],
    ['with a line of blanks behind it', `--b${' '.repeat(1_000)}\r\n`, false, false],
    ['within a line', 'x--b\r\n', false, false],
  ])('begin behind a boundary, here %s', (_, line, isOne, isOneInBinary) => {
    const text = `${multipart('b')}\r\n${line}`;
    expect(kinds(text).includes('part')).toBe(isOne);
    expect(kinds(text, true).includes('part')).toBe(isOneInBinary);
  });

  it('begin in binary content behind CRLF alone', () => {
    const text = `${multipart('b')}--b\r\n\r\nx\n--b\r\ny\r\n--b--\r\n`;
    expect(kinds(text).filter((each) => each === 'part')).toHaveLength(2);
    expect(kinds(text, true).filter((each) => each === 'part')).toHaveLength(1);
  });

  it('end with a boundary of what holds them', () => {
    const text = `${multipart('b')}--b\r\n${multipart('inner')}--inner\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n`;
    expect(kinds(text)).toEqual([
      ...['message', 'open', 'open', 'part', 'end', 'close', 'part', 'end', 'close'],
    ]);
  });
});
