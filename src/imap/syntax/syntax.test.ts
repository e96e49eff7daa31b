import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../../test/support/processor-time.ts';
import { folderName, mailboxName } from '../folder-name.ts';
import { type CommandPart, Cursor, SyntaxFault } from './cursor.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';
import { formatNumbers, isInRanges, parseNumberSet, rangesOf } from './number-set.ts';

describe('modified UTF-7', () => {
  // RFC 3501 §5.1.3
  it.each([
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['Tom & Jerry', 'Tom &- Jerry'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['😀', '&2D3eAA-'],
  ])('%s', (text, encoded) => {
    expect(encodeModifiedUtf7(text)).toBe(encoded);
    expect(decodeModifiedUtf7(encoded)).toBe(text);
  });
  it.each(['&', 'a&U,BTFw', '&Jjo!-', '&U,BTFw-&ZeVnLIqe-', 'ü', '&AGE-', '&U-'])('has no %s', (text) => {
    expect(decodeModifiedUtf7(text)).toBeUndefined();
  });
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeModifiedUtf7(encodeModifiedUtf7(text))).toBe(text);
      }),
    );
  });
});

describe('folder names', () => {
  // tcpip-smtp.md §7.3
  it.each([
    ['NEWMAIL', 'INBOX'],
    ['MAIL', 'Mail'],
    ['HELLO', 'Hello'],
    ['HELLO-ALL', 'Hello-All'],
    ['Hello', 'H_e_l_l_o'],
    ['HELLO_ALL', 'Hello__All'],
    ['HELLO$ALL', 'Hello$$All'],
    ['LISTS/VMS', 'Lists/Vms'],
    ['ÜBUNG ÄRZTE', 'Übung Ärzte'],
    ['ⓐⒶ', '_ⓐⓐ'],
  ])('%s is %s', (folder, mailbox) => {
    expect(mailboxName(folder)).toBe(mailbox);
    expect(folderName(mailbox)).toBe(folder);
  });
  it('are found in whatever case', () => {
    expect(['inbox', 'MAIL', 'hello__ALL'].map(folderName)).toEqual(['NEWMAIL', 'MAIL', 'HELLO_ALL']);
  });
  it('are one for each folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 39 }), (folder) => {
        fc.pre(folder.toUpperCase() !== 'INBOX');
        expect(folderName(mailboxName(folder))).toBe(folder);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('sets of numbers', () => {
  const ranges = (text: string, largest: number) =>
    rangesOf(parseNumberSet(text)!, largest).map(({ first, last }) => `${first}:${last}`);
  it('are merged, in whatever order they come', () => {
    expect(ranges('9:7,2,3:4,4294967295', 20)).toEqual(['2:4', '7:9', '4294967295:4294967295']);
    expect(ranges('*:4', 2)).toEqual(['2:4']);
    expect(ranges('*', 0)).toEqual([]);
    expect(ranges('5:*', 0)).toEqual(['0:5']);
  });
  it.each(['', '0', '1,', ',1', '1:', '1:2:3', '*:*:*', '4294967296', '-1', '1 2', '01'])(
    'are not %j',
    (text) => {
      expect(parseNumberSet(text)).toBeUndefined();
    },
  );
  it('of a million elements cost what their text costs', () => {
    const text = Array.from({ length: 1_000_000 }, (_, index) => 2 * index + 1).join(',');
    const took = processorMs(() => expect(rangesOf(parseNumberSet(text)!, 1)).toHaveLength(1_000_000));
    expect(took).toBeLessThan(5_000);
  });
  it('are written short, and read back', () => {
    expect(formatNumbers([1, 2, 3, 7, 9, 10])).toBe('1:3,7,9:10');
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (numbers) => {
        const sorted = numbers.toSorted((a, b) => a - b);
        const read = rangesOf(parseNumberSet(formatNumbers(sorted))!, 99).flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, index) => first + index),
        );
        expect(read).toEqual(sorted);
      }),
    );
  });
  it('hold what stands in them, and nothing else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (numbers) => {
        const ranges = numbers.length === 0 ? [] : rangesOf(parseNumberSet(numbers.join(','))!, 99);
        for (let number = 0; number <= 62; number++)
          expect(isInRanges(ranges, number)).toBe(numbers.includes(number));
      }),
    );
  });
});

describe('a cursor', () => {
  const cursor = (...parts: CommandPart[]) => new Cursor(parts);
  it('takes words, strings, literals and lists', () => {
    const at = cursor('A1 LOGIN "a\\"b" ', Buffer.from('x y'), ' (\\Seen $k) NIL 12 1:*');
    expect([at.atom(), at.takes(' '), at.atom()]).toEqual(['A1', true, 'LOGIN']);
    at.space();
    expect(at.astring().toString()).toBe('a"b');
    at.space();
    expect(at.isAtEnd).toBe(false);
    expect(at.astring().toString()).toBe('x y');
    at.space();
    expect(at.list(() => at.flag())).toEqual(['\\Seen', '$k']);
    at.space();
    expect(at.nstring()).toBeUndefined();
    at.space();
    expect(at.number()).toBe(12);
    at.space();
    expect(at.numberSet()).toEqual([{ from: 1, to: '*' }]);
    at.end();
    expect(at.isAtEnd).toBe(true);
  });
  it.each(['"', '"a', '"\\a"', '(a', '(a  b)', '((', 'a b', ''])('refuses %j', (text) => {
    const at = cursor(text);
    const nested = (): unknown => (at.peek() === '(' ? at.list(nested) : at.astring());
    expect(() => {
      nested();
      at.end();
    }).toThrow(SyntaxFault);
  });
  it('refuses lists in lists without end', () => {
    const at = cursor('('.repeat(1_000_000));
    const nested = (): unknown => at.list(nested);
    expect(nested).toThrow('nested too deep');
  });
  it('never does anything but take or refuse', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.uint8Array()), { maxLength: 5 }), (parts) => {
        const at = cursor(...parts);
        const rules = [
          'atom',
          'number',
          'numberSet',
          'flag',
          'astring',
          'listMailbox',
          'nstring',
          'end',
        ] as const;
        for (const rule of rules) {
          try {
            at[rule]();
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxFault);
          }
        }
      }),
    );
  });
});
