import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FaoValue, fao } from './fao.ts';
import { FaoSyntaxError } from './fao-syntax-error.ts';

const now = new Date(2026, 9, 7, 0, 18, 52, 910).getTime();

describe('unknown directives', () => {
  it('are refused with the text from there on', () => {
    expect(() => fao('a !Q|', [1])).toThrow(FaoSyntaxError);
    try {
      fao('a !Q|', [1]);
    } catch (error) {
      expect((error as FaoSyntaxError).token).toBe('!Q|');
    }
  });
  it.each(['!', '!3(UL', '!%Z', '!3', '!ul'])('%s', (text) => {
    expect(() => fao(text, [1])).toThrow(FaoSyntaxError);
  });
});

describe('directives, as recorded', () => {
  it.each<[string, readonly FaoValue[], string]>([
    ['!2AS', ['abc'], 'ab'],
    ['!10AS|', ['abc'], 'abc       |'],
    ['!AS and !AC', ['a', 'b'], 'a and b'],
    ['!5SL', [-5], '   -5'],
    ['!SB', [200], '-56'],
    ['!SW', [40000], '-25536'],
    ['!UL', [-1], '4294967295'],
    ['!UB', [300], '44'],
    ['!UW', [70000], '4464'],
    ['!5UL', [42], '   42'],
    ['!ZL', [42], '42'],
    ['!5ZL', [42], '00042'],
    ['!XL', [255], '000000FF'],
    ['!XW', [255], '00FF'],
    ['!XB', [0x1ff], 'FF'],
    ['!4XL', [255], '00FF'],
    ['!2XL', [0x12345], '45'],
    ['!8XB', [1], '      01'],
    ['!OL', [8], '00000000010'],
    ['!OB', [8], '010'],
    ['!OW', [8], '000010'],
    ['!2UL', [12345], '**'],
    ['!2ZL', [12345], '**'],
    ['a!/b!_c!^d!!', [], 'a\r\nb\tc\fd!'],
    ['!UL file!%S', [1], '1 file'],
    ['!UL file!%S', [0], '0 files'],
    ['!UL FILE!%S', [2], '2 FILES'],
    ['!%T', [0], '00:18:52.91'],
    ['!%D', [0], ' 7-OCT-2026 00:18:52.91'],
    ['!%D', [now + 1000], ' 7-OCT-2026 00:18:53.91'],
    ['!5%T', [0], '00:18'],
    ['!17%D', [0], ' 7-OCT-2026 00:18'],
    ['!%U', [0x10004], '[1,4]'],
    ['!5*-', [], '-----'],
    ['!0*-|', [], '|'],
    ['!#*=', [3], '==='],
    ['!10<!UL-!UL!>|', [1, 2], '1-2       |'],
    ['!3<!UL!>', [12345], '123'],
    ['!20<!AS!>|', ['x'], `x${' '.repeat(19)}|`],
    ['!#AS|', [6, 'ab'], 'ab    |'],
    ['!3(UL)', [1, 2, 3], '123'],
    ['!3(4UL)', [1, 2, 3], '   1   2   3'],
    ['!#(3AS)|', [2, 'a', 'b'], 'a  b  |'],
    ['!0(UL)!UL', [7], '7'],
    ['!UL!-!UL', [5], '55'],
    ['!UL!+!UL', [1, 2, 3], '13'],
    ['!UL !1%Cchild!%Echildren!%F', [1], '1 child'],
    ['!UL !1%Cchild!%Echildren!%F.', [3], '3 children.'],
    ['!UL!AS', [], '0'],
  ])('%s', (text, args, want) => {
    expect(fao(text, args, { now })).toBe(want);
  });
});

it('never crashes or hangs', () => {
  const text = fc.array(
    fc.constantFrom(
      '!',
      '#',
      '9',
      '(',
      ')',
      '<',
      '>',
      '%',
      'S',
      'C',
      'E',
      'F',
      'D',
      'UL',
      'AS',
      '*',
      'x',
      '-',
    ),
  );
  fc.assert(
    fc.property(text, fc.array(fc.oneof(fc.string(), fc.integer({ max: 50 }))), (pieces, args) => {
      try {
        fao(pieces.join(''), args);
      } catch (error) {
        if (!(error instanceof FaoSyntaxError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
