import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { silentLog } from '../../ports/log.ts';
import { copyLogAside } from './log-versions.ts';
import { createOperatorLog } from './operator-log.ts';

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-logs-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const bounds = { limitBytes: 1_000, kept: 2 };
const names = (name: string): string[] =>
  readdirSync(directory)
    .filter((each) => each.startsWith(name))
    .sort();
const text = (name: string): string => readFileSync(join(directory, name), 'utf8');

test('an operator log that is full becomes an older version, and the oldest go', () => {
  const log = createOperatorLog(join(directory, 'OPERATOR.LOG'), silentLog, bounds);
  for (let n = 1; n <= 100; n += 1) log.append(`message ${n}`.padEnd(99, '.').concat('\n'));
  expect(names('OPERATOR.LOG')).toEqual(['OPERATOR.LOG', 'OPERATOR.LOG;8', 'OPERATOR.LOG;9']);
  // Nothing is missing from one version to the next.
  const lines = `${text('OPERATOR.LOG;8')}${text('OPERATOR.LOG;9')}${text('OPERATOR.LOG')}`
    .trimEnd()
    .split('\n');
  const numbers = lines.map((line) => Number(/\d+/.exec(line)![0]));
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => 100 - numbers.length + 1 + n));
  expect(numbers.length).toBeGreaterThan(20);
});

test('a log of before is gone on with, and one that was taken away begun anew', () => {
  const file = join(directory, 'OLD.LOG');
  writeFileSync(file, 'x'.repeat(2_000));
  const log = createOperatorLog(file, silentLog, bounds);
  log.append('first\n');
  expect(names('OLD.LOG')).toEqual(['OLD.LOG', 'OLD.LOG;1']);
  expect(text('OLD.LOG')).toBe('first\n');
  rmSync(file);
  log.append('second\n');
  expect(text('OLD.LOG')).toBe('second\n');
});

test('a new version begins when it is asked for, and knows its number', () => {
  const log = createOperatorLog(join(directory, 'NEW.LOG'), silentLog, bounds);
  log.beginVersion();
  expect(log.version).toBe(1);
  log.append('first\n');
  for (const version of [2, 3, 4]) {
    log.beginVersion();
    expect(log.version).toBe(version);
    log.append(`${version}\n`);
    expect(log.version).toBe(version);
  }
  expect(names('NEW.LOG')).toEqual(['NEW.LOG', 'NEW.LOG;2', 'NEW.LOG;3']);
  expect(text('NEW.LOG')).toBe('4\n');
});

test('a log that others hold open is copied and emptied under them', () => {
  const file = join(directory, 'NODE.LOG');
  const held = openSync(file, 'a');
  try {
    for (let round = 1; round <= 5; round += 1) {
      writeSync(held, `round ${round} `);
      copyLogAside(file, bounds);
      expect(text('NODE.LOG')).toBe(`round ${round} `);
      writeSync(held, 'x'.repeat(1_000));
      copyLogAside(file, bounds);
      expect(text('NODE.LOG')).toBe('');
    }
    writeSync(held, 'last');
  } finally {
    closeSync(held);
  }
  expect(text('NODE.LOG')).toBe('last');
  expect(names('NODE.LOG')).toEqual(['NODE.LOG', 'NODE.LOG;4', 'NODE.LOG;5']);
  expect(text('NODE.LOG;5')).toBe(`round 5 ${'x'.repeat(1_000)}`);
});
