import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { findEightBitParts, toSevenBit } from './seven-bit.ts';

const crlf = (...lines: string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf8');

async function converted(text: Buffer, chunkBytes = text.length): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for (let start = 0; start < text.length; start += chunkBytes)
    chunks.push(text.subarray(start, start + chunkBytes));
  const parts = await findEightBitParts(chunks);
  if (parts === undefined) return undefined;
  const out: Uint8Array[] = [];
  for await (const chunk of toSevenBit(chunks, parts)) out.push(Uint8Array.from(chunk));
  return Buffer.concat(out);
}

const multipart = (...parts: string[][]): Buffer =>
  crlf(
    'Subject: x',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    'Content-Transfer-Encoding: 8bit',
    '',
    'preamble',
    ...parts.flatMap((part) => ['--b', ...part]),
    '--b--',
    'epilogue',
  );

describe('a message without its eighth bit', () => {
  it('stays as it is where it has none', async () => {
    expect(await converted(crlf('Subject: x', '', 'plain'))).toBeUndefined();
    expect(
      await converted(crlf('Subject: x', 'Content-Transfer-Encoding: 8bit', '', 'plain')),
    ).toBeUndefined();
  });

  it('has text in quoted-printable', async () => {
    const text = crlf(
      'Subject: x',
      'MIME-Version: 1.0',
      'Content-Transfer-Encoding:',
      ' 8bit',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Grüße = schön ',
      '.',
    );
    expect((await converted(text))?.toString()).toBe(
      crlf(
        'Subject: x',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=C3=BC=C3=9Fe =3D sch=C3=B6n=20',
        '=2E',
      ).toString(),
    );
  });

  it.each([
    ['UTF-8', Buffer.from('ü\r\n'), 'utf-8', '=C3=BC'],
    ['of who knows what', Buffer.from('\xfc\r\n', 'latin1'), 'unknown-8bit', '=FC'],
  ])('becomes MIME where it is none, %s', async (_name, body, charset, encoded) => {
    expect((await converted(Buffer.concat([crlf('Subject: x', ''), body])))?.toString()).toBe(
      crlf(
        'Subject: x',
        'MIME-Version: 1.0',
        `Content-Type: text/plain; charset=${charset}`,
        'Content-Transfer-Encoding: quoted-printable',
        '',
        encoded,
      ).toString(),
    );
  });

  it('changes only the parts that need it, and what holds them', async () => {
    const text = multipart(
      ['Content-Type: text/plain', '', 'plain'],
      ['Content-Type: text/html', 'Content-Transfer-Encoding: 8bit', '', '<p>ü</p>', ''],
      ['Content-Type: image/png', 'Content-Transfer-Encoding: binary', '', 'ü'],
      ['Content-Type: text/plain', 'Content-Transfer-Encoding: base64', '', 'eA=='],
      [
        'Content-Type: message/rfc822',
        'Content-Transfer-Encoding: 8bit',
        '',
        'Subject: inner',
        'Content-Transfer-Encoding: 8bit',
        '',
        'innér',
      ],
    );
    const want = crlf(
      'Subject: x',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      'Content-Transfer-Encoding: 7bit',
      '',
      'preamble',
      '--b',
      'Content-Type: text/plain',
      '',
      'plain',
      '--b',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<p>=C3=BC</p>',
      '',
      '--b',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      '',
      'w7w=',
      '',
      '--b',
      'Content-Type: text/plain',
      'Content-Transfer-Encoding: base64',
      '',
      'eA==',
      '--b',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Subject: inner',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'inn=C3=A9r',
      '--b--',
      'epilogue',
    ).toString();
    for (const chunkBytes of [text.length, 7, 1])
      expect((await converted(text, chunkBytes))?.toString()).toBe(want);
  });

  it('lets headers and signatures of others alone', async () => {
    const text = multipart([
      'Content-Type: text/plain; name=ü',
      'Content-Transfer-Encoding: base64',
      '',
      'w7w=',
    ]);
    expect(await converted(text)).toBeUndefined();
  });

  it('reads the same afterwards, however it is cut, and has no long line', async () => {
    const body = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'ü', '=', ' ', '.', '-', '--b', '😀', '\t'), maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(body, body, fc.integer({ min: 1, max: 100 }), async (first, second, chunkBytes) => {
        // A body has no line that would be the boundary.
        const lines = (each: string[]): string[] => each.map((line) => `>${line}`);
        const text = multipart(
          ['Content-Type: text/plain; charset=utf-8', '', ...lines(first)],
          ['Content-Type: application/octet-stream', '', ...lines(second)],
        );
        const result = await converted(text, chunkBytes);
        if (result === undefined) return;
        expect(result.some((byte) => byte > 0x7f)).toBe(false);
        expect(
          result
            .toString()
            .split('\r\n')
            .every((line) => line.length <= 76),
        ).toBe(true);
        const [before, after] = [await PostalMime.parse(text), await PostalMime.parse(result)];
        expect(after.text).toBe(before.text);
        expect(after.attachments).toEqual(before.attachments);
      }),
      { numRuns: 60 },
    );
  });
});
