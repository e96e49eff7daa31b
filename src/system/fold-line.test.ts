import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldedText, foldLine } from './fold-line.ts';

describe('a long line', () => {
  const table: readonly (readonly [string, string, number, readonly string[]])[] = [
    ['short', 'one two', 10, ['one two']],
    ['empty', '', 10, ['']],
    ['cut at the last blank that fits', 'one two three', 8, ['one two', 'three']],
    ['as long as the width', 'one two', 7, ['one two']],
    ['a word that is too long', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['a long word behind a short one', 'a bcdefgh', 4, ['a', 'bcde', 'fgh']],
    ['a character of two units', 'abc\u{1f4e7}d', 4, ['abc', '\u{1f4e7}d']],
  ];
  it.each(table)('%s', (_name, text, width, wanted) => expect(foldLine(text, width)).toEqual(wanted));

  it('stands below its beginning', () =>
    expect(foldedText('  Reply:  ', '451 4.4.1 no answer from the other host', 32)).toEqual([
      '  Reply:  451 4.4.1 no answer',
      '          from the other host',
    ]));

  it('loses nothing but blanks at its cuts, and is never wider', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-composite' }),
        fc.integer({ min: 2, max: 40 }),
        (text, width) => {
          const lines = foldLine(text, width);
          expect(lines.every((line) => line.length <= width)).toBe(true);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    ));
});
