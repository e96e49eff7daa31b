/** What holds of lexical functions whatever they are given. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Condition } from '../../condition/index.ts';
import { formatTime } from '../../vms-time/index.ts';
import { openSession } from '../testing/session-fixture.ts';
import type { DclValue } from '../value.ts';
import { coreLexicals, type LexicalContext, type LexicalFunction } from './index.ts';

/** Hands out what functions are given. */
let context!: LexicalContext;
const spy: LexicalFunction = {
  name: 'F$SPY',
  minimum: 0,
  maximum: 0,
  evaluate(_args, given) {
    context = given;
    return '';
  },
};
const { session, lines } = await openSession({ lexicals: [spy] });
await session.execute('X = F$SPY()');

const NO_RESULT = '(none)';

/** Calls a function as an expression does, in a session of its own. */
async function call(name: string, ...args: readonly DclValue[]): Promise<DclValue> {
  const written = args.map((each) => (typeof each === 'number' ? each : `"${each.replaceAll('"', '""')}"`));
  session.setSymbol('RESULT', NO_RESULT);
  await session.execute(`RESULT == ${name}(${written.join(',')})`);
  const result = session.getSymbol('RESULT') ?? NO_RESULT;
  if (result === NO_RESULT) throw new Error(`${name}(${written.join()}): ${lines.splice(0).join()}`);
  return result;
}

/** What can be written between quotation marks on one line, without substitution. */
const line = fc.string({
  unit: fc.constantFrom(...`ab Z9!",;'\t*%[]<>.$`.replaceAll("'", '')),
  maxLength: 40,
});

describe('F$EDIT', () => {
  const edits = ['COLLAPSE', 'COMPRESS', 'LOWERCASE', 'TRIM', 'UNCOMMENT', 'UPCASE'];

  test('an edit done twice is an edit done once', async () => {
    await fc.assert(
      fc.asyncProperty(line, fc.constantFrom(...edits), async (text, edit) => {
        const once = await call('F$EDIT', text, edit);
        expect(await call('F$EDIT', once, edit)).toBe(once);
      }),
    );
  });

  test('what stands between quotation marks stays', async () => {
    const inside = fc.string({ unit: fc.constantFrom(...'aB ! \t'), maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(inside, fc.subarray(edits, { minLength: 1 }), async (text, list) => {
        expect(await call('F$EDIT', `x "${text}" y`, list.join(','))).toContain(`"${text}"`);
      }),
    );
  });
});

describe('F$ELEMENT, F$EXTRACT, F$LOCATE, F$LENGTH', () => {
  test('the elements make up the list', async () => {
    const list = fc.array(fc.string({ unit: fc.constantFrom(...'ab ;'), maxLength: 4 }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(list, async (elements) => {
        const found: DclValue[] = [];
        for (const index of elements.keys())
          found.push(await call('F$ELEMENT', index, ',', elements.join(',')));
        expect(found).toEqual(elements);
        expect(await call('F$ELEMENT', elements.length, ',', elements.join(','))).toBe(',');
      }),
      { numRuns: 50 },
    );
  });

  test('what F$LOCATE finds F$EXTRACT takes; what it does not find has the length', async () => {
    await fc.assert(
      fc.asyncProperty(line, line, async (text, part) => {
        const at = await call('F$LOCATE', part, text);
        if (text.includes(part)) expect(await call('F$EXTRACT', at, part.length, text)).toBe(part);
        else expect(at).toBe(await call('F$LENGTH', text));
      }),
    );
  });
});

describe('bit fields', () => {
  test('eight at a time they are the characters; signed and unsigned differ by the top bit', async () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'aZ9~ '), minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(ascii, fc.nat(7), fc.integer({ min: 1, max: 31 }), async (text, index, width) => {
        const at = index % text.length;
        expect(await call('F$CVUI', at * 8, 8, text)).toBe(text.charCodeAt(at));
        if (width > text.length * 8) return;
        const unsigned = Number(await call('F$CVUI', 0, width, text));
        const signed = Number(await call('F$CVSI', 0, width, text));
        expect(signed).toBe(unsigned >= 2 ** (width - 1) ? unsigned - 2 ** width : unsigned);
      }),
      { numRuns: 50 },
    );
  });
});

describe('F$CVTIME', () => {
  const instant = fc
    .integer({ min: Date.UTC(1860, 0), max: Date.UTC(2500, 0) })
    .map((ms) => Math.floor(ms / 10) * 10);

  test('comparison times sort as the times do', async () => {
    await fc.assert(
      fc.asyncProperty(instant, instant, async (one, other) => {
        const [first, second] = [
          await call('F$CVTIME', formatTime(one)),
          await call('F$CVTIME', formatTime(other)),
        ];
        expect(first < second).toBe(one < other);
      }),
    );
  });

  test('an absolute time is read as it was written, and its fields make it up', async () => {
    await fc.assert(
      fc.asyncProperty(instant, async (at) => {
        const text = formatTime(at);
        const absolute = await call('F$CVTIME', text, 'ABSOLUTE');
        expect(absolute).toBe(text.trim());
        const field = async (name: string) => String(await call('F$CVTIME', text, 'ABSOLUTE', name));
        const date = `${await field('DAY')}-${await field('MONTH')}-${await field('YEAR')}`;
        const time = `${await field('HOUR')}:${await field('MINUTE')}:${await field('SECOND')}.${await field('HUNDREDTH')}`;
        expect(`${date} ${time}`).toBe(absolute);
      }),
      { numRuns: 50 },
    );
  });

  test('F$DELTA_TIME is what has to be added', async () => {
    await fc.assert(
      fc.asyncProperty(instant, fc.nat(300 * 86_400_000), async (start, ms) => {
        const end = start + Math.floor(ms / 10) * 10;
        const delta = await call('F$DELTA_TIME', formatTime(start), formatTime(end), 'DCL');
        const sum = await call(
          'F$CVTIME',
          `${formatTime(start).trim().replace(' ', ':')}+${delta}`,
          'ABSOLUTE',
        );
        expect(sum).toBe(formatTime(end).trim());
      }),
      { numRuns: 50 },
    );
  });
});

describe('F$PARSE', () => {
  const piece = fc.constantFrom(
    'A',
    'B',
    '1',
    '[',
    ']',
    '<',
    '>',
    '.',
    ';',
    ':',
    '-',
    '*',
    '%',
    '^',
    ',',
    '...',
    'DKA0:',
  );

  test('a specification with every field is itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const text = pieces.join('');
        const whole = await call('F$PARSE', text, '', '', '', 'SYNTAX_ONLY');
        if (whole !== '') expect(await call('F$PARSE', whole, '', '', '', 'SYNTAX_ONLY')).toBe(whole);
      }),
    );
  });
});

describe('F$FAO', () => {
  test('integers are what they are, at the width that was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 20 }), async (value, width) => {
        expect(await call('F$FAO', '!SL', value)).toBe(String(value));
        const field = String(await call('F$FAO', `!${width}SL`, value));
        expect(field).toHaveLength(width);
        expect(field).toBe(String(value).length > width ? '*'.repeat(width) : String(value).padStart(width));
        expect(Number.parseInt(String(await call('F$FAO', '!XL', value)), 16) | 0).toBe(value);
        expect(Number.parseInt(String(await call('F$FAO', '!OL', value)), 8) | 0).toBe(value);
      }),
    );
  });
});

describe('any function with any arguments', () => {
  const value = fc.oneof(
    fc.integer(),
    line,
    fc.constantFrom('', '*', 'DATE', 'PID', 'DEVNAM', 'VALUE', 'EOF', 'DKA0:'),
  );

  test.each(coreLexicals.flat().map((each): [string, LexicalFunction] => [each.name, each]))(
    '%s',
    async (_, lexical) => {
      const args = fc.array(fc.option(value, { nil: undefined }), {
        minLength: lexical.minimum,
        maxLength: lexical.maximum,
      });
      await fc.assert(
        fc.asyncProperty(args, async (given) => {
          try {
            const result = await lexical.evaluate(given, context);
            expect(['string', 'number']).toContain(typeof result);
            if (typeof result === 'number') expect(result).toBe(result | 0);
          } catch (error) {
            if (!(error instanceof Condition)) throw error;
          }
        }),
        { numRuns: 60 },
      );
    },
  );
});

test('streams and contexts of a session are bounded', async () => {
  const { session: busy } = await openSession({
    lexicals: [spy],
    files: {
      'DKA0:[JONES]BUSY.COM;1': [
        '$ I = 0',
        '$LOOP: X = F$SEARCH("*.*",I)',
        '$ X = F$DEVICE("*",,,I)',
        '$ CTX = ""',
        '$ X = F$PID(CTX)',
        '$ I = I + 1',
        '$ IF I .LT. 600 THEN GOTO LOOP',
        '$ X = F$SPY()',
        '$ WRITE SYS$OUTPUT F$SEARCH("*.*",599), F$TYPE(CTX)',
      ].join('\n'),
    },
  });
  await busy.procedure('BUSY');
  expect(context.contexts.size).toBeLessThan(1_000);
  await busy.close();
});
