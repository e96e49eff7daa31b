/** What clients may say of a search, and what is a fault of its grammar. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseList } from '../folders/parse-list.ts';
import { Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { parseSearch, parseSort, parseThread } from './parse-search.ts';

describe('what is no search', () => {
  it.each([
    '',
    ' ',
    ' NOSUCH',
    ' ALL ',
    ' ()',
    ' (ALL',
    ' NOT',
    ' OR ALL',
    ' 0',
    ' UID',
    ' UID x',
    ' SINCE 31-Feb-2026',
    ' SINCE 1-Foo-2026',
    ' SINCE "1-Feb-2026',
    ' LARGER x',
    ' LARGER -1',
    ' OLDER 0',
    ' KEYWORD',
    ' SUBJECT',
    ' HEADER x',
    ' MODSEQ "/flags/x" some 4',
    ' RETURN (NOSUCH) ALL',
    ' RETURN ALL',
    ' CHARSET UTF-8',
    ' $x',
    ' $,4',
  ])('%j', (text) => {
    expect(() => {
      const cursor = new Cursor([text]);
      parseSearch(cursor);
      cursor.end();
    }).toThrow(SyntaxFault);
  });
  it('is nested without end, or has keys without end', () => {
    for (const text of ['NOT '.repeat(1_001), 'OR ALL '.repeat(1_001), '('.repeat(100_000)])
      expect(() => parseSearch(new Cursor([` ${text}ALL`]))).toThrow('nested too deep');
    expect(() => parseSearch(new Cursor([' ALL'.repeat(10_001)]))).toThrow('too many');
    expect(() => parseSearch(new Cursor([' BODY x'.repeat(501)]))).toThrow('too many texts');
  });
  it('has a charset nobody knows: that is told, and not read further', () => {
    const { key, hasCharset } = parseSearch(new Cursor([' CHARSET KLINGON SUBJECT x']));
    expect([key, hasCharset]).toEqual([undefined, true]);
  });
});

it('whatever a client says is a search, a sort, a thread, a list, or a fault of its grammar', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...'SEARCH RETURN ( ) (ALL) CHARSET UTF-8 NOT OR UID $ 1:* 2,3 SUBJECT "x" {1} SINCE 1-Feb-2026 LARGER 7 MODSEQ'.split(
        ' ',
      ),
      ...'DATE (DATE) REVERSE REFERENCES HEADER (SUBSCRIBED) "" % * (STATUS (MESSAGES)) \\Seen ALL EMAILID M1'.split(
        ' ',
      ),
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.uint8Array({ maxLength: 3 }), (words, literal) => {
      for (const rule of [parseSearch, parseSort, parseThread, parseList]) {
        for (const parts of [
          [` ${words.join(' ')}`],
          [` ${words.join(' ')} `, literal, ''],
          [words.join('')],
        ]) {
          try {
            const cursor = new Cursor(parts);
            rule(cursor);
            cursor.end();
          } catch (failure) {
            expect(failure).toBeInstanceOf(SyntaxFault);
          }
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
