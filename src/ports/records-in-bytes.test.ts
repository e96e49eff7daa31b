import { expect, it } from 'vitest';
import { LONGEST_RECORD } from './file-header.ts';
import { recordsIn } from './records-in-bytes.ts';

const records = (bytes: Buffer, isWhole = true): Buffer[] =>
  Array.from(recordsIn(bytes, isWhole), ({ start, end }) => bytes.subarray(start, end));
const texts = (text: string): string[] => records(Buffer.from(text)).map(String);
const long = 'a'.repeat(LONGEST_RECORD);

it.each([
  ['lines of any end', 'one\r\ntwo\n\n\r\nlast', ['one', 'two', '', '', 'last']],
  ['nothing', '', []],
  ['a line of just a record', `${long}\r\nb\n`, [long, 'b']],
  ['a longer one', `${long}bc\nd\n`, [long, 'bc', 'd']],
  ['a return behind just a record, and nothing more', `b\n${long}\r`, ['b', long]],
  ['a return where a record is cut', `${long.slice(1)}\rmore\n`, [`${long.slice(1)}\r`, 'more']],
  ['a character where a record is cut', `${long.slice(1)}€\n`, [long.slice(1), '€']],
])('finds the records of %s', (_, text, wanted) => expect(texts(text)).toEqual(wanted));

it('cuts what is no text into whole records', () => {
  const found = records(Buffer.alloc(300_000, 0x80));
  expect(found.map(({ length }) => length)).toEqual([
    ...Array.from({ length: 9 }, () => LONGEST_RECORD),
    5_097,
  ]);
});

it('waits for the end of a line, and no longer than that takes', () => {
  expect(records(Buffer.from('one\ntw'), false).map(String)).toEqual(['one']);
  expect(records(Buffer.from(`${long}\r`), false)).toEqual([]);
  expect(records(Buffer.from(`${long}\rb`), false).map(String)).toEqual([long]);
});
