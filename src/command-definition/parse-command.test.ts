import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastProcessorMs } from '../../test/support/processor-time.ts';
import { Condition, conditionLines } from '../condition/index.ts';
import type { CommandTable } from './definition.ts';
import { type ParseOptions, parseCommand } from './parse-command.ts';
import type { ParsedCommand } from './parsed-command.ts';

const table: CommandTable = {
  name: 'TEST',
  verbs: [
    {
      name: 'DIRECTORY',
      summary: '',
      parameters: [{ label: 'FILE', value: { type: '$FILE', list: true } }],
      qualifiers: {
        SIZE: { value: { default: 'ALL', keywords: { ALL: {}, USED: {}, ALLOCATION: {} } } },
        SINCE: { value: { type: '$DATETIME', default: 'TODAY' } },
        HEADING: { default: true },
        OUTPUT: { value: { required: true, type: '$FILE' } },
        TOTAL: { negatable: false },
        COLUMNS: { value: { type: '$NUMBER', default: '4' } },
      },
      disallow: ['TOTAL AND SIZE', 'ANY2(TOTAL,COLUMNS)'],
    },
    {
      name: 'DELETE',
      summary: '',
      parameters: [{ label: 'FILE', required: true, value: { list: true } }],
      qualifiers: { LOG: {}, ERASE: {}, CONFIRM: {} },
    },
    {
      name: 'DELETE/ENTRY',
      summary: '',
      parameters: [{ label: 'QUEUE_NAME' }],
      qualifiers: {
        ENTRY: { negatable: false, value: { required: true, list: true, type: '$NUMBER' } },
        LOG: {},
      },
    },
    {
      name: 'DELETE/SYMBOL',
      summary: '',
      parameters: [{ label: 'SYMBOL', required: true }],
      qualifiers: { GLOBAL: {} },
    },
    { name: 'STOP', summary: '', parameters: [{ label: 'PROCESS', required: true }] },
    { name: 'STOP/QUEUE', summary: '', parameters: [{ label: 'QUEUE', required: true }] },
    { name: 'STOP/QUEUE/RESET', summary: '', parameters: [{ label: 'QUEUE', required: true }] },
    { name: 'STOP/QUEUE/NEXT', summary: '', parameters: [{ label: 'QUEUE', required: true }] },
    {
      name: 'SHOW QUEUE',
      summary: '',
      parameters: [{ label: 'QUEUE' }],
      qualifiers: {
        ALL_JOBS: {},
        FULL: {},
        BRIEF: {},
        BY_JOB_STATUS: { value: { list: true, keywords: { PENDING: {}, HOLDING: {} } } },
      },
    },
    {
      name: 'SHOW ENTRY',
      summary: '',
      parameters: [{ label: 'ENTRY', value: { list: true } }],
      qualifiers: { FULL: {} },
    },
    {
      name: 'SET ENTRY',
      summary: '',
      parameters: [{ label: 'ENTRY', required: true, value: { list: true } }],
      qualifiers: { AFTER: { value: { required: true, type: '$DATETIME' } }, HOLD: {} },
    },
    { name: 'SET PROMPT', summary: '', value: {} },
    {
      name: 'SET BROADCAST',
      summary: '',
      value: {
        required: true,
        list: true,
        keywords: { MAIL: { negatable: true }, PHONE: { negatable: true }, NONE: {} },
      },
    },
    {
      name: 'MAIL',
      summary: '',
      parameters: [{ label: 'FILE' }, { label: 'TO', value: { list: true } }],
      qualifiers: { SUBJECT: { value: { required: true } }, SELF: {}, NOTIFY: {} },
    },
    {
      name: 'PRINT',
      summary: '',
      parameters: [{ label: 'FILE', required: true, value: { list: true, type: '$FILE' } }],
      qualifiers: {
        COPIES: { placement: 'positional', value: { type: '$NUMBER' } },
        SPACE: { placement: 'local' },
        FORMAT: {
          value: {
            list: true,
            keywords: {
              FEED: { negatable: true },
              LINES: { value: { required: true, type: '$NUMBER' } },
              MARGIN: { value: { list: true, keywords: { TOP: { value: {} }, LEFT: { value: {} } } } },
            },
          },
        },
      },
    },
    {
      name: 'MCR',
      summary: '',
      parameters: [
        { label: 'IMAGE', required: true },
        { label: 'REST', value: { type: '$REST_OF_LINE' } },
      ],
    },
    {
      name: 'SPAWN',
      summary: '',
      parameters: [{ label: 'COMMAND', value: { type: '$REST_OF_LINE' } }],
      qualifiers: { WAIT: {} },
    },
    {
      name: 'COPY',
      summary: '',
      parameters: [
        { label: 'FROM', required: true, value: { list: true, type: '$FILE' } },
        { label: 'TO', required: true, value: { type: '$FILE' } },
      ],
    },
  ],
};

function parse(line: string, options?: ParseOptions): ParsedCommand {
  const result = parseCommand(line, table, options);
  if (result.kind !== 'command') throw new Error(`missing ${result.parameter.label}`);
  return result.command;
}
function refused(line: string, options?: ParseOptions): string[] {
  try {
    parseCommand(line, table, options);
  } catch (error) {
    if (error instanceof Condition) return conditionLines(error);
    throw error;
  }
  return ['accepted'];
}

describe('what is refused', () => {
  it.each([
    ['FOOBAR', 'IVVERB, unrecognized command verb - check validity and spelling', 'FOOBAR'],
    ['foobar x', 'IVVERB, unrecognized command verb - check validity and spelling', 'FOOBAR'],
    ['S', 'ABVERB, ambiguous command verb - supply more characters', 'S'],
    ['D X', 'ABVERB, ambiguous command verb - supply more characters', 'D'],
    ['SHOW NOSUCH', 'IVKEYW, unrecognized keyword - check validity and spelling', 'NOSUCH'],
    ['DIR/NOSUCH', 'IVQUAL, unrecognized qualifier - check validity, spelling, and placement', 'NOSUCH'],
    ['DIR/S', 'ABKEYW, ambiguous qualifier or keyword - supply more characters', 'S'],
    ['DELETE/E X', 'ABKEYW, ambiguous qualifier or keyword - supply more characters', 'E'],
    ['DIR/NOTOTAL', 'NOTNEG, qualifier or keyword not negatable - remove "NO" or omit', 'NOTOTAL'],
    ['DIR/OUTPUT', 'VALREQ, missing qualifier or keyword value - supply all required values', 'OUTPUT'],
    ['DIR/OUTPUT=', 'VALREQ, missing qualifier or keyword value - supply all required values', 'OUTPUT'],
    ['DIR/TOTAL=5', 'NOVALU, value not allowed - remove value specification', 'TOTAL'],
    ['DIR/NOSINCE=TODAY', 'NOVALU, value not allowed - remove value specification', 'NOSINCE'],
    ['DIR/OUTPUT=(A,B)', 'ONEVAL, list of values not allowed - check use of comma (,)', 'OUTPUT'],
    ['DIR/SIZE=SMALL', 'IVKEYW, unrecognized keyword - check validity and spelling', 'SMALL'],
    ['DIR/SIZE=A', 'ABKEYW, ambiguous qualifier or keyword - supply more characters', 'A'],
    ['DIR/COLUMNS=FOUR', 'NUMBER, invalid numeric value - supply an integer', 'FOUR'],
    ['DIR A.TXT B.TXT C.TXT', 'MAXPARM, too many parameters - reenter command with fewer parameters', 'B'],
    ['SHOW QUEUE A,B', 'NOLIST, list of parameter values not allowed - check use of comma (,)', 'B'],
    ['DIR ^', 'PARMDEL, invalid parameter delimiter - check use of special characters', '^'],
    ['PRINT/SPACE A', 'IVQLOC, invalid qualifier location - place after a parameter', 'SPACE'],
    ['DIR/SIZE=(ALL', 'NOPAREN, value improperly delimited - supply parenthesis', '(ALL'],
    ['SET PROMPT=(A,B)', 'ONEVAL, list of values not allowed - check use of comma (,)', 'PROMPT'],
    ['COPY A B+C', 'NOCCAT, parameter concatenation not allowed - check use of plus (+)', 'C'],
  ])('%s', (line, text, token) => {
    expect(refused(line)).toEqual([`%DCL-W-${text}`, ` \\${token}\\`]);
  });
  it.each([
    ['DIR/TOTAL/SIZE', 'CONFLICT, illegal combination of command elements - check documentation'],
    ['DELETE/ENTRY=1/SYMBOL X', 'CONFLICT, illegal combination of command elements - check documentation'],
    ['DIR/ A', 'IVQUAL, unrecognized qualifier - check validity, spelling, and placement'],
    ['DIR/', 'NOKEYW, qualifier name is missing - append the name to the slash'],
    ['', 'NOCOMD, no command on line - reenter with alphabetic first character'],
    ['[X]', 'NOCOMD, no command on line - reenter with alphabetic first character'],
  ])('%s', (line, text) => {
    expect(refused(line)[0]).toBe(`%DCL-W-${text}`);
  });
  it('as a utility says it', () => {
    expect(refused('FOO', { facility: 'CLI' })).toEqual([
      '%CLI-W-IVVERB, unrecognized command verb - check validity and spelling',
      ' \\FOO\\',
    ]);
  });
});

describe('what is understood', () => {
  it('abbreviations, and only four characters count', () => {
    expect(parse('dir').verb.name).toBe('DIRECTORY');
    expect(parse('DIRECTROY/HEADINX').present('HEADING')).toBe(true);
    expect(parse('$ dir ! a comment').verb.name).toBe('DIRECTORY');
  });
  it('syntaxes chosen by words and qualifiers', () => {
    expect(parse('SHO QUE/FULL SYS$BATCH').verb.name).toBe('SHOW QUEUE');
    expect(parse('SHOW/FULL QUEUE SYS$BATCH').present('FULL')).toBe(true);
    expect(parse('STOP/QUE/RES Q').verb.name).toBe('STOP/QUEUE/RESET');
    expect(parse('STOP Q/NEXT/QUEUE').verb.name).toBe('STOP/QUEUE/NEXT');
    expect(parse('STOP /QUEUE Q').verb.name).toBe('STOP/QUEUE');
    expect(parse('STOP JONES').value('PROCESS')).toBe('JONES');
    expect(parse('DELETE/ENTRY=(1, 2)/NOLOG').values('ENTRY')).toEqual(['1', '2']);
    expect(parse('DELETE/ENT=%X1F').value('ENTRY')).toBe('31');
    expect(parse('DEL/SYM/GLOB FOO').value('SYMBOL')).toBe('FOO');
  });
  it('presence and values', () => {
    const command = parse('DIR/SIZE/NOHEADING/SINCE=TODAY+1-');
    expect(command.presence('SIZE')).toBe('present');
    expect(command.values('SIZE')).toEqual(['ALL']);
    expect(command.negated('HEADING')).toBe(true);
    expect(command.presence('OUTPUT')).toBe('absent');
    expect(command.value('SINCE')).toBe('TODAY+1-');
    expect(parse('DIR').presence('HEADING')).toBe('defaulted');
    expect(parse('DIR/SIZE=ALLO').value('SIZE')).toBe('ALLOCATION');
    expect(parse('DIR/COL=1/COL=3').value('COLUMNS')).toBe('3');
  });
  it('quoted values, and case', () => {
    const command = parse('mail/subject="Say ""hi"" to/all, now!" a.txt jones,"Smith@Node.Example" , b');
    expect(command.value('SUBJECT')).toBe('Say "hi" to/all, now!');
    expect(command.values('TO')).toEqual(['JONES', 'Smith@Node.Example', 'B']);
    expect(parse('MAIL "A B').value('FILE')).toBe('A B');
    expect(parse('MAIL A smtp%"jones@node"').value('TO')).toBe('SMTP%jones@node');
    expect(parse('MAIL A user+tag@host').value('TO')).toBe('USER+TAG@HOST');
    expect(parse('MAIL/NOTI').present('NOTIFY')).toBe(true);
    expect(parse('MAIL/NOSELF').negated('SELF')).toBe(true);
  });
  it('file lists, directories and addresses', () => {
    expect(parse('DIR DKA0:[A,B]X.TXT,Y.TXT+Z.TXT').values('FILE')).toEqual([
      'DKA0:[A,B]X.TXT',
      'Y.TXT',
      'Z.TXT',
    ]);
    expect(parse('DIR/OUTPUT:DKA0:[X]A.LIS').value('OUTPUT')).toBe('DKA0:[X]A.LIS');
    expect(parse('SET ENTRY (1,2)/HOLD').values('ENTRY')).toEqual(['1', '2']);
    expect(parse('MAIL A 10.0.0.0/8').value('TO')).toBe('10.0.0.0/8');
  });
  it('words with a value', () => {
    expect(parse('SET PROMPT="Yes, sir? "').value('PROMPT')).toBe('Yes, sir? ');
    expect(parse('SET PROMPT = X').value('PROMPT')).toBe('X');
    expect(parse('SET PROMPT').present('PROMPT')).toBe(false);
    const broadcast = parse('SET BROAD=(NOMAIL,PHO)');
    expect(broadcast.values('BROADCAST')).toEqual(['NOMAIL', 'PHONE']);
    expect(broadcast.negated('BROADCAST.MAIL')).toBe(true);
  });
  it('keywords with values, nested', () => {
    const command = parse('PRINT A/FORMAT=(NOFEED,LINES:66,MARGIN=(TOP=2,LEFT:"x y"))');
    expect(command.values('FORMAT')).toEqual(['NOFEED', 'LINES', 'MARGIN']);
    expect(command.negated('FORMAT.FEED')).toBe(true);
    expect(command.value('FORMAT.LINES')).toBe('66');
    expect(command.value('FORMAT.MARGIN.LEFT')).toBe('x y');
    expect(command.presence('FORMAT.NOSUCH')).toBe('absent');
  });
  it('positional qualifiers', () => {
    const command = parse('PRINT/COPIES=2 A,B/COPIES=3,C+D');
    expect([0, 1, 2, 3].map((n) => command.positional('FILE', n, 'COPIES').values[0])).toEqual([
      '2',
      '3',
      '2',
      '2',
    ]);
    expect(parse('PRINT A/SPACE,B').positional('FILE', 1, 'SPACE').presence).toBe('absent');
    expect(parse('PRINT A/COPIES=3').presence('COPIES')).toBe('absent');
  });
  it('the rest of the line as it is', () => {
    expect(parse('MCR AUTHORIZE add jones/password="Ab c"').value('REST')).toBe('ADD JONES/PASSWORD="Ab c"');
    expect(parse('MCR AUTHORIZE/X y').value('REST')).toBe('/X Y');
    const spawn = parse('SPAWN/NOWAIT dir/size=(all');
    expect(spawn.negated('WAIT')).toBe(true);
    expect(spawn.value('COMMAND')).toBe('DIR/SIZE=(ALL');
  });
});

describe('missing parameters', () => {
  it('are asked for one by one', () => {
    const first = parseCommand('COPY', table);
    expect(first).toMatchObject({ kind: 'missingParameter', prompt: '_From: ' });
    if (first.kind !== 'missingParameter') throw new Error();
    expect(first.complete('  ')).toMatchObject({ kind: 'missingParameter', prompt: '_From: ' });
    const second = first.complete('a.txt');
    if (second.kind !== 'missingParameter') throw new Error();
    expect(second.prompt).toBe('_To: ');
    const done = second.complete('b.txt');
    expect(done.kind === 'command' && done.command.line).toBe('COPY a.txt b.txt');
  });
  it('include the keyword behind SHOW', () => {
    const result = parseCommand('SHOW', table);
    expect(result).toMatchObject({ kind: 'missingParameter', prompt: '_What: ' });
  });
});

describe('several tables', () => {
  const own: CommandTable = {
    name: 'OWN',
    verbs: [
      { name: 'SHOW MAIL', summary: '' },
      { name: 'DIRECTORY', summary: 'mine' },
    ],
  };
  it('are searched together, the earlier first', () => {
    const verb = (line: string) => {
      const result = parseCommand(line, [own, table]);
      return result.kind === 'command' ? result.command.verb : undefined;
    };
    expect(verb('SHOW MAIL')?.name).toBe('SHOW MAIL');
    expect(verb('SHOW QUEUE')?.name).toBe('SHOW QUEUE');
    expect(verb('DIRECTORY')?.summary).toBe('mine');
  });
});

describe('properties', () => {
  const judge = (line: string): void => {
    try {
      const result = parseCommand(line, table);
      expect(['command', 'missingParameter']).toContain(result.kind);
      if (result.kind === 'missingParameter') result.complete('X');
    } catch (error) {
      if (!(error instanceof Condition)) throw error;
    }
  };
  const pieces = [
    'DIR',
    'PRINT',
    'SET',
    'DELETE',
    '/',
    'COPIES',
    'ENTRY',
    '=',
    ':',
    '(',
    ')',
    ',',
    '"',
    ' ',
    '+',
    '[',
    '<',
    '!',
    'NO',
    'A',
    '1',
    '-',
    '.',
    '@',
  ];
  it('any text is a command, a question or a Condition', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...pieces)).map((all) => all.join('')),
        ),
        judge,
      ),
      { numRuns: 2000 },
    );
  });
  it('so is every prefix of a valid line', () => {
    const lines = [
      'PRINT/COPIES=2 A,B/COPIES=3,C+D/FORMAT=(NOFEED,MARGIN=(TOP:1))',
      'mail/subj="a ""b"" c" x.txt jones,"a@b"',
      'stop/queue/reset q ! why',
      'SET BROAD=(NOMAIL,PHO)',
    ];
    for (const line of lines) for (let end = 0; end <= line.length; end += 1) judge(line.slice(0, end));
  });
  const costOf = (line: string): number =>
    Math.max(
      leastProcessorMs(() => judge(line)),
      1,
    );
  it.each(['(', '"', '[', '<', ',A', '/X', '=', 'A ', 'A+', '/COPIES=(', '/COPIES=2', '""'])(
    'a line eight times as long takes no sixty-four times as long: %s',
    (piece) => {
      judge(`PRINT ${piece.repeat(1_000)}`);
      const short = costOf(`PRINT ${piece.repeat(10_000)}`);
      const long = costOf(`PRINT ${piece.repeat(80_000)}`);
      expect(long / short).toBeLessThan(32);
    },
  );
});
