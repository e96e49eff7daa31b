import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../../ports/log.ts';
import { createMessageJournal } from './message-journal.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vmsmail-journal-'));
  file = join(directory, 'MESSAGES.LOG');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const deps = {
  log: silentLog,
  now: () => Date.UTC(2026, 0, 1),
  policy: () => ({ isKept: true, versions: 10 }),
};

test('a line of JSON for each event, soon', async () => {
  const journal = createMessageJournal(file, deps);
  journal.note(() => ({ event: 'completed', entry: 7, seconds: 0.5 }));
  journal.note(() => ({ event: 'retained', entry: 8, reason: 'turned \u202e and \u009b' }));
  await expect.poll(() => readdirSync(directory)).toEqual(['MESSAGES.LOG']);
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines).toEqual([
    '{"time":"2026-01-01T00:00:00.000Z","event":"completed","entry":7,"seconds":0.5}',
    '{"time":"2026-01-01T00:00:00.000Z","event":"retained","entry":8,"reason":"turned <U+202E> and ."}',
    '',
  ]);
  for (const line of lines.slice(0, 2)) JSON.parse(line);
  journal.close();
});

test('it begins new versions while it is written, and the latest few stay', () => {
  const journal = createMessageJournal(file, {
    ...deps,
    limitBytes: 10_000,
    policy: () => ({ isKept: true, versions: 3 }),
  });
  for (let entry = 0; entry < 40; entry++) {
    journal.note(() => ({ event: 'retained', entry, reason: 'x'.repeat(900) }));
    journal.close();
  }
  const names = readdirSync(directory).sort();
  expect(names.length).toBe(3);
  const text = names
    .toSorted()
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
  const entries = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { entry: number }).entry)
    .sort((a, b) => a - b);
  expect(entries.at(-1)).toBe(39);
  // Nothing between the oldest that is kept and the last was lost.
  expect(entries).toEqual(Array.from({ length: entries.length }, (_, n) => 39 - entries.length + 1 + n));
});

test('one that is not to be kept notes nothing, and goes on when it is again', async () => {
  let policy = { isKept: false, versions: 1 };
  const journal = createMessageJournal(file, { ...deps, limitBytes: 1, policy: () => policy });
  const asked = vi.fn();
  journal.note(asked);
  expect(asked).not.toHaveBeenCalled();
  journal.close();
  expect(readdirSync(directory)).toEqual([]);
  policy = { isKept: true, versions: 2 };
  await expect
    .poll(() => {
      journal.note(() => ({ event: 'completed', entry: 2, seconds: 0 }));
      journal.close();
      return readdirSync(directory).length;
    })
    .toBe(2);
  // Fewer versions count with the next new one.
  policy = { isKept: true, versions: 1 };
  await expect
    .poll(() => {
      journal.note(() => ({ event: 'completed', entry: 3, seconds: 0 }));
      journal.close();
      return readdirSync(directory).length;
    })
    .toBe(1);
});

test('one that cannot be written stops nothing', () => {
  const journal = createMessageJournal(join(directory, 'nowhere', 'MESSAGES.LOG'), deps);
  journal.note(() => ({ event: 'completed', entry: 7, seconds: 0.5 }));
  expect(() => journal.close()).not.toThrow();
});
