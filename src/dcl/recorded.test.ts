/** The recorded examples of dcl.md, section by section: what is typed or run, and what a real system wrote. */
import { describe, expect, test } from 'vitest';
import { openSession, runText, typed } from './testing/session-fixture.ts';

/** Value of an expression as WRITE shows it. */
const shown = async (expression: string): Promise<readonly string[]> =>
  typed(`WRITE SYS$OUTPUT ${expression}`);

const message = {
  EXPSYN: '%DCL-W-EXPSYN, invalid expression syntax - check operators and operands',
  IVOPER: '%DCL-W-IVOPER, unrecognized operator in expression - check spelling and syntax',
  IVCHAR: '%DCL-W-IVCHAR, invalid numeric value - check for invalid digits',
  SYMDEL: '%DCL-W-SYMDEL, invalid symbol or value delimiter - check command syntax',
  UNDSYM: '%DCL-W-UNDSYM, undefined symbol - check validity and spelling',
  IVVERB: '%DCL-W-IVVERB, unrecognized command verb - check validity and spelling',
  NOCOMD: '%DCL-W-NOCOMD, no command on line - reenter with alphabetic first character',
};

describe('§1 lines', () => {
  test.each([
    ['X = "abc', ['  X = "abc"']],
    ['X = ""quoted""', ['  X = "QUOTED"']],
    ['X = "a""b"', ['  X = "a"b"']],
    ['X = 1 ! note', ['  X = 1   Hex = 00000001  Octal = 00000000001']],
    ["X := ABC ! it's 'NOSUCH'", ['  X = "ABC"']],
    ['X = %X1F', ['  X = 31   Hex = 0000001F  Octal = 00000000037']],
    ['X = %O17', ['  X = 15   Hex = 0000000F  Octal = 00000000017']],
    ['X = %D99', ['  X = 99   Hex = 00000063  Octal = 00000000143']],
  ])('%s', async (line, lines) => {
    expect(await typed(line, 'SHOW SYMBOL X')).toEqual(lines);
  });

  test.each([
    ['X = 12AB', [message.IVCHAR, ' \\12AB\\']],
    ['X = 1.5', [message.IVOPER, ' \\.5\\']],
    ['1X = 5', ['%DCL-W-IVSYMB, invalid symbol name - start name with an alphabetic character']],
    ['foobar', [message.IVVERB, ' \\FOOBAR\\']],
    ['DE X', ['%DCL-W-ABVERB, ambiguous command verb - supply more characters', ' \\DE\\']],
    ['12', [message.NOCOMD]],
    ['', []],
    ['$', []],
    ['! nothing', []],
  ])('%s', async (line, lines) => {
    expect(await typed(line)).toEqual(lines);
  });

  test('continuation lines, comments, data that nobody reads', async () => {
    const text = [
      '$ WRITE SYS$OUTPUT - ! first',
      '  "a", -',
      '$ "b"',
      'stray',
      'stray',
      '$ WRITE SYS$OUTPUT "c"',
    ];
    expect(await runText(text.join('\n'))).toEqual([
      'ab',
      '%DCL-W-SKPDAT, image data (records not beginning with "$") ignored',
      'c',
    ]);
  });
});

describe('§2 symbols', () => {
  test.each([
    ['C := hello   world', ['  C = "HELLO WORLD"'], 'C'],
    ['D := "Hello  World"', ['  D = "Hello  World"'], 'D'],
    ['X := DIR "A b"', ['  X = "DIR A b"'], 'X'],
    ['G == "x" + "y"', ['  G == "xy"'], 'G'],
    ['SAY*IT :== WRITE SYS$OUTPUT', ['  SAY*IT == "WRITE SYS$OUTPUT"'], 'SAYI'],
    ['LONGN*AME = 5', ['  LONGN*AME = 5   Hex = 00000005  Octal = 00000000005'], 'LONGN'],
    ['LONGN*AME = 5', [message.UNDSYM], 'LON'],
    ['X = 2147483647 + 1', ['  X = -2147483648   Hex = 80000000  Octal = 20000000000'], 'X'],
    ['X = 4294967297', ['  X = 1   Hex = 00000001  Octal = 00000000001'], 'X'],
  ])('%s', async (line, lines, name) => {
    expect(await typed(line, `SHOW SYMBOL ${name}`)).toEqual(lines);
  });

  test('a failed assignment leaves the symbol; junk is reported after it', async () => {
    expect(await typed('X = 7', 'X =', 'WRITE SYS$OUTPUT X', 'X = 1 + 2)', 'WRITE SYS$OUTPUT X')).toEqual([
      message.EXPSYN,
      '7',
      message.SYMDEL,
      '3',
    ]);
  });

  test('& is not replaced in :=', async () => {
    expect(await typed('LC = "lower"', 'X := &LC', 'SHOW SYMBOL X')).toEqual(['  X = "&LC"']);
  });

  test('overlays', async () => {
    expect(
      await typed(
        'S = "0123456789"',
        'S[2,3] := "abc"',
        'SHOW SYMBOL S',
        'BITS = 0',
        'BITS[0,1] = 1',
        'BITS[4,4] = 15',
        'WRITE SYS$OUTPUT BITS',
        'T[0,8] = 65',
        'SHOW SYMBOL T',
        'U[40,33] = 1',
      ),
    ).toEqual([
      '  S = "01abc56789"',
      '241',
      '  T = "A"',
      '%DCL-W-INVRANGE, field specification is out of bounds - check sign and size',
    ]);
  });

  test('abbreviations that conflict', async () => {
    expect(await typed('SAY*IT = 1', 'SAYI = 2')).toEqual([
      '%DCL-W-ABSYMD, abbreviated symbol definition conflict - rename symbol',
    ]);
  });

  test('SHOW SYMBOL leaves $STATUS alone; DELETE/SYMBOL', async () => {
    expect(
      await typed('FOOBAR', 'SHOW SYMBOL $SEVERITY', 'SHOW SYMBOL $STATUS', 'DELETE/SYMBOL NOSUCH'),
    ).toEqual([
      message.IVVERB,
      ' \\FOOBAR\\',
      '  $SEVERITY == "0"',
      '  $STATUS == "%X00038090"',
      message.UNDSYM,
    ]);
  });
});

describe('§3 substitution', () => {
  test.each([
    ["X := A'NOSUCH'B", 'AB'],
    [`X = "it's 'NAME'"`, "it's 'NAME'"],
    [`X = "undefined ['nosuch'] [''nosuch']"`, "undefined ['nosuch'] []"],
    [`X = "''n'''s'"`, '3abc'],
    ["X := 'FILE1", '[BOB]T.TXT'],
    ["X := ' FILE1'", '[BOB]T.TXT'],
    [`X = "''F$LENGTH(FILE1)'"`, '10'],
    ["X := 'F$EXTRACT(1,3,FILE1)'.COM", 'BOB.COM'],
    ["X := 'N - 1'", '2'],
  ])('%s', async (line, value) => {
    const lines = await typed('N = 3', 'S = "abc"', 'FILE1 = "[BOB]T.TXT"', line, 'WRITE SYS$OUTPUT X');
    expect(lines).toEqual([value]);
  });

  test('outside quotes it is iterative', async () => {
    const lines = await typed(
      'FILE1 = "[BOB]T.TXT"',
      'NUM = 1',
      `FILE = "'FILE''NUM''"`,
      'SHOW SYMBOL FILE',
      `X := 'FILE'`,
      'SHOW SYMBOL X',
    );
    expect(lines).toEqual([`  FILE = "'FILE1'"`, '  X = "[BOB]T.TXT"']);
  });

  test('a symbol that names itself', async () => {
    expect(await typed(`SELF = "'SELF'"`, "X := 'SELF'")).toEqual([message.EXPSYN, " \\'SELF\\"]);
  });

  test('the verb symbol is replaced once, apostrophes in it are not', async () => {
    expect(await typed('AL1 = "SHOW TIME"', 'AL2 = "AL1"', 'AL2', `MAC1 = "'MAC2'"`, 'MAC1')).toEqual([
      message.IVVERB,
      ' \\AL1\\',
      message.NOCOMD,
    ]);
  });

  test('ampersands keep case', async () => {
    expect(
      await typed(
        'LC = "lower"',
        'DEFINE X &LC',
        'SHOW LOGICAL X',
        "DEFINE/NOLOG X 'LC'",
        'SHOW LOGICAL X',
        'X = &LC',
      ),
    ).toEqual([
      '   "X" = "lower" (LNM$PROCESS_TABLE)',
      '   "X" = "LOWER" (LNM$PROCESS_TABLE)',
      message.UNDSYM,
      ' \\lower\\',
    ]);
  });

  test('undefined in an expression', async () => {
    expect(await shown('NOSUCH')).toEqual([message.UNDSYM, ' \\NOSUCH\\']);
  });
});

describe('§4 expressions', () => {
  test.each([
    ['+"abc"', '0'],
    ['-"5"', '-5'],
    ['- - 3', '3'],
    ['8/3', '2'],
    ['-8/3', '-2'],
    ['1 .EQ 1', '1'],
    ['1 .EQ. .NOT. 0', '0'],
    ['7 / 0', '2147483647'],
    ['"12"+"3"', '123'],
    ['"abcabc"-"b"', 'acabc'],
    ['"abc"-"z"', 'abc'],
    ['"3"+4', '7'],
    ['"abc"+1', '1'],
    ['10 .EQS. "10"', '1'],
    ['"10" .LT. "9"', '0'],
    ['"10" .LTS. "9"', '1'],
    ['"dogs" .GTS. "dog"', '1'],
    ['"abc" .EQS. "ABC"', '0'],
    ['"%X10"+0', '16'],
    ['"Yes"+0', '1'],
    ['"true"+0', '1'],
    ['"12XY"+0', '0'],
    ['""+0', '0'],
    ['.NOT. 1', '-2'],
    ['.not. 0', '-1'],
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['"a".nes.""', '1'],
    ['1 .OR. 2 .AND. 4', '1'],
  ])('%s is %s', async (expression, value) => {
    expect(await shown(expression)).toEqual([value]);
  });

  test.each([
    ['1 +', [message.EXPSYN]],
    ['(1 + 2', [message.EXPSYN]],
    ['1 2', [message.EXPSYN]],
    ['1 .NOT. 2', [message.EXPSYN]],
    ['1 .FOO. 2', [message.IVOPER, ' \\.FOO.\\']],
    ['1 .E. 2', [message.IVOPER, ' \\.E.\\']],
  ])('X = %s', async (expression, lines) => {
    expect(await typed(`X = ${expression}`)).toEqual(lines);
  });

  test('truth is oddness', async () => {
    expect(await typed('IF 2 THEN WRITE SYS$OUTPUT "even"', 'IF 3 THEN $ WRITE SYS$OUTPUT "odd"')).toEqual([
      'odd',
    ]);
  });
});

describe('§6, §7 commands, status, messages', () => {
  test('statuses after success', async () => {
    expect(await typed('A = 1', 'WRITE SYS$OUTPUT $STATUS', 'WRITE SYS$OUTPUT $STATUS')).toEqual([
      '%X00030001',
      '%X00010001',
    ]);
  });

  test('TYPE of a missing file', async () => {
    expect(
      await typed('TYPE X.TXT', 'WRITE SYS$OUTPUT $STATUS', 'WRITE SYS$OUTPUT F$MESSAGE(%X18292)'),
    ).toEqual([
      '%TYPE-W-SEARCHFAIL, error searching for DKA0:[JONES]X.TXT;',
      '-RMS-E-FNF, file not found',
      '%X10951238',
      '%RMS-E-FNF, file not found',
    ]);
  });

  test('F$MESSAGE of what is unknown', async () => {
    expect(await shown('F$MESSAGE(5)')).toEqual(['%NONAME-?-NOMSG, Message number 00000005']);
    expect(await shown('F$MESSAGE(%X10)')).toEqual(['%SYSTEM-W-BADPARAM, bad parameter value']);
  });

  test('SET MESSAGE switches the parts', async () => {
    expect(
      await typed(
        'SET MESSAGE/NOFACILITY/NOSEVERITY/NOIDENTIFICATION',
        'FOOBAR',
        'SET MESSAGE/NOTEXT',
        'DELETE/SYMBOL X',
      ),
    ).toEqual(['unrecognized command verb - check validity and spelling', ' \\FOOBAR\\']);
  });

  test('ON fires once, SET NOON, F$ENVIRONMENT', async () => {
    const text = [
      '$ SAY = "WRITE SYS$OUTPUT"',
      '$ SAY F$ENVIRONMENT("ON_SEVERITY")',
      '$ ON WARNING THEN GOTO H1',
      '$ FOOBAR',
      '$ SAY "not here"',
      '$H1: SAY "handler ", $STATUS, " ", F$ENVIRONMENT("ON_SEVERITY")',
      '$ FOOBAR',
      '$ SAY "warnings go on"',
      '$ SET NOON',
      '$ SAY F$ENVIRONMENT("ON_SEVERITY")',
      '$ DEASSIGN NOSUCH',
      '$ SAY $STATUS',
      '$ SET ON',
      '$ DEASSIGN NOSUCH',
      '$ SAY "not here either"',
    ].join('\n');
    expect(await runText(text)).toEqual([
      'ERROR',
      message.IVVERB,
      ' \\FOOBAR\\',
      'handler %X00038090 ERROR',
      message.IVVERB,
      ' \\FOOBAR\\',
      'warnings go on',
      'NONE',
      '%SYSTEM-F-NOLOGNAM, no logical name match',
      '%X000001BC',
      '%SYSTEM-F-NOLOGNAM, no logical name match',
    ]);
  });
});

describe('§8 control flow', () => {
  test('a missing label ends the procedure', async () => {
    expect(await runText('$ GOTO NOLABEL\n$ WRITE SYS$OUTPUT "no"')).toEqual([
      '%DCL-W-USGOTO, target of GOTO not found - check spelling and presence of label',
      ' \\NOLABEL\\',
    ]);
  });

  test('nested IF blocks, branches that are not taken are not read', async () => {
    const text = [
      '$ IF 0',
      '$ THEN',
      '$   IF NOSUCH',
      '$   THEN',
      "$     WRITE SYS$OUTPUT 'NOSUCH",
      '$   ELSE',
      '$   ENDIF',
      '$ ELSE WRITE SYS$OUTPUT "else"',
      '$   IF 1 THEN WRITE SYS$OUTPUT "inner"',
      '$ ENDIF',
      '$ ENDIF',
      '$ WRITE SYS$OUTPUT "not reached: that was an error"',
    ].join('\n');
    expect(await runText(text)).toEqual([
      'else',
      'inner',
      '%DCL-E-INVIFNEST, invalid IF-THEN-ELSE nesting structure or data inconsistency',
    ]);
  });

  test('GOTO leaves blocks and does not enter them', async () => {
    const text = ['$ GOTO IN', '$ IF 1', '$ THEN', '$IN: WRITE SYS$OUTPUT "in"', '$ ENDIF'].join('\n');
    expect(await runText(text)).toEqual([
      '%DCL-W-USGOTO, target of GOTO not found - check spelling and presence of label',
      ' \\IN\\',
    ]);
  });

  test('GOSUB, RETURN with a status that is shown', async () => {
    const text = [
      '$ L = "S1"',
      "$ GOSUB 'L",
      '$ WRITE SYS$OUTPUT $STATUS, " ", F$ENVIRONMENT("DEPTH")',
      '$ EXIT',
      '$S1: X = 5',
      '$ WRITE SYS$OUTPUT F$ENVIRONMENT("DEPTH")',
      '$ RETURN %X24',
    ].join('\n');
    expect(await runText(`$ SET NOON\n${text}`)).toEqual([
      '1',
      '%SYSTEM-F-NOPRIV, insufficient privilege or object protection violation',
      '%X00000024 1',
    ]);
  });

  test('GOSUB sixteen deep', async () => {
    expect(await runText('$S: GOSUB S')).toEqual([
      '%DCL-W-GOSUBMAX, GOSUB procedures too deeply nested - limit to 16 levels',
    ]);
  });

  test('CALL: recursion, private labels, EXIT status', async () => {
    const text = [
      '$ SET NOON',
      '$ CALL PROC one "two words" 3',
      '$ CALL FACT 5',
      '$ WRITE SYS$OUTPUT F',
      '$ CALL BAD',
      '$ WRITE SYS$OUTPUT $STATUS, $SEVERITY',
      '$ EXIT',
      '$PROC: SUBROUTINE',
      '$ WRITE SYS$OUTPUT P1, "|", P2, "|", P3, "|", F$ENVIRONMENT("DEPTH")',
      '$ ENDSUBROUTINE',
      '$FACT: SUBROUTINE',
      '$ IF P1 .LE. 1 THEN F == 1',
      '$ IF P1 .LE. 1 THEN EXIT',
      "$ CALL FACT 'P1 - 1'",
      '$ F == F * P1',
      '$ ENDSUBROUTINE',
      '$BAD: SUBROUTINE',
      '$ EXIT %X2C',
      '$ ENDSUBROUTINE',
    ].join('\n');
    expect(await runText(text)).toEqual([
      'ONE|two words|3|2',
      '120',
      '%SYSTEM-F-ABORT, abort',
      '%X0000002C4',
    ]);
  });

  test('EXIT', async () => {
    const files = { 'DKA0:[JONES]X.COM;1': "$ EXIT 'P1'" };
    const { session, lines } = await openSession({ files });
    await session.execute('@X 44');
    await session.execute('@X %X10000002');
    await session.execute('@X 2');
    await session.execute('@X 1');
    expect(lines).toEqual(['%SYSTEM-F-ABORT, abort', '%NONAME-E-NOMSG, Message number 00000002']);
    expect(session.status).toBe(1);
  });

  test('STOP ends all procedures', async () => {
    const files = { 'DKA0:[JONES]X.COM;1': '$ STOP' };
    expect(await runText('$ @X\n$ WRITE SYS$OUTPUT "no"', { files })).toEqual([]);
  });
});

describe('§9 procedures', () => {
  test('a file that is not there', async () => {
    expect(await typed('@NOSUCH', 'WRITE SYS$OUTPUT $STATUS, $SEVERITY')).toEqual([
      '%DCL-E-OPENIN, error opening DKA0:[JONES]NOSUCH.COM; as input',
      '-RMS-E-FNF, file not found',
      '%X100182922',
    ]);
  });

  test('a ninth parameter; too deep', async () => {
    const files = {
      'DKA0:[JONES]X.COM;1': '$ WRITE SYS$OUTPUT "ran"',
      'DKA0:[JONES]DEEP.COM;1': '$ DEPTH == F$ENVIRONMENT("DEPTH")\n$ @DEEP',
    };
    const { session, lines } = await openSession({ files });
    await session.execute('@X 1 2 3 4 5 6 7 8 9');
    await session.execute('@DEEP');
    expect(lines).toEqual([
      '%DCL-W-DEFOVF, too many command procedure parameters - limit to eight',
      '%DCL-W-STKOVF, command procedures too deeply nested - limit to 32 levels',
    ]);
    expect(session.getSymbol('DEPTH')).toBe(31);
  });

  test('SET VERIFY shows lines after substitution, as they are laid out', async () => {
    const text = [
      '$ A = 1',
      '$ SET VERIFY',
      "$ WRITE SYS$OUTPUT 'a'",
      '$ IF a THEN -',
      '\tWRITE SYS$OUTPUT "continued line"',
      '$label:',
      '$ SET NOVERIFY',
      '$ WRITE SYS$OUTPUT "quiet"',
    ].join('\n');
    expect(await runText(text)).toEqual([
      '$ WRITE SYS$OUTPUT 1',
      '1',
      '$ IF a THEN -',
      '\tWRITE SYS$OUTPUT "continued line"',
      'continued line',
      '$label:',
      '$ SET NOVERIFY',
      'quiet',
    ]);
  });

  test('DECK', async () => {
    const text =
      '$ TYPE SYS$INPUT\n$ DECK\n$ this is data\n$ EOD\n$ TYPE SYS$INPUT\n$ DECK/DOLLARS="END"\n$ EOD\nEND\n$ EXIT';
    expect(await runText(text)).toEqual(['$ this is data', '$ EOD']);
  });

  test('the F$VERIFY idiom, F$ENVIRONMENT("PROCEDURE")', async () => {
    const text =
      '$! \'F$VERIFY(0)\'\n$ WRITE SYS$OUTPUT F$ENVIRONMENT("PROCEDURE")\n$ WRITE SYS$OUTPUT F$VERIFY()';
    expect(await runText(text)).toEqual(['DKA0:[JONES]T.COM;1', '0']);
  });
});

describe('§10 files', () => {
  test('OPEN, WRITE, READ, CLOSE', async () => {
    const text = [
      '$ OPEN/WRITE OUT A.TXT',
      '$ WRITE OUT "a", 3+4, " b"',
      '$ WRITE OUT "second"',
      '$ CLOSE OUT',
      '$ OPEN IN A.TXT',
      '$LOOP: READ/END_OF_FILE=DONE IN LINE',
      '$ WRITE SYS$OUTPUT LINE',
      '$ GOTO LOOP',
      '$DONE: WRITE SYS$OUTPUT $STATUS',
      '$ CLOSE IN',
      '$ CLOSE IN',
      '$ WRITE SYS$OUTPUT $STATUS',
      '$ CLOSE/NOLOG IN',
      '$ OPEN/READ/ERROR=FAIL IN NOSUCH.TXT',
      '$FAIL: WRITE SYS$OUTPUT $STATUS',
      '$ OPEN/READ IN NOSUCH.TXT',
    ].join('\n');
    expect(await runText(text)).toEqual([
      'a7 b',
      'second',
      '%X0001827A',
      '%DCL-W-UNDFIL, file has not been opened by DCL - check logical name',
      '%X00038188',
      '%X10018292',
      '%DCL-E-OPENIN, error opening DKA0:[JONES]NOSUCH.TXT; as input',
      '-RMS-E-FNF, file not found',
    ]);
  });

  test('end of file without a label', async () => {
    expect(await runText('$ OPEN IN T.COM\n$L: READ IN X\n$ GOTO L')).toEqual([
      '%RMS-E-EOF, end of file detected',
    ]);
  });
});

describe('§11 logical names', () => {
  test('DEFINE, SHOW LOGICAL, DEASSIGN', async () => {
    expect(
      await typed(
        'DEFINE VPT_ONE FIRST',
        'DEFINE VPT_ONE SECOND',
        'IF $STATUS THEN WRITE SYS$OUTPUT "success"',
        'SHOW LOGICAL VPT_ONE',
        'DEFINE VPT_LIST A,B,"c d"',
        'SHOW LOGICAL VPT_LIST',
        'SHOW LOGICAL VPT_NOSUCH',
        'WRITE SYS$OUTPUT $STATUS',
        'DEASSIGN VPT_ONE',
        'DEASSIGN VPT_ONE',
        'WRITE SYS$OUTPUT $STATUS',
        'WRITE SYS$OUTPUT F$TRNLNM("VPT_LIST",,2), F$TRNLNM("VPT_LIST",,,,,"MAX_INDEX"), F$TRNLNM("VPT_LIST",,9)',
      ),
    ).toEqual([
      '%DCL-I-SUPERSEDE, previous value of VPT_ONE has been superseded',
      'success',
      '   "VPT_ONE" = "SECOND" (LNM$PROCESS_TABLE)',
      '   "VPT_LIST" = "A" (LNM$PROCESS_TABLE)',
      '\t= "B"',
      '\t= "c d"',
      '%SHOW-S-NOTRAN, no translation for logical name VPT_NOSUCH',
      '%X10788019',
      '%SYSTEM-F-NOLOGNAM, no logical name match',
      '%X000001BC',
      'c d2',
    ]);
  });

  test('SYSTEM needs SYSNAM', async () => {
    expect(await typed('DEFINE/SYSTEM X Y')).toEqual([
      '%SYSTEM-F-NOPRIV, insufficient privilege or object protection violation',
    ]);
  });
});

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
      '%PURGE-I-FILPURG, DKA0:[JONES]B.TXT;1 deleted (1 block)',
      '%DELETE-E-DELVER, explicit version number or wild card required',
      '%COPY-E-OPENIN, error opening DKA0:[JONES]X.TXT; as input',
      '-RMS-E-FNF, file not found',
    ]);
    expect(files.text('DKA0:[JONES]B.TXT')).toBeUndefined();
    expect(session.status >>> 0).toBe(0x1067_109a);
  });
});
