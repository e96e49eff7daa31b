import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charsetDecoder, decodeCharset, fileTextDecoder, keyTextDecoder } from './charset.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const inPieces = (decoder: ReturnType<typeof fileTextDecoder>, all: Uint8Array, size: number): string => {
  let text = '';
  for (let at = 0; at < all.length; at += size) text += decoder.write(all.subarray(at, at + size));
  return text + decoder.end();
};

describe('charsets', () => {
  const cases: [string, string | undefined, Buffer, string][] = [
    ['UTF-8', 'UTF-8', Buffer.from('Grüße €'), 'Grüße €'],
    ['Windows', 'windows-1252', bytes('\x80\x93x\x94'), '€“x”'],
    ['KOI8-R', 'koi8-r', bytes('\xf0\xd2\xc9'), 'При'],
    ['GB 18030', 'gb18030', bytes('\xc4\xe3'), '你'],
    ['UTF-7', 'utf-7', bytes('Hi +AOk-'), 'Hi é'],
    ['what only iconv-lite knows', 'cp437', bytes('\x81\xe1'), 'üß'],
    ['an old Macintosh', 'macroman', bytes('\x8a'), 'ä'],
    ['none, and the bytes are Latin-1', undefined, bytes('caf\xe9\n'), 'café\n'],
    ['US-ASCII that is not', 'us-ascii', Buffer.from('é'), 'é'],
    ['nonsense', '"; DROP', bytes('caf\xe9'), 'café'],
    ['UTF-8 that is not', 'utf-8', bytes('a\xe9b'), 'a\ufffdb'],
  ];
  for (const [name, charset, raw, want] of cases)
    it(name, () => {
      expect(decodeCharset(raw, charset)).toBe(want);
      expect(inPieces(charsetDecoder(charset), raw, 1)).toBe(want);
    });
});

it('takes lines whole, however long the pieces are', () => {
  const lines = [
    ['utf-7', bytes('Hi +AOkA6QDpAOk- there\r\n')],
    [undefined, Buffer.concat([Buffer.from('é and '), bytes('\xe9\n')])],
  ] as const;
  for (const [charset, line] of lines) {
    const raw = Buffer.concat(Array.from({ length: 4_000 }, () => line));
    const want = decodeCharset(line, charset).repeat(4_000);
    for (let size = 70_000; size < 70_030; size++)
      expect(inPieces(charsetDecoder(charset), raw, size) === want).toBe(true);
  }
});

describe('text of this system', () => {
  it('of files is UTF-8 or MCS, line by line', () => {
    const raw = Buffer.concat([
      Buffer.from('Grüße\n'),
      bytes('Gr\xfc\xdfe \xd7uvre \xd0\n'),
      Buffer.from('ok é'),
    ]);
    for (const size of [100, 3, 1])
      expect(inPieces(fileTextDecoder(), raw, size)).toBe('Grüße\nGrüße Œuvre Ð\nok é');
  });
  it('of keys comes at once, but for what may be half a character', () => {
    const decoder = keyTextDecoder();
    expect(decoder.write(Buffer.from('aü'))).toBe('aü');
    expect(decoder.write(bytes('\xc3'))).toBe('');
    expect(decoder.write(bytes('\xbc'))).toBe('ü');
    expect(decoder.write(bytes('\xe9'))).toBe('');
    expect(decoder.write(bytes('t'))).toBe('ét');
    expect(decoder.write(bytes('\xa8\x80x'))).toBe('¤\x80x');
    expect(decoder.write(Buffer.from('\u{1f600}'))).toBe('\u{1f600}');
    expect(decoder.write(bytes('\xf0'))).toBe('');
    expect(decoder.end()).toBe('ð');
  });
  it('is UTF-8 where it is, in any pieces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        const well = text.toWellFormed();
        for (const decoder of [keyTextDecoder(), fileTextDecoder()])
          expect(inPieces(decoder, Buffer.from(well), size)).toBe(well);
      }),
    );
  });
});
