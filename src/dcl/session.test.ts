import { describe, expect, test } from 'vitest';
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
