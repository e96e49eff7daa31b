import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkReader } from './chunk-reader.ts';

/** Reads a text in chunks of these sizes, cut in pieces as they come. */
function read(text: Buffer, sizes: readonly number[], pieceBytes: number) {
  const reader = new ChunkReader();
  const got: Uint8Array[] = [];
  let from = 0;
  for (const size of [...sizes, text.byteLength]) {
    const chunk = text.subarray(from, from + size);
    if (chunk.byteLength === 0) continue;
    from += chunk.byteLength;
    reader.begin(chunk.byteLength);
    // What follows belongs to the next command.
    const wire = Buffer.concat([chunk, Buffer.from('NOOP\r\n')]);
    let at = 0;
    for (;;) {
      const { bytes, used, ended } = reader.read(Buffer.from(wire.subarray(at, at + pieceBytes)));
      got.push(...bytes);
      at += used;
      if (ended) break;
    }
    expect(at).toBe(chunk.byteLength);
  }
  const end = reader.end();
  const ends = Buffer.concat([...got, ...end]).filter((each) => each === 10).length;
  expect(reader.lines).toBe(ends);
  return { text: Buffer.concat([...got, ...end]), isBare: reader.hasBareLineEnd, size: reader.sizeBytes };
}

describe('ChunkReader', () => {
  it.each([
    ['a\r\nb\r\n', false, 'a\r\nb\r\n'],
    ['.\r\n..\r\n', false, '.\r\n..\r\n'],
    ['no end', false, 'no end\r\n'],
    ['', false, ''],
    ['a\nb\r\n', true, 'a\nb\r\n'],
    ['\n', true, '\n'],
    ['a\rb\r\n', true, 'a\rb\r\n'],
    ['a\r\r\n', true, 'a\r\r\n'],
    ['a\r', true, 'a\r\r\n'],
    ['\r\n.\r\n', false, '\r\n.\r\n'],
  ])('%j', (text, isBare, kept) => {
    for (const piece of [1, 2, 3, 100])
      for (const sizes of [[], [1], [1, 1, 1, 1], [2]]) {
        const found = read(Buffer.from(text), sizes, piece);
        expect(found).toEqual({ text: Buffer.from(kept), isBare, size: text.length });
      }
  });

  it('sees the same whatever the chunks are', () => {
    const text = fc
      .array(fc.constantFrom('a', '.', '\r', '\n', '\r\n'))
      .map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(text, fc.array(fc.nat(5)), fc.integer({ min: 1, max: 7 }), (whole, sizes, piece) => {
        const found = read(whole, sizes, piece);
        const isBare = /\r(?!\n)|(?<!\r)\n/.test(whole.toString());
        const ending = whole.byteLength === 0 || whole.toString().endsWith('\n') ? '' : '\r\n';
        expect(found).toEqual({ text: Buffer.from(`${whole}${ending}`), isBare, size: whole.byteLength });
      }),
    );
  });
});
