/** Commands over large files: Ctrl/Y stops them at once. */
import { expect, it } from 'vitest';
import { sinceMs } from '../../../../test/support/processor-time.ts';
import type { Terminal } from '../../../ports/session-io.ts';
import { linesOutput, openSession } from '../../testing/session-fixture.ts';

const text = `${'a line like any other\n'.repeat(400_000)}the end\n`;

/** Presses Ctrl/Y a moment after the command began. */
async function interrupted(command: string): Promise<{ tookMs: number; lines: number }> {
  const listeners = new Set<(key: 'C' | 'Y' | 'T') => void>();
  const shown: string[] = [];
  const waiting = [command];
  let pressed = process.cpuUsage();
  const terminal: Terminal = {
    ...linesOutput(shown),
    isTerminal: true,
    deviceName: 'FTA1:',
    read: async () => {
      const typed = waiting.shift();
      if (typed === undefined) return { kind: 'endOfFile' };
      setTimeout(() => {
        pressed = process.cpuUsage();
        for (const each of listeners) each('Y');
      }, 30);
      return { kind: 'record', text: typed };
    },
    onControlKey: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    broadcast() {},
    notice: (text) => void shown.push(text),
    configure() {},
    recallList: () => ({ lines: [], forgetLast() {}, erase() {} }),
  };
  const { session, lines } = await openSession({
    terminal,
    input: terminal,
    mode: 'INTERACTIVE',
    files: { 'DKA0:[JONES]LARGE.TXT;1': text, 'DKA0:[JONES]LARGE.LIS;1': text },
  });
  await session.interactive();
  await session.close();
  return { tookMs: sinceMs(pressed), lines: lines.length };
}

it.each([
  'TYPE LARGE.TXT',
  'SEARCH LARGE.TXT NOTHING',
  'SEARCH/WINDOW=9 LARGE.TXT LINE',
  'COPY LARGE.TXT,LARGE.LIS,LARGE.TXT OTHER.TXT',
  'SORT LARGE.TXT OTHER.TXT',
])('%s', async (command) => {
  const { tookMs, lines } = await interrupted(command);
  expect(tookMs).toBeLessThan(700);
  expect(lines).toBeLessThan(400_000);
});

it('COPY/REPLACE that is stopped while it looks for its files replaces nothing', async () => {
  const abort = new AbortController();
  const { session, lines, files } = await openSession({
    signal: abort.signal,
    files: {
      'DKA0:[JONES]A.DAT;1': 'a\n',
      'DKA0:[JONES]B.DAT;1': 'b\n',
      'DKA0:[JONES]C.TXT;1': 'precious\n',
    },
  });
  const { walk } = files.fileSystem;
  files.fileSystem.walk = async function* stopped(specification) {
    for await (const entry of walk.call(files.fileSystem, specification)) {
      yield entry;
      if (entry.specification.includes('A.DAT')) abort.abort();
    }
  };
  await session.execute('COPY/REPLACE/LOG *.DAT C.TXT;1');
  expect(lines).toEqual([]);
  const reader = await files.fileSystem.openRead('DKA0:[JONES]C.TXT;1');
  expect(await reader.read()).toBe('precious');
  await reader.close();
});
