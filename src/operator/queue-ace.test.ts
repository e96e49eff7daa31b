/** Entries of access lists, read and shown. */
import { expect, test } from 'vitest';
import { aceText, parseAcl } from './queue-ace.ts';

test('what is shown can be typed again', () => {
  const acl = [
    { identifiers: ['SMITH'], access: 'RS' },
    { identifiers: ['STAFF', 'BATCH'], access: '' },
    { identifiers: ['*'], access: 'RSMD' },
  ];
  expect(parseAcl(acl.map(aceText))).toEqual(acl);
});

test('one entry needs no parentheses of its own; words may be short, and a user in brackets', () => {
  expect(parseAcl(['IDENT=[staff,smith]+batch', 'ACC=R+SUB+SUB'])).toEqual([
    { identifiers: ['SMITH', 'BATCH'], access: 'RS' },
  ]);
  expect(parseAcl(['(IDENTIFIER=[STAFF,SMITH],ACCESS=NONE)'])).toEqual([
    { identifiers: ['SMITH'], access: '' },
  ]);
  expect(parseAcl([])).toEqual([]);
});

test.each([
  ['IDENTIFIER=SMITH'],
  ['ACCESS=READ'],
  ['IDENTIFIER=SMITH', 'ACCESS='],
  ['IDENTIFIER=SMITH', 'ACCESS=READ+'],
  ['IDENTIFIER=', 'ACCESS=READ'],
  ['IDENTIFIER=SMITH+', 'ACCESS=READ'],
  ['IDENTIFIER=SMITH', 'ACCESS=EXECUTE'],
  ['IDENTIFIER=SMITH', 'ACCESS=READ', 'OPTIONS=PROTECTED'],
  ['SMITH'],
  ['(IDENTIFIER=SMITH,ACCESS=READ)', 'ACCESS=READ'],
])('no entry: %s', (...values) => {
  expect(() => parseAcl(values)).toThrow(expect.objectContaining({ ident: 'IVVALU' }));
});
