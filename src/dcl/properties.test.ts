/** Whatever is typed ends in messages or a result: no crash, no hang, no bug reported. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Condition } from '../condition/index.ts';
import { matchesWildcard } from '../file-specification/index.ts';
import { evaluate, isAsynchronous } from './expression.ts';
import { ExpressionParser } from './expression-parser.ts';
import { coreLexicals } from './lexical/index.ts';
import { LexicalTable } from './lexical/lexical-table.ts';
import { ProcedureText } from './procedure-text.ts';
import { splitParameters } from './statement-parser.ts';
import { upcaseOutsideQuotes } from './substitution.ts';
import { openSession, runText, typed } from './testing/session-fixture.ts';

const lexicals = new LexicalTable(coreLexicals);

const fragment = fc.constantFrom(
  ...[
    '"',
    "'",
    "''",
    '&',
    '!',
    '-',
    '=',
    ':=',
    '==',
    '[0,8]',
    '(',
    ')',
    ',',
    '.EQ.',
    '.NOT.',
    '.',
    ' ',
    '$',
    '@',
  ],
  ...[
    'A',
    'SELF',
    'F$LENGTH(',
    'F$EDIT("a","TRIM")',
    'F$TYPE(',
    'F$FAO("!',
    '12',
    '%X1F',
    '12AB',
    '/LOG',
    ':',
    '+',
    '*',
  ],
  ...[
    'IF ',
    'THEN ',
    'WRITE SYS$OUTPUT ',
    'SHOW ',
    'SET ',
    'DEFINE ',
    'OPEN ',
    'READ ',
    'EXIT ',
    'CALL ',
    'ON ERROR ',
  ],
);
const line = fc.oneof(
  fc.array(fragment, { maxLength: 12 }).map((each) => each.join('')),
  fc.string({ maxLength: 60 }),
);

/** The fixture throws what a session would only log, so a bug fails the test. */
describe('sessions', () => {
  test('any line typed', async () => {
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        const lines = await typed('A = "x"', `SELF = "'SELF'"`, text);
        expect(lines.join('\n')).not.toMatch(/\n\s+at /);
      }),
      { numRuns: 300 },
    );
  });

  test('any procedure without a loop', async () => {
    const data = fc.oneof(
      line.map((each) => `$ ${each}`),
      line,
      fc.constantFrom('$ ELSE', '$ ENDIF', '$ DECK', '$ EOD', '$X: SUBROUTINE'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(data, { maxLength: 8 }), async (records) => {
        await runText(records.join('\n'));
      }),
      { numRuns: 200 },
    );
  });
});

describe('expressions', () => {
  test('parse and evaluate, or fail with a condition', () => {
    fc.assert(
      fc.property(line, (text) => {
        try {
          const expression = new ExpressionParser(upcaseOutsideQuotes(text), 0, lexicals).expression();
          if (isAsynchronous(expression)) return;
          evaluate(expression, { symbolValue: () => 7, call: () => '' });
        } catch (error) {
          expect(error).toBeInstanceOf(Condition);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('integers are signed 32-bit, whatever is done to them', async () => {
    const operator = fc.constantFrom('+', '-', '*', '/', '.AND.', '.OR.');
    const number = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    await fc.assert(
      fc.asyncProperty(number, operator, number, async (left, sign, right) => {
        const { session } = await openSession();
        await session.execute(`X = (${left}) ${sign} (${right})`);
        const value = session.getSymbol('X');
        expect(value).toBe((value as number) | 0);
      }),
      { numRuns: 50 },
    );
  });
});

test('parameters come back as they were quoted', () => {
  const parameters = fc.array(fc.string({ minLength: 0, maxLength: 20 }), { maxLength: 8 });
  fc.assert(
    fc.property(parameters, (values) => {
      const quoted = values.map((each) => `"${each.replaceAll('"', '""')}"`).join(' ');
      expect(splitParameters(quoted)).toEqual(values);
    }),
  );
});

test('every record of a procedure is in one of its lines', () => {
  fc.assert(
    fc.property(fc.array(line.map((each) => each.replaceAll('\n', ' '))), (records) => {
      const { lines } = ProcedureText.of(records);
      expect(lines.flatMap((each) => each.records)).toEqual(records);
    }),
  );
});

test('wildcards: long patterns take no long time', () => {
  expect(matchesWildcard(`${'*a'.repeat(50)}*b`, 'a'.repeat(20_000))).toBe(false);
});
