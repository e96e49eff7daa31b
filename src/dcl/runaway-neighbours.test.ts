/**
 * Procedures that run away, all at once in one process, beside one that does its work: it gets its turn, the memory of the
 * process stays, and each of them ends when it is told to.
 */
import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { processorMsOf } from '../../test/support/processor-time.ts';
import type { DclSession } from './session.ts';
import { openSession } from './testing/session-fixture.ts';

v8.setFlagsFromString('--expose_gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** Symbols that name each other: one command with thousands of replacements. */
const chain = Array.from({ length: 29 }, (_, index) => `$ A${index} = "'A${index + 1}''A${index + 1}'"`);
const quiet = '$ SET NOON\n$ SET MESSAGE/NOFACILITY/NOSEVERITY/NOIDENTIFICATION/NOTEXT\n';
const counting = (command: string): string => `${quiet}$ I = 0\n$L: I = I + 1\n$ ${command}\n$ GOTO L`;

const runaways: Readonly<Record<string, string>> = {
  'an endless GOTO': '$L: GOTO L',
  'endless output': '$L: WRITE SYS$OUTPUT "again"\n$ GOTO L',
  'output into a pipe nobody reads': '$ PIPE @ENDLESS | WAIT 99:00',
  'a symbol that doubles itself': `${quiet}$ X = "x"\n$L: X = X + X\n$ GOTO L`,
  'symbols without end': counting(`A'I' = F$FAO("!4000*x")`),
  'symbols that name each other': `${quiet}${chain.join('\n')}\n$ A29 = ""\n$L: X := 'A0'\n$ GOTO L`,
  'and do so in a comment': `${chain.join('\n')}\n$ A29 = ""\n$L: X = 1 ! 'A0'\n$ GOTO L`,
  'recursion of @': `${quiet}$L: @T\n$ GOTO L`,
  'recursion of CALL': `${quiet}$L: CALL S\n$ GOTO L\n$S: SUBROUTINE\n$ CALL S\n$ ENDSUBROUTINE`,
  'mistakes without end': `${quiet}$L: FOOBAR\n$ GOTO L`,
  'a handler that fails': `${quiet}$ SET ON\n$L: ON WARNING THEN GOTO L\n$ FOOBAR`,
  'logical names without end': counting("DEFINE A'I' B"),
  'keys without end': counting('DEFINE/KEY/NOLOG/IF_STATE=S\'I\' PF1 "x"'),
  'contexts without end': counting('X = F$SEARCH("*.*",I)'),
  'subprocesses without end': `${quiet}$L: SPAWN/NOWAIT @ENDLESS\n$ GOTO L`,
  'bits far away': '$ Z = ""\n$L: Z[60000,8] = 5\n$ GOTO L',
};

const MiB = 2 ** 20;
const output = { isTerminal: false, columns: 80, rows: 24, writeLine() {}, writeRaw() {} };

async function start(
  text: string,
  signal: AbortSignal,
): Promise<{ session: DclSession; done: Promise<number> }> {
  const { session } = await openSession({
    signal,
    output,
    files: {
      'DKA0:[JONES]T.COM;1': text,
      'DKA0:[JONES]ENDLESS.COM;1': '$L: WRITE SYS$OUTPUT "again"\n$ GOTO L',
    },
  });
  return { session, done: session.procedure('T') };
}

test('all of them beside one that works', { timeout: 60_000 }, async () => {
  const ending = new AbortController();
  const worker = await openSession({
    files: { 'DKA0:[JONES]T.COM;1': '$ I = 0\n$L: I = I + 1\n$ IF I .LT. 3000 THEN GOTO L\n$ DONE == I' },
  });
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const running = await Promise.all(Object.values(runaways).map((text) => start(text, ending.signal)));

  const work = worker.session.procedure('T');
  let worst = 0;
  let isWorking = true;
  const watch = async (): Promise<void> => {
    while (isWorking) {
      worst = Math.max(worst, await processorMsOf(turn));
    }
  };
  const watching = watch();
  await work;
  expect(worker.session.getSymbol('DONE')).toBe(3_000);
  // What one turn of all of them costs, however busy the machine is.
  expect(worst).toBeLessThan(500);
  for (let each = 0; each < 30; each += 1) await turn();
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * MiB);
  isWorking = false;
  await watching;

  const took = await processorMsOf(async () => {
    ending.abort();
    await Promise.all(running.map(({ done }) => done));
  });
  expect(took).toBeLessThan(2_000);
  for (const { session } of running) await session.close();
});
