import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachmentsOf } from './attachments.ts';
import { readableLines } from './readable-text.ts';

async function* pieces(text: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size);
}
const crlf = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');

async function taken(message: Uint8Array, size = 1_000, wanted?: (number: number) => boolean) {
  const found: {
    number: number;
    name: string | undefined;
    type: string;
    within: number | undefined;
    bytes: Buffer;
  }[] = [];
  const isWanted = wanted === undefined ? undefined : ({ number }: { number: number }) => wanted(number);
  for await (const { number, name, type, within, bytes } of attachmentsOf(pieces(message, size), isWanted)) {
    const parts: Uint8Array[] = [];
    for await (const part of bytes) parts.push(Buffer.from(part));
    found.push({ number, name, type, within, bytes: Buffer.concat(parts) });
  }
  return found;
}

const inner = `From: x@y
Content-Type: multipart/mixed; boundary=i

--i

inner text
--i
Content-Type: image/gif; name=deep.gif
Content-Transfer-Encoding: base64

R0lGODlh
--i--
`;
const message = crlf(`Content-Type: multipart/mixed; boundary=o

--o

text
--o
Content-Disposition: attachment; filename*0*=utf-8''Gr%C3%BC; filename*1=sse.bin
Content-Type: application/octet-stream
Content-Transfer-Encoding: 8bit

\xff--
-

--o x
end
--o
Content-Type: message/rfc822

${inner}
--o
Content-Disposition: attachment

--o--
`);

describe('attachments', () => {
  it('come byte for byte, whatever pieces the message comes in', async () => {
    for (const size of [1_000, 50, 7, 2, 1]) {
      const found = await taken(message, size);
      expect(found.map(({ number, name, type, within }) => [number, name, type, within])).toEqual([
        [1, 'Grüsse.bin', 'application/octet-stream', undefined],
        [2, undefined, 'message/rfc822', undefined],
        [4, undefined, 'text/plain', undefined],
      ]);
      expect(found[0]!.bytes.toString('latin1')).toBe('\xff--\r\n-\r\n\r\n--o x\r\nend');
      expect(found[1]!.bytes.toString('latin1')).toBe(crlf(inner).toString('latin1'));
      expect(found[2]!.bytes.length).toBe(0);
    }
  });
  it('of an attached message can be taken alone', async () => {
    const [only, ...more] = await taken(message, 13, (number) => number === 3);
    expect([only?.number, only?.name, only?.within, only?.bytes.toString()]).toEqual([
      3,
      'deep.gif',
      2,
      'GIF89a',
    ]);
    expect(more).toEqual([]);
  });
  it('are passed over when nobody reads them', async () => {
    const numbers: number[] = [];
    for await (const each of attachmentsOf(pieces(message, 11))) numbers.push(each.number);
    expect(numbers).toEqual([1, 2, 4]);
    for await (const each of attachmentsOf(pieces(message, 11))) {
      for await (const _ of each.bytes) break;
      if (each.number === 2) break;
    }
  });
  it('are decoded as far as they can be', async () => {
    const part = (encoding: string, content: string) =>
      taken(crlf(`Content-Type: image/png\nContent-Transfer-Encoding: ${encoding}\n\n${content}`), 5);
    expect((await part('base64', 'QUJ\n!D\x00RE\nVG'))[0]!.bytes.toString()).toBe('ABCDEF');
    expect((await part('base64', 'QQ==\nQkM=\nREVG'))[0]!.bytes.toString()).toBe('ABCDEF');
    expect((await part('base64', 'Q'))[0]!.bytes.length).toBe(0);
    expect((await part('quoted-printable', '=41=\n=4g=ZZ\n='))[0]!.bytes.toString()).toBe('A=4g=ZZ\r\n');
    expect((await part('x-unknown', 'as it is'))[0]!.bytes.toString()).toBe('as it is');
  });
  it('are numbered as READ lists them, in any message', async () => {
    const line = fc.constantFrom(
      '--a',
      '--a--',
      '--b',
      '--b--',
      'Content-Type: multipart/mixed; boundary=a',
      'Content-Type: multipart/alternative; boundary=b',
      'Content-Type: message/rfc822',
      'Content-Type: text/html',
      'Content-Type: image/png; name=x.png',
      'Content-Disposition: attachment',
      'Content-Transfer-Encoding: base64',
      'QUJD',
      '',
      '',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 40 }),
        fc.integer({ min: 1, max: 40 }),
        async (lines, size) => {
          const text = Buffer.from(lines.map((each) => `${each}\r\n`).join(''));
          const listed: string[] = [];
          for await (const each of readableLines(pieces(text, size), 'rfc5322', 'noHeaders'))
            listed.push(each);
          const want = listed.filter((each) => /^ +\d+ .*, \d+ bytes?$/.test(each));
          const got: string[] = [];
          for (let number = 1; number <= want.length; number++) {
            const [found] = await taken(text, size, (each) => each === number);
            got.push(
              `${found!.name === undefined ? '' : `${found!.name}, `}${found!.type}, ${found!.bytes.length}`,
            );
          }
          expect(got).toEqual(want.map((each) => each.replace(/^ +\d+ | bytes?$/g, '')));
        },
      ),
      { numRuns: 500 },
    );
  });
});
