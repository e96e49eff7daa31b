import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Condition } from '../condition/index.ts';
import {
  completeSpecification,
  formatFileSpecification,
  hasWildcard,
  matchesDirectory,
  matchesWildcard,
  mergeSpecifications,
  parseFileSpecification as parse,
} from './index.ts';

describe('refused', () => {
  it.each([
    '../x',
    'a/b',
    '/etc/passwd',
    '[A]B:C',
    '[A',
    '[A..B]',
    '[A/B]',
    '[.]',
    'A;B',
    'A;1;2',
    'A B',
    'A|B',
    '[A]B[C]',
    'A\\B',
    '[A][B]',
    'A\0B',
  ])('%s', (text) => {
    expect(() => parse(text)).toThrow(Condition);
  });
});

describe('fields', () => {
  it.each([
    ['node::dka0:[a.b]c.txt;3', ['NODE::', 'DKA0:', '[A.B]', 'C', '.TXT', ';3']],
    ['NODE"user password"::X', ['NODE"USER PASSWORD"::', '', '', 'X', '', '']],
    ['<A.B>C', ['', '', '[A.B]', 'C', '', '']],
    ['SYS$LOGIN:LOGIN.COM', ['', 'SYS$LOGIN:', '', 'LOGIN', '.COM', '']],
    ['[.A]', ['', '', '[.A]', '', '', '']],
    ['[A...]*.*;*', ['', '', '[A...]', '*', '.*', ';*']],
    ['[...]', ['', '', '[...]', '', '', '']],
    ['X.Y.3', ['', '', '', 'X', '.Y', ';3']],
    ['a.b.c.d', ['', '', '', 'A^.B^.C', '.D', '']],
    ['X.', ['', '', '', 'X', '.', '']],
    ['X;', ['', '', '', 'X', '', ';']],
    ['X.Y;-1', ['', '', '', 'X', '.Y', ';-1']],
    ['DKA0:[A.][B]X', ['', 'DKA0:', '[A.B]', 'X', '', '']],
    ['DKA0:[A.]', ['', 'DKA0:', '[A.]', '', '', '']],
    ['[1,4]X', ['', '', '[001004]', 'X', '', '']],
    ['[^P^U^B.^-.A^-B]^A^_^.^*.^b', ['', '', '[PUB.^-.A-B]', 'A^_^.^*', '.B', '']],
    ['', ['', '', '', '', '', '']],
  ])('%s', (text, want) => {
    const { node, device, directory, name, type, version } = parse(text);
    expect([node, device, directory, name, type, version]).toEqual(want);
  });
});

describe('defaults', () => {
  it.each([
    ['X', 'DKA200:[T.U]', 'DKA200:[T.U]X'],
    ['[.X]Y', 'DKA200:[T]', 'DKA200:[T.X]Y'],
    ['[-.X]Y', 'DKA200:[T]', 'DKA200:[X]Y'],
    ['[-]Y', 'DKA200:[T]', 'DKA200:[000000]Y'],
    ['[]Y', 'DKA200:[T]', 'DKA200:[T]Y'],
    ['[--.A]Y', 'DKA200:[T.U]', 'DKA200:[A]Y'],
    ['[...]*.*', 'DKA200:[T]', 'DKA200:[T...]*.*'],
    ['[.A...]*.*', 'DKA200:[T]', 'DKA200:[T.A...]*.*'],
    ['[000000.A]Y', 'DKA200:[T]', 'DKA200:[A]Y'],
    ['[000000...]Y', 'DKA200:[T]', 'DKA200:[000000...]Y'],
    ['[...]Y', 'DKA200:[000000]', 'DKA200:[000000...]Y'],
    ['[...A]Y', 'DKA200:[T]', 'DKA200:[T...A]Y'],
    ['[.A...B.C]Y', 'DKA200:[T]', 'DKA200:[T.A...B.C]Y'],
    ['[^-]Y', 'DKA200:[T]', 'DKA200:[^-]Y'],
    ['DKA1:X', 'DKA200:[T]A.B;1', 'DKA1:[T]X.B;1'],
  ])('%s against %s', (text, base, want) => {
    expect(formatFileSpecification(completeSpecification(parse(text), parse(base)))).toBe(want);
  });
  it('never leave the top', () => {
    expect(() => completeSpecification(parse('[--]X'), parse('DKA0:[T]'))).toThrow('RMS-F-DIR');
  });
  it('fill what is missing', () => {
    expect(formatFileSpecification(mergeSpecifications(parse('X'), parse('SYS$MANAGER:.COM')))).toBe(
      'SYS$MANAGER:X.COM',
    );
  });
});

it('knows wildcards', () => {
  expect(hasWildcard(parse('[A]B.C;1'))).toBe(false);
  for (const text of ['*.C', 'A%', '[A...]B', '[*]B', 'B.C;*']) expect(hasWildcard(parse(text))).toBe(true);
  expect(matchesWildcard('A*B%', 'AXXBC')).toBe(true);
  expect(matchesWildcard('A*B%', 'AXXB')).toBe(false);
  expect(matchesWildcard(`${'*A'.repeat(50)}B`, 'A'.repeat(5000))).toBe(false);
  expect(matchesDirectory(['A', '...'], ['A'])).toBe(true);
  expect(matchesDirectory(['A', '...', 'C'], ['A', 'B', 'C'])).toBe(true);
  expect(matchesDirectory(['*'], ['A', 'B'])).toBe(false);
});

describe('properties', () => {
  const piece = fc.constantFrom(
    'A',
    'B1',
    '.',
    ';',
    ':',
    '[',
    ']',
    '-',
    '...',
    '*',
    '^.',
    '^',
    '3',
    ',',
    '$',
    '<',
    '>',
  );
  it('parse(format(x)) is x, for whatever is accepted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          let specification: ReturnType<typeof parse>;
          try {
            specification = parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(Condition);
            return;
          }
          expect(parse(formatFileSpecification(specification))).toEqual(specification);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
