import { describe, expect, it } from 'vitest';
import { parseNumberList } from './number-list.ts';

describe('message numbers, vms-mail.md §1.4', () => {
  it.each([
    ['A', 'INVRANGE'],
    ['0', 'INVRANGE'],
    ['5-3', 'INVRANGE'],
    ['3-', 'INVRANGE'],
    ['1-999999999', 'LISTTOOLONG'],
  ])('%s is %s', (text, ident) => {
    expect(() => parseNumberList([text])).toThrow(expect.objectContaining({ ident }));
  });
  it.each([
    [[], []],
    [['3'], [3]],
    [
      ['5', '3', '3'],
      [3, 5],
    ],
    [
      ['3', '5', '8-10'],
      [3, 5, 8, 9, 10],
    ],
    [['8:10'], [8, 9, 10]],
  ])('%j', (elements, want) => expect(parseNumberList(elements)).toEqual(want));
});
