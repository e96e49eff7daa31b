import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineEnds } from './line-ends.ts';

const found = (bytes: Uint8Array): number[] => {
  const ends = new LineEnds(bytes);
  const at: number[] = [];
  for (let next = ends.next(0); next < bytes.length; next = ends.next(next + 1)) at.push(next);
  return at;
};
const expected = (bytes: Uint8Array): number[] =>
  [...bytes].flatMap((octet, index) => (octet === 10 || octet === 13 ? [index] : []));

test('there are none in nothing, and in what has none', () => {
  expect(new LineEnds(Buffer.alloc(0)).next(0)).toBe(0);
  for (const length of [1, 255, 256, 257, 4_099])
    expect(new LineEnds(Buffer.alloc(length, 'x')).next(0)).toBe(length);
});

test('every octet is told from them, at every place of a word', () => {
  for (let offset = 0; offset < 4; offset++) {
    for (let octet = 0; octet < 256; octet++) {
      const bytes = Buffer.alloc(1_000, 0x41).subarray(offset);
      for (let at = 300; at < 400; at += 5) bytes[at] = octet;
      expect(found(bytes), `octet ${octet}`).toEqual(expected(bytes));
    }
  }
});

test('property: all are found, in any bytes, from any place of the memory', () => {
  const octet = fc.constantFrom(0, 9, 10, 13, 14, 46, 65, 127, 128, 141, 255);
  fc.assert(
    fc.property(fc.array(octet, { minLength: 200, maxLength: 700 }), fc.nat(3), (octets, offset) => {
      const bytes = Buffer.from([...Array(offset).fill(10), ...octets]).subarray(offset);
      expect(found(bytes)).toEqual(expected(bytes));
    }),
  );
});
