/**
 * Procedures that would not end by themselves: Ctrl/Y stops each at once, limits have their messages, and the other sessions
 * of the process go on meanwhile.
 */
import { describe, expect, test } from 'vitest';
import { processorMsOf } from '../../test/support/processor-time.ts';
import type { ReadResult, Terminal } from '../ports/session-io.ts';
import type { DclSession } from './session.ts';
import { fixedClock, linesOutput, openSession, runText } from './testing/session-fixture.ts';

interface Typist extends Terminal {
  press(key: 'C' | 'Y'): void;
  readonly shown: string[];
}

/** A terminal at which somebody types these lines, and presses keys while something runs. */
function typist(...typed: readonly string[]): Typist {
  const waiting = [...typed];
  const listeners = new Set<(key: 'C' | 'Y' | 'T') => void>();
  const shown: string[] = [];
  return {
    ...linesOutput(shown),
    isTerminal: true,
    deviceName: 'FTA1:',
    shown,
    read: async (): Promise<ReadResult> => {
      const text = waiting.shift();
      return text === undefined ? { kind: 'endOfFile' } : { kind: 'record', text };
    },
    onControlKey: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    broadcast() {},
    notice: (text) => void shown.push(text),
    configure() {},
    recallList: () => ({ lines: [], forgetLast() {}, erase() {} }),
    press: (key) => {
      for (const each of listeners) each(key);
    },
  };
}

const ENDLESS = '$L: WRITE SYS$OUTPUT "again"\n$ GOTO L';

/** The procedure has come to the symbol that says it runs. */
async function untilSet(session: DclSession, symbol: string): Promise<void> {
  while (session.getSymbol(symbol) === undefined) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs what is typed first, presses Ctrl/Y when it has set STARTED, and returns how long it then took. */
async function interrupted(procedure: string, ...behind: readonly string[]) {
  const terminal = typist('@T', ...behind);
  const { session, lines } = await openSession({
    terminal,
    input: terminal,
    mode: 'INTERACTIVE',
    files: {
      'DKA0:[JONES]T.COM;1': `$ STARTED = 1\n${procedure}`,
      'DKA0:[JONES]EMPTY.COM;1': '$ X = 1',
      'DKA0:[JONES]ENDLESS.COM;1': ENDLESS,
    },
  });
  const running = session.interactive();
  await untilSet(session, 'STARTED');
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  terminal.press('Y');
  const tookMs = await processorMsOf(async () => {
    await running;
    await session.close();
  });
  return { lines, tookMs };
}

describe('Ctrl/Y', () => {
  test.each([
    ['an endless GOTO', '$ X = "here"\n$L: GOTO L'],
    ['a loop that counts', '$ X = "here"\n$ I = 0\n$L: I = I + 1\n$ IF I .NE. 0 THEN GOTO L'],
    ['endless output to nowhere', '$ X = "here"\n$ OPEN/WRITE N NL:\n$L: WRITE N "again"\n$ GOTO L'],
    ['procedures one after the other', '$ X = "here"\n$L: @EMPTY\n$ GOTO L'],
    ['lexical functions', `$ X = "here"\n$L: Y = F$FAO("!4000*x")\n$ GOTO L`],
    ['a pipe without end', '$ X = "here"\n$L: PIPE Y = 1 ; Z = 2\n$ GOTO L'],
    ['endless output at the terminal', `$ X = "here"\n${ENDLESS}`],
    [
      'a symbol that doubles itself',
      '$ X = "here"\n$ SET MESSAGE/NOF/NOS/NOI/NOT\n$ Y = "y"\n$L: Y = Y + Y\n$ GOTO L',
    ],
    [
      'recursion of @ again and again',
      '$ X = "here"\n$ SET MESSAGE/NOF/NOS/NOI/NOT\n$ IF F$ENVIRONMENT("DEPTH") .GT. 9 THEN EXIT\n$L: @T\n$ GOTO L',
    ],
    ['mistakes without end', '$ X = "here"\n$ SET MESSAGE/NOF/NOS/NOI/NOT\n$ SET NOON\n$L: FOO\n$ GOTO L'],
  ])('stops %s at once, and the procedure can be looked at', async (_name, procedure) => {
    const { lines, tookMs } = await interrupted(procedure, 'SHOW SYMBOL X', 'STOP', 'SHOW SYMBOL X');
    expect(lines.filter((line) => /X = |UNDSYM/.test(line))[0]).toBe('  X = "here"');
    expect(tookMs).toBeLessThan(500);
  });

  test('two segments that feed each other are aborted', async () => {
    const { tookMs } = await interrupted('$ PIPE @ENDLESS | @ENDLESS\n', 'STOP');
    expect(tookMs).toBeLessThan(500);
  });

  test('does nothing after SET NOCONTROL=Y', async () => {
    const terminal = typist('@T');
    const { session, lines } = await openSession({
      terminal,
      input: terminal,
      mode: 'INTERACTIVE',
      files: {
        'DKA0:[JONES]T.COM;1':
          '$ SET NOCONTROL=Y\n$ I = 0\n$L: I = I + 1\n$ IF I .LT. 50000 THEN GOTO L\n$ WRITE SYS$OUTPUT "counted"',
      },
    });
    const running = session.interactive();
    await untilSet(session, 'I');
    terminal.press('Y');
    terminal.press('C');
    await running;
    expect(lines).toEqual(['counted']);
  });
});

describe('limits', () => {
  test('a symbol that doubles itself', async () => {
    expect(await runText('$ ON WARNING THEN EXIT 1\n$ X = "x"\n$L: X = X + X\n$ GOTO L')).toEqual([
      '%DCL-W-BUFOVF, command buffer overflow - shorten expression or command line',
    ]);
  });

  test.each([
    'THEN X',
    'IF 1 THEN X',
    'IF F$MODE() .NES. "" THEN X',
    'PIPE X',
    'IF 1 THEN PIPE X',
    'PIPE IF 1 THEN X',
  ])('a symbol that leads to itself: %s', async (value) => {
    const text = `$ SET NOON\n$ X = "${value.replaceAll('"', '""')}"\n$ X\n$ WRITE SYS$OUTPUT "goes on"`;
    expect(await runText(text)).toEqual([
      '%DCL-W-BUFOVF, command buffer overflow - shorten expression or command line',
      'goes on',
    ]);
  });

  test('symbols without end, and the room they give back when their level ends', async () => {
    const files = {
      'DKA0:[JONES]MANY.COM;1': [
        '$ ON WARNING THEN EXIT 1',
        '$ S[0,4000] := x',
        '$ I = 0',
        '$L: I = I + 1',
        "$ A'I' = S",
        '$ GOTO L',
      ].join('\n'),
    };
    const text = '$ @MANY\n$ @MANY\n$ X[0,4000] := y\n$ WRITE SYS$OUTPUT F$LENGTH(X)';
    const full = '%DCL-W-SYMOVF, no room for symbol definitions - delete some symbols';
    expect(await runText(text, { files })).toEqual([full, full, '4000']);
  });

  test('symbols that name each other, in commands and in comments', async () => {
    const chain = ['$ A30 = ""', '$ B30 = "xxxxxxxx"'];
    for (let number = 29; number > 0; number -= 1) {
      chain.push(`$ A${number} = "'A${number + 1}''A${number + 1}'"`);
      chain.push(`$ B${number} = "'B${number + 1}''B${number + 1}'"`);
    }
    const use = ["$ X := 'A1'", "$ X := 'B1'", "$! 'A1' 'B1'", '$ WRITE SYS$OUTPUT "went on"'];
    expect(await runText([...chain, ...use].join('\n'))).toEqual([
      '%DCL-W-COMPLX, expression too complex - simplify',
      '%DCL-W-BUFOVF, command buffer overflow - shorten expression or command line',
      'went on',
    ]);
  });

  test('recursion of @, of CALL and of GOSUB', async () => {
    const deep = '%DCL-W-STKOVF, command procedures too deeply nested - limit to 32 levels';
    expect(await runText('$ @T')).toEqual([deep]);
    expect(await runText('$ CALL S\n$S: SUBROUTINE\n$ CALL S\n$ ENDSUBROUTINE')).toEqual([deep]);
    expect(await runText('$S: GOSUB S')).toEqual([
      '%DCL-W-GOSUBMAX, GOSUB procedures too deeply nested - limit to 16 levels',
    ]);
  });

  test('subprocesses that spawn subprocesses', async () => {
    const lines = await runText('$ SPAWN/NOLOG @T\n$ EXIT 1');
    expect(lines.filter((line) => line !== lines[0])).toEqual([]);
    expect(lines[0]).toBe('%SYSTEM-F-EXQUOTA, process quota exceeded');
  });

  test('files opened without end', async () => {
    const text = "$ ON ERROR THEN EXIT 1\n$ I = 0\n$L: I = I + 1\n$ OPEN/READ F'I' T.COM\n$ GOTO L";
    expect(await runText(text)).toEqual(['%SYSTEM-F-EXQUOTA, process quota exceeded']);
  });

  test('a line that is continued without end', async () => {
    const text = `$ X = "a" + -\n${'"b" + -\n'.repeat(20_000)}"c"\n$ WRITE SYS$OUTPUT "went on"`;
    expect(await runText(text)).toEqual([
      '%DCL-W-BUFOVF, command buffer overflow - shorten expression or command line',
      'went on',
    ]);
  });

  test('a procedure too long for the memory', async () => {
    const files = { 'DKA0:[JONES]BIG.COM;1': 'x'.repeat(17_000_000) };
    expect(await runText('$ @BIG', { files })).toEqual([
      '%DCL-E-OPENIN, error opening DKA0:[JONES]BIG.COM; as input',
      '-SYSTEM-F-EXQUOTA, process quota exceeded',
    ]);
  });
});

test('one session that loops leaves the others their turn', async () => {
  const abort = new AbortController();
  const { session } = await openSession({
    signal: abort.signal,
    files: { 'DKA0:[JONES]T.COM;1': '$L: GOTO L' },
  });
  const running = session.procedure('T');
  const other = await openSession({ clock: fixedClock });
  await other.session.execute('WRITE SYS$OUTPUT "my turn"');
  expect(other.lines).toEqual(['my turn']);
  abort.abort();
  await running;
});

test('who may run no images gets told so', async () => {
  const lines: string[] = [];
  const { session } = await openSession({ flags: ['DISIMAGE'] });
  await session.execute('FOO :== $MAIL');
  for (const command of ['FOO X', 'RUN MAIL', 'MCR MAIL']) {
    await session.execute(command);
    lines.push((session.status >>> 0).toString(16));
  }
  expect(lines).toEqual(['38962', '3896a', '3896a']);
});
