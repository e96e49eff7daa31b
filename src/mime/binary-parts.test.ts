import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { findBinaryParts, withoutBinary } from './binary-parts.ts';
import { PartWalker } from './part-walker.ts';
import { transferDecoder } from './transfer-decoder.ts';

const bytes = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');

function cut(text: Buffer, chunkBytes: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < text.length; start += chunkBytes)
    chunks.push(text.subarray(start, start + chunkBytes));
  return chunks;
}

async function converted(text: Buffer, chunkBytes = text.length): Promise<Buffer> {
  const parts = await findBinaryParts(cut(text, chunkBytes));
  const out: Uint8Array[] = [];
  for await (const chunk of withoutBinary(cut(text, chunkBytes), parts!)) out.push(Uint8Array.from(chunk));
  return Buffer.concat(out);
}

/** Bodies in their order, decoded. */
function bodies(text: Buffer): Buffer[] {
  const walker = new PartWalker({ binary: true });
  const found: Uint8Array[][] = [];
  let decoder = transferDecoder(undefined);
  for (const event of [...walker.push(text), ...walker.end()]) {
    if (event.kind === 'part') {
      found.push([]);
      decoder = transferDecoder(event.header.encoding);
    } else if (event.kind === 'data') found.at(-1)!.push(decoder.write(event.bytes));
    else if (event.kind === 'end') found.at(-1)!.push(decoder.end());
  }
  return found.map((each) => Buffer.concat(each));
}

const binary = 'Content-Transfer-Encoding: binary';
const multipart = (...parts: string[][]): Buffer =>
  bytes(
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    binary,
    '',
    'preamble',
    ...parts.flatMap((part) => ['--b', ...part]),
    '--b--',
    '',
  );

describe('a binary message', () => {
  it('that is lines is only called so', async () => {
    const text = bytes('Content-Type: text/plain', binary, 'Subject: x', '', 'Gr\xfc\xdfe', '');
    const want = bytes(
      'Content-Type: text/plain',
      'Subject: x',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Gr\xfc\xdfe',
      '',
    );
    expect((await converted(text)).toString('latin1')).toBe(want.toString('latin1'));
  });

  it('that says nothing of itself stays as it is, with an end of its last line', async () => {
    const text = bytes('Subject: x', '', '.', 'one', '', 'two');
    expect((await converted(text)).toString()).toBe(`${text}\r\n`);
    expect((await converted(bytes('Subject: x'))).toString()).toBe('Subject: x\r\n');
    expect((await converted(bytes(''))).toString()).toBe('');
  });

  it.each([
    ['a bare LF', 'a\nb\r\n'],
    ['a bare CR', 'a\rb\r\n'],
    ['a CR at its end', 'a\r\nb\r'],
    ['an LF at its start', '\na\r\n'],
    ['a NUL', 'a\0b\r\n'],
    ['a line of 999 characters', `${'x'.repeat(999)}\r\n`],
    ['a last line without an end', 'a\r\nb'],
  ])('becomes base64 for %s', async (_, body) => {
    const head = ['MIME-Version: 1.0', 'Content-Type: image/png'];
    const encoded = Buffer.from(body)
      .toString('base64')
      .replace(/.{1,76}/g, '$&\r\n');
    for (const chunkBytes of [5_000, 3, 1])
      expect((await converted(bytes(...head, binary, '', body), chunkBytes)).toString()).toBe(
        bytes(...head, 'Content-Transfer-Encoding: base64', '', encoded).toString(),
      );
  });

  it('has lines of 998 characters', async () => {
    const text = bytes('Subject: x', '', 'x'.repeat(998), 'y'.repeat(998), '');
    for (const chunkBytes of [5_000, 1]) expect(await converted(text, chunkBytes)).toEqual(text);
  });

  it.each([
    ['ASCII', 'a\nb', 'us-ascii'],
    ['UTF-8', 'ü\n', 'utf-8'],
    ['of who knows what', '\xfc\n', 'unknown-8bit'],
  ])('becomes MIME where it is none, %s', async (_, body, charset) => {
    const raw = Buffer.from(body, charset === 'utf-8' ? 'utf8' : 'latin1');
    expect((await converted(Buffer.concat([bytes('Subject: x', '', ''), raw]))).toString()).toBe(
      bytes(
        'Subject: x',
        'MIME-Version: 1.0',
        `Content-Type: text/plain; charset=${charset}`,
        'Content-Transfer-Encoding: base64',
        '',
        raw.toString('base64'),
        '',
      ).toString(),
    );
  });

  it('changes only the parts that need it, and what holds them', async () => {
    const text = multipart(
      ['Content-Type: text/plain', '', 'plain'],
      ['Content-Type: text/html', 'Content-Transfer-Encoding:', '\tbinary', '', '<p>\xfc</p>', ''],
      ['Content-Type: image/png', binary, '', '\0\n--b\n\r'],
      ['Content-Type: text/plain', 'Content-Transfer-Encoding: base64', '', 'eA=='],
      ['Content-Type: message/rfc822', binary, '', 'Subject: inner', '', 'a\nb'],
    );
    const want = bytes(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      'Content-Transfer-Encoding: 8bit',
      '',
      'preamble',
      '--b',
      'Content-Type: text/plain',
      '',
      'plain',
      '--b',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: 8bit',
      '',
      '<p>\xfc</p>',
      '',
      '--b',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('\0\n--b\n\r').toString('base64'),
      '',
      '--b',
      'Content-Type: text/plain',
      'Content-Transfer-Encoding: base64',
      '',
      'eA==',
      '--b',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Subject: inner',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      'Content-Transfer-Encoding: base64',
      '',
      'YQpi',
      '',
      '--b--',
      '',
    ).toString('latin1');
    for (const chunkBytes of [text.length, 7, 1])
      expect((await converted(text, chunkBytes)).toString('latin1')).toBe(want);
  });

  it.each([
    ['says of itself that it is encoded', ['Content-Transfer-Encoding: base64', '', 'eA\n==']],
    ['is encoded in a way of its own', ['Content-Transfer-Encoding: x-binary', '', 'a\nb']],
    ['holds parts nobody can tell', ['Content-Type: multipart/mixed', '', 'a\nb']],
    ['has a header that is no lines', ['X-Other: a\nb', '', 'a']],
  ])('is not touched where a part %s', async (_, part) => {
    const before = multipart(part).toString().replace(binary, 'Content-Transfer-Encoding: 8bit');
    expect((await converted(multipart(part))).toString()).toBe(before);
  });

  it('gets no field into the middle of a line that has no end, or is very long', async () => {
    expect((await converted(bytes(binary, 'Subject: x'))).toString()).toBe(
      'Subject: x\r\nContent-Transfer-Encoding: 8bit\r\n\r\n',
    );
    const long = `X: ${' '.repeat(65_533)}Content-Transfer-Encoding: binary`;
    expect((await converted(bytes(binary, long, '', 'a', ''))).toString()).toBe(
      bytes(long, 'Content-Transfer-Encoding: 8bit', '', 'a', '').toString(),
    );
  });

  it.each([
    ['parts', multipart().toString().replace('--b--', ''), '--b\r\n'],
    ['fields', '', 'X: y\r\n'],
  ])('is not looked at where it has more %s than anybody writes', async (_, start, line) => {
    const text = (lines: number): Buffer => Buffer.from(start + line.repeat(lines));
    expect(await findBinaryParts(cut(text(499_000), 65_536))).toBeDefined();
    expect(await findBinaryParts(cut(text(540_000), 65_536))).toBeUndefined();
  });

  it('is lines afterwards, however it is cut, and its bodies hold what they held', async () => {
    const piece = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom('a', '\r', '\n', '\r\n', '\0', '-', '--', '--b', '--b--', '\xff'),
      },
      { weight: 1, arbitrary: fc.constantFrom('x'.repeat(998), 'y'.repeat(500), '--inner', '.\r\n', '=') },
    );
    const body = fc
      .array(piece, { maxLength: 12 })
      .map((pieces) => pieces.join(''))
      // What would end the part is none.
      .filter((each) => !/(?:^|\r\n)--(?:b|inner)(?:--)?[ \t\r]*(?:\r\n|$)/.test(each));
    const declared = fc.constantFrom([binary], [], ['Content-Transfer-Encoding: 8bit']);
    const leaf = fc.record({ declared, body });
    const partOf = (each: { declared: readonly string[]; body: string }): string[] => [
      'Content-Type: application/octet-stream',
      ...each.declared,
      '',
      each.body,
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(leaf, { maxLength: 4 }),
        fc.array(leaf, { maxLength: 3 }),
        fc.integer({ min: 1, max: 60 }),
        async (outer, inner, chunkBytes) => {
          const nested = [
            'Content-Type: multipart/mixed; boundary=inner',
            binary,
            '',
            '',
            ...inner.flatMap((each) => ['--inner', ...partOf(each)]),
            '--inner--',
          ];
          const text = multipart(...outer.map(partOf), ...(inner.length === 0 ? [] : [nested]));
          const result = await converted(text, chunkBytes);
          const want = [...outer, ...inner].map((each) => Buffer.from(each.body, 'latin1'));
          expect(bodies(text)).toEqual(want);
          expect(bodies(result)).toEqual(want);
          expect(result.toString('latin1')).not.toMatch(/\0|\r(?!\n)|(?<!\r)\n/);
          expect(result.toString('latin1')).not.toMatch(/binary/);
          expect(
            result
              .toString('latin1')
              .split('\r\n')
              .every((line) => line.length <= 998),
          ).toBe(true);
          // And so does another reader of MIME find it, to whom all line ends are one, and one more at the end is none.
          const read = await PostalMime.parse(result);
          const plain = (each: Uint8Array): string =>
            Buffer.from(each).toString('latin1').replace(/\r\n/g, '\n').replace(/\n+$/, '');
          expect(read.attachments.map((each) => plain(new Uint8Array(each.content as ArrayBuffer)))).toEqual(
            want.map(plain),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
