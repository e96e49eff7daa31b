/** Command definition files: whatever they hold ends in verbs or a CDU message. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Condition } from '../../condition/index.ts';
import { parseCommand } from '../parse-command.ts';
import { CDU, cldVerbs, parseCld } from './index.ts';

const verbsOf = (text: string) => cldVerbs(parseCld(text.split('\n')), { routine: () => () => 1 });

const parse = (text: string, line: string) => {
  const result = parseCommand(line, { name: 'T', verbs: verbsOf(text) });
  if (result.kind !== 'command') throw new Error(`${line}: ${result.prompt}`);
  return result.command;
};

test('labels, keyword paths and defaults are asked as by CLI$PRESENT and CLI$GET_VALUE', () => {
  const text = `
    DEFINE VERB X
      PARAMETER P1, LABEL=WHAT, VALUE(LIST)
      QUALIFIER OUTPUT, LABEL=OUT, VALUE(LIST, TYPE=FORMS)
      QUALIFIER NIGHT, BATCH
    DEFINE TYPE FORMS
      KEYWORD WIDE, LABEL=BROAD
      KEYWORD LINES, VALUE(DEFAULT=66, TYPE=$NUMBER)
      KEYWORD HEADER, DEFAULT, NEGATABLE`;
  const command = parse(text, 'X a+b,"c d"/OUTPUT=(WIDE,LINES)');
  expect(command.values('WHAT')).toEqual(['A+B', 'c d']);
  expect(command.presence('OUT')).toBe('present');
  expect(command.presence('OUT.BROAD')).toBe('present');
  expect(command.value('OUT.LINES')).toBe('66');
  expect(command.presence('OUT.HEADER')).toBe('defaulted');
  expect(parse(text, 'X a/OUTPUT=NOHEADER').presence('OUT.HEADER')).toBe('negated');
  expect(parse(text, 'X a').presence('NIGHT')).toBe('absent');
  const table = { name: 'T', verbs: verbsOf(text) };
  const batch = parseCommand('X a', table, { isBatch: true });
  expect(batch.kind === 'command' && batch.command.presence('NIGHT')).toBe('defaulted');
});

test('words of the language may be abbreviated, and clauses be separated by commas', () => {
  const command = parse('define verb y, param P1,lab=WHO,val(req),qual Q,nonneg,plac=loc', 'Y smith/q');
  expect(command.value('WHO')).toBe('SMITH');
  expect(command.positional('WHO', 0, 'Q').presence).toBe('present');
});

test('a type that contains itself', () => {
  const text = `DEFINE VERB X QUALIFIER Q, VALUE(TYPE=T)
    DEFINE TYPE T KEYWORD K, VALUE(TYPE=T)`;
  expect(() => verbsOf(text)).toThrow(CDU.UNDEFINED.text.replace('!AS !AS', 'type T').replace('!UL', '2'));
});

test('any text is a definition or a mistake', () => {
  const piece = fc.constantFrom(
    ...[
      'DEFINE VERB ',
      'DEFINE SYNTAX ',
      'DEFINE TYPE ',
      'X ',
      'T ',
      'PARAMETER P1',
      'QUALIFIER Q',
      'KEYWORD K',
    ],
    ...[
      ',',
      'VALUE',
      '(',
      ')',
      '=',
      'TYPE',
      'LIST',
      'SYNTAX',
      'DISALLOW ',
      'NOT ',
      'ANY2(',
      'Q AND ',
      '<',
      '"',
      '!',
      '-',
    ],
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    fc.string({ maxLength: 80 }),
  );
  fc.assert(
    fc.property(text, (file) => {
      try {
        verbsOf(file);
      } catch (error) {
        expect(error).toBeInstanceOf(Condition);
        expect((error as Condition).definition.facility).toBe('CDU');
      }
    }),
    { numRuns: 2_000 },
  );
});

test('deep nesting is a mistake, not an overflow', () => {
  expect(() => verbsOf(`DEFINE VERB X DISALLOW ${'('.repeat(100_000)}`)).toThrow('CDU-E-SYNTAX');
  expect(() => verbsOf(`DEFINE VERB X DISALLOW ${'NOT '.repeat(100_000)}Q`)).toThrow('CDU-E-SYNTAX');
});

test('names with a hyphen exclude each other as others do', () => {
  const text = 'DEFINE VERB X QUALIFIER LONG-NAME QUALIFIER Q DISALLOW LONG-NAME AND Q';
  const table = { name: 'T', verbs: verbsOf(text) };
  expect(parseCommand('X/LONG-NAME', table).kind).toBe('command');
  expect(() => parseCommand('X/LONG-NAME/Q', table)).toThrow('CONFLICT');
});

test('behind the rest of the line nothing can be asked for', () => {
  const rest = 'DEFINE VERB X PARAMETER P1,LABEL=A,VALUE(TYPE=$REST_OF_LINE)';
  expect(() => verbsOf(`${rest} PARAMETER P2,LABEL=B,VALUE(REQUIRED)`)).toThrow('CDU-E-SYNTAX');
  expect(verbsOf(`${rest} PARAMETER P2,LABEL=B`)).toHaveLength(1);
});
