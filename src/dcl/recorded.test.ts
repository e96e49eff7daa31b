/**
 * The recorded examples of dcl.md §13 and §16: what is typed or run, and what a real system wrote. Those of the language are
 * transcripts, test/transcripts/dcl/.
 */
import { describe, expect, test } from 'vitest';
import { openSession, runText, typed } from './testing/session-fixture.ts';

/** Value of an expression as WRITE shows it. */
const shown = async (expression: string): Promise<readonly string[]> =>
  typed(`WRITE SYS$OUTPUT ${expression}`);

const message = {
  SYMDEL: '%DCL-W-SYMDEL, invalid symbol or value delimiter - check command syntax',
  UNDSYM: '%DCL-W-UNDSYM, undefined symbol - check validity and spelling',
};

describe('§16 lexical functions', () => {
  test.each([
    ['F$EDIT("  Hello,  World!  ","TRIM")', 'Hello,  World!'],
    ['F$EDIT("  Hello,  World!  ","COMPRESS")', ' Hello, World! '],
    ['F$EDIT("  Hello,  World!  ","COLLAPSE,UPCASE")', 'HELLO,WORLD!'],
    ['F$EDIT("a!b ! comment","UNCOMMENT")', 'a'],
    ['F$ELEMENT(0,",","a,b,,c")', 'a'],
    ['F$ELEMENT(2,",","a,b,,c")', ''],
    ['F$ELEMENT(3,",","a,b,,c")', 'c'],
    ['F$ELEMENT(9,",","a,b,,c")', ','],
    ['F$EXTRACT(2,5,"  Hello,  World!  ")', 'Hello'],
    ['F$EXTRACT(15,10,"  Hello,  World!  ")', '!  '],
    ['F$EXTRACT(40,2,"  Hello,  World!  ")', ''],
    ['F$LENGTH (12345)', '5'],
    ['F$LOC("World","  Hello,  World!  ")', '10'],
    ['F$INTEGER("%X1F")', '31'],
    ['F$STRING(-5)', '-5'],
    ['F$TYPE(NOSUCH)', ''],
    ['F$CVUI(0,8,"A")', '65'],
    ['F$CVSI(1,2,"f")', '-1'],
    ['F$TIME()', ' 7-OCT-2026 00:45:56.39'],
    ['F$CVTIME("7-OCT-2026 00:13:41.60")', '2026-10-07 00:13:41.60'],
    ['F$CVTIME("7-OCT-2026 00:13:41.60","ABSOLUTE")', '7-OCT-2026 00:13:41.60'],
    ['F$CVTIME("7-OCT-2026 00:13:41.60",,"WEEKDAY")', 'Wednesday'],
    ['F$CVTIME("7-OCT-2026 00:13:41.60",,"SECONDOFYEAR")', '24106421'],
    ['F$CVTIME("31-DEC-2000 23:59:59.99",,"MINUTEOFYEAR")', '527039'],
    ['F$CVTIME("2-03:04:05.06","DELTA")', '2 03:04:05.06'],
    ['F$CVTIME("2-","DELTA")', '2 0:00:00.00'],
    ['F$CVTIME("2","DELTA")', '0 2:00:00.00'],
    ['F$CVTIME("03:04","DELTA")', '0 03:04:00.00'],
    ['F$MODE()', 'OTHER'],
    ['F$GETJPI("","USERNAME"), "|"', 'JONES       |'],
    ['F$GETSYI("NODENAME")', 'NODE1'],
    ['F$PARSE("X.Y;3","DKA0:[A.B]Z.TXT",,"NAME")', ''],
    ['F$PARSE("X.Y;3","DKA0:[JONES]Z.TXT",,"TYPE")', '.Y'],
    ['F$PARSE("X","[A.B]Z.TXT",,"DIRECTORY","SYNTAX_ONLY")', '[A.B]'],
    ['F$PARSE("[C]X","DKA100:[A.B].TXT",,,"SYNTAX_ONLY")', 'DKA100:[C]X.TXT;'],
    ['F$PARSE("[.X]Y","[A.B]",,"DIRECTORY","SYNTAX_ONLY")', '[JONES.X]'],
    ['F$PARSE("[-.X]Y","[A.B]",,"DIRECTORY","SYNTAX_ONLY")', '[X]'],
    ['F$PARSE("a.b.c.d",,,,"SYNTAX_ONLY")', 'DKA0:[JONES]A^.B^.C.D;'],
    ['F$FAO("!20AS!5SL", "ab", -5)', 'ab                     -5'],
  ])('%s', async (call, value) => {
    expect(await shown(call)).toEqual([value]);
  });

  test.each([
    [
      'F$NOSUCH(1)',
      ['%DCL-W-IVFNAM, invalid lexical function name - check validity and spelling', ' \\F$NOSUCH(\\'],
    ],
    ['F$L(1)', ['%DCL-W-ABFNAM, ambiguous lexical function name - supply more characters', ' \\F$L(\\']],
    ['F$LENGTH()', ['%DCL-W-ARGREQ, missing argument - supply all required arguments']],
    ['F$LENGTH("a","b")', [message.SYMDEL]],
    ['F$LENGTH("a"', [message.SYMDEL]],
    ['F$LENGTH', [message.UNDSYM, ' \\F$LENGTH\\']],
    ['F$TYPE(F$STRING(12))', [message.SYMDEL]],
    ['F$CVTIME("","ABS")', ['%DCL-W-IVKEYW, unrecognized keyword - check validity and spelling', ' \\ABS\\']],
    [
      'F$CVTIME("NOW")',
      ['%DCL-W-IVATIME, invalid absolute time - use DD-MMM-YYYY:HH:MM:SS.CC format', ' \\NOW\\'],
    ],
    ['F$FAO("!Q|")', ['%SYSTEM-F-BADPARAM, bad parameter value', ' \\!Q|\\']],
  ])('%s', async (call, lines) => {
    expect(await shown(call)).toEqual(lines);
  });

  test('F$SEARCH in a loop', async () => {
    const text = [
      '$L: F = F$SEARCH("*.TXT")',
      '$ IF F .EQS. "" THEN EXIT',
      '$ WRITE SYS$OUTPUT F',
      '$ GOTO L',
    ].join('\n');
    const files = { 'DKA0:[JONES]A.TXT;1': 'a', 'DKA0:[JONES]B.TXT;2': 'b' };
    expect(await runText(text, { files })).toEqual(['DKA0:[JONES]A.TXT;1', 'DKA0:[JONES]B.TXT;2']);
  });
});

describe('§13 file commands', () => {
  test('DIRECTORY', async () => {
    const files = {
      ...Object.fromEntries(
        ['A.TXT;3', 'A.TXT;2', 'A.TXT;1', 'B.DAT;1', 'LONGER_FILE_NAME_FOR_COLUMNS.TEXT;1'].map((each) => [
          `DKA0:[JONES]${each}`,
          'x',
        ]),
      ),
    };
    const { session, lines } = await openSession({ files });
    await session.execute('DIRECTORY');
    await session.execute('DIRECTORY NOSUCH.*');
    expect(lines).toEqual([
      '',
      'Directory DKA0:[JONES]',
      '',
      'A.TXT;3             A.TXT;2             A.TXT;1             B.DAT;1             ',
      'LONGER_FILE_NAME_FOR_COLUMNS.TEXT;1',
      '',
      'Total of 5 files.',
      '%DIRECT-W-NOFILES, no files found',
    ]);
    expect(session.status).toBe(0x1001_8290);
  });

  test('COPY, DELETE, PURGE', async () => {
    const { session, lines, files } = await openSession({ files: { 'DKA0:[JONES]A.TXT;1': 'a' } });
    for (const command of [
      'COPY/LOG A.TXT B.TXT',
      'COPY A.TXT B.TXT',
      'PURGE/LOG B.TXT',
      'DELETE B.TXT',
      'DELETE B.TXT;*',
      'COPY X.TXT Y',
    ]) {
      await session.execute(command);
    }
    expect(lines).toEqual([
      '%COPY-S-COPIED, DKA0:[JONES]A.TXT;1 copied to DKA0:[JONES]B.TXT;1 (1 block)',
      '%PURGE-I-FILPURG, DKA0:[JONES]B.TXT;1 deleted (16 blocks)',
      '%DELETE-E-DELVER, explicit version number or wild card required',
      '%COPY-E-OPENIN, error opening DKA0:[JONES]X.TXT; as input',
      '-RMS-E-FNF, file not found',
    ]);
    expect(files.text('DKA0:[JONES]B.TXT')).toBeUndefined();
    expect(session.status >>> 0).toBe(0x1067_109a);
  });
});
