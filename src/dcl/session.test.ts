import { describe, expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { Condition, SYSTEM } from '../condition/index.ts';
import type { Image } from '../system/image.ts';
import { linesInput, openSession, runText, typed } from './testing/session-fixture.ts';

describe('a first procedure', () => {
  test('assignment, WRITE, IF, GOTO, labels', async () => {
    const text = [
      '$ I = 0',
      '$LOOP:',
      '$ I = I + 1',
      '$ IF I .LE. 3',
      '$ THEN',
      '$   WRITE SYS$OUTPUT "I is ", I',
      '$   GOTO LOOP',
      '$ ELSE',
      "$   WRITE SYS$OUTPUT \"done ''I'\"",
      '$ ENDIF',
      '$ EXIT',
    ].join('\n');
    expect(await runText(text)).toEqual(['I is 1', 'I is 2', 'I is 3', 'done 4']);
  });

  test('parameters, procedures in procedures, EXIT status', async () => {
    const lines = await runText('$ @SUB one "two words"\n$ WRITE SYS$OUTPUT $STATUS, " ", $SEVERITY', {
      files: { 'DKA0:[JONES]SUB.COM;1': '$ WRITE SYS$OUTPUT P1, "/", P2, "/", P3\n$ EXIT 1' },
    });
    expect(lines).toEqual(['ONE/two words/', '%X00000001 1']);
  });

  test('RUN activates an image with the data lines as SYS$INPUT', async () => {
    const seen: string[] = [];
    const image: Image = async ({ input, output, commandLine }) => {
      for (let read = await input.read(); read.kind === 'record'; read = await input.read())
        seen.push(read.text);
      await output.writeLine(`ran with "${commandLine}"`);
      return 1;
    };
    const lines = await runText(
      "$ RUN SYS$SYSTEM:TCPIP$SMTP_RECEIVER\nfirst 'line'\nsecond\n$ SHOW SYMBOL $STATUS",
      {
        images: new Map([['TCPIP$SMTP_RECEIVER', image]]),
      },
    );
    expect(seen).toEqual(["first 'line'", 'second']);
    expect(lines).toEqual(['ran with ""', '  $STATUS == "%X00000001"']);
  });

  test('an image that fails is shown once and ends the procedure', async () => {
    const image: Image = async () => {
      throw new Condition(SYSTEM.NOPRIV);
    };
    const { session, lines } = await openSession({
      images: new Map([['X', image]]),
      files: { 'DKA0:[JONES]T.COM;1': '$ RUN X\n$ WRITE SYS$OUTPUT "not reached"' },
    });
    expect(await session.procedure('T')).toBe(0x1000_0024 | 0);
    expect(lines).toEqual(['%SYSTEM-F-NOPRIV, insufficient privilege or object protection violation']);
  });
});

describe('piped input', () => {
  test('without $ every line is typed; errors end nothing', async () => {
    const { session, lines } = await openSession({ input: linesInput(['A = 1', 'FOOBAR', 'SHOW SYMBOL A']) });
    await session.interactive();
    expect(lines).toEqual([
      '%DCL-W-IVVERB, unrecognized command verb - check validity and spelling',
      ' \\FOOBAR\\',
      '  A = 1   Hex = 00000001  Octal = 00000000001',
    ]);
  });

  test('with $ it is a procedure', async () => {
    const { session, lines } = await openSession({
      input: linesInput([
        '$ TYPE SYS$INPUT',
        'text',
        '$ GOTO X',
        '$ WRITE SYS$OUTPUT "no"',
        '$X:',
        '$ EXIT %X2C',
      ]),
    });
    expect(await session.interactive()).toBe(0x2c);
    expect(lines).toEqual(['text', '%SYSTEM-F-ABORT, abort']);
  });
});

test('SHOW TIME', async () => {
  expect(await typed('SHOW TIME')).toEqual(['   7-OCT-2026 00:45:56']);
});

test('an answer to a prompt counts once', async () => {
  const { session, lines } = await openSession({
    input: linesInput(['TYPE', 'A.TXT', 'TYPE', 'B.TXT']),
    files: { 'DKA0:[JONES]A.TXT;1': 'a', 'DKA0:[JONES]B.TXT;1': 'b' },
  });
  await session.interactive();
  expect(lines).toEqual(['a', 'b']);
});

test('an answer may be a data line of the procedure; a $ line is none', async () => {
  const files = { 'DKA0:[JONES]A.TXT;1': 'a' };
  expect(await runText('$ TYPE\nA.TXT\n$ TYPE\n$ EXIT', { files })).toEqual([
    'a',
    '%DCL-W-INSFPRM, missing command parameters - supply all required parameters',
  ]);
});

describe('interrupts', () => {
  test('an endless loop ends when the session is taken down, and others live meanwhile', async () => {
    const abort = new AbortController();
    const { session } = await openSession({
      signal: abort.signal,
      files: { 'DKA0:[JONES]T.COM;1': '$L: GOTO L' },
    });
    const running = session.procedure('T');
    setImmediate(() => abort.abort());
    expect((await running) >>> 0).toBe(0x1000_002c);
  });

  test('a WAIT ends with the session', async () => {
    const abort = new AbortController();
    const { session, lines } = await openSession({
      signal: abort.signal,
      clock: manualClock(0),
      files: { 'DKA0:[JONES]T.COM;1': '$ WAIT 01:00\n$ WRITE SYS$OUTPUT "no"' },
    });
    setImmediate(() => abort.abort());
    expect((await session.procedure('T')) >>> 0).toBe(0x1000_002c);
    expect(lines).toEqual([]);
  });
});

test('a bug in an image is logged and shown as an abort, without a stack', async () => {
  const bugs: unknown[] = [];
  const { session, lines } = await openSession({
    images: new Map([['X', () => Promise.reject(new TypeError('bug'))]]),
    onBug: (error) => bugs.push(error),
  });
  await session.execute('RUN X');
  await session.execute('SHOW SYMBOL $STATUS');
  expect(lines).toEqual(['%SYSTEM-F-ABORT, abort', '  $STATUS == "%X1000002C"']);
  expect(bugs).toEqual([new TypeError('bug')]);
});

test('a symbol table, a default directory, an open file: nothing is shared between sessions', async () => {
  const [one, two] = [await openSession(), await openSession()];
  await one.session.execute('A == 1');
  await one.session.execute('SET DEFAULT [.X]');
  await two.session.execute('SHOW SYMBOL A');
  await two.session.execute('SHOW DEFAULT');
  expect(two.lines).toEqual([
    '%DCL-W-UNDSYM, undefined symbol - check validity and spelling',
    '  DKA0:[JONES]',
  ]);
});

test('a procedure that was edited is read again', async () => {
  const { session, lines, files } = await openSession({
    files: { 'DKA0:[JONES]T.COM;1': '$ WRITE SYS$OUTPUT 1' },
  });
  await session.procedure('T');
  files.put('DKA0:[JONES]T.COM;1', '$ WRITE SYS$OUTPUT 2');
  await session.procedure('T');
  expect(lines).toEqual(['1', '2']);
});

describe('login', () => {
  const files = {
    'DKA0:[SYSMGR]SYLOGIN.COM;1': '$ SAY :== WRITE SYS$OUTPUT\n$ LOCAL = 1',
    'DKA0:[JONES]LOGIN.COM;1': '$ SAY "level ", F$ENVIRONMENT("DEPTH")\n$ HI :== "WRITE SYS$OUTPUT ""hi"""',
  };

  test('SYLOGIN.COM, then LOGIN.COM, at level 1; globals stay', async () => {
    const { session, lines } = await openSession({ files });
    await session.login();
    await session.execute('HI');
    await session.execute('SHOW SYMBOL LOCAL');
    expect(lines).toEqual(['level 1', 'hi', '%DCL-W-UNDSYM, undefined symbol - check validity and spelling']);
  });

  test('neither need be there; a failing one does not keep anybody out; LOGOUT ends the session', async () => {
    const bare = await openSession();
    await bare.session.login();
    expect([bare.session.status, bare.lines]).toEqual([1, []]);
    const failing = await openSession({ files: { 'DKA0:[JONES]LOGIN.COM;1': '$ FOO\n$ STOP' } });
    await failing.session.login();
    await failing.session.execute('WRITE SYS$OUTPUT "in"');
    expect(failing.lines.at(-1)).toBe('in');
    const out = await openSession({ files: { 'DKA0:[JONES]LOGIN.COM;1': '$ LOGOUT' } });
    await out.session.login();
    expect(out.session.isOver).toBe(true);
  });
});

test('a batch job: its lines are shown, SYS$COMMAND is the procedure, the depth is 0', async () => {
  const { session, lines } = await openSession({
    mode: 'BATCH',
    files: {
      'DKA0:[JONES]LOGIN.COM;1': '$ SAY :== WRITE SYS$OUTPUT',
      'DKA0:[JONES]JOB.COM;1': [
        '$ SAY P1, " ", F$MODE(), " ", F$ENVIRONMENT("DEPTH")',
        '$ SET NOVERIFY',
        '$ READ SYS$COMMAND X',
        'an answer',
        '$ INQUIRE Y',
        '$ SAY X, "/", Y, "/"',
        '$ @SUB',
        '$ SAY "not reached"',
      ].join('\n'),
      'DKA0:[JONES]SUB.COM;1': '$ STOP',
    },
  });
  await session.login();
  expect(await session.batch('JOB', ['one'])).toBe(0x10001);
  expect(lines).toEqual([
    '$ SAY :== WRITE SYS$OUTPUT',
    '$ SAY P1, " ", F$MODE(), " ", F$ENVIRONMENT("DEPTH")',
    'one BATCH 0',
    '$ SET NOVERIFY',
    'an answer//',
  ]);
});
