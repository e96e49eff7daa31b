import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coreLexicals } from './lexical/index.ts';
import { LexicalTable } from './lexical/lexical-table.ts';
import { substitute } from './substitution.ts';
import type { DclValue } from './value.ts';

const lexicals = new LexicalTable(coreLexicals);
/** A function that gives its argument back. */
const around = {
  symbolValue: () => undefined,
  call: (_lexical: unknown, [first = '']: readonly (DclValue | undefined)[]) => first,
};

it('a lexical function within a string takes its own strings as they stand', () => {
  const text = fc.string({ maxLength: 40 }).filter((each) => !/["']/.test(each));
  fc.assert(
    fc.property(text, (value) => {
      const line = `x = "a ''f$string("${value}")' b"`;
      expect(substitute(line, around, lexicals)).toBe(`x = "a ${value} b"`);
    }),
  );
});
