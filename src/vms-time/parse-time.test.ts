import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Condition, conditionLines } from '../condition/index.ts';
import { formatTime, parseDelta, parseVmsTime } from './index.ts';

const now = new Date(2026, 9, 7, 0, 45, 56, 390).getTime();

function messageOf(action: () => unknown): readonly string[] {
  try {
    return [String(action())];
  } catch (error) {
    if (error instanceof Condition) return conditionLines(error);
    throw error;
  }
}

describe('rejected absolute times', () => {
  it.each([
    '2000-01-01',
    '16-NOV-1858',
    '1-JAN-10000',
    '29-FEB-1900',
    '31-APR-2000',
    '1-JAN-2000 24:00',
    '1-JAN-2000 10:60',
    '1-JAN-2000 10:20:60',
    '1-FOO-2000',
    'now',
    'TO',
    'LOGIN',
    '1-JAN-2000 10:20 +2-03:00',
    '1-JAN-200',
    '0-JAN-2000',
    'TODAY+',
    'TODAY+1-24',
    '1-JAN-2000x',
  ])('%s', (text) => {
    expect(messageOf(() => parseVmsTime(text, now))).toEqual([
      '%DCL-W-IVATIME, invalid absolute time - use DD-MMM-YYYY:HH:MM:SS.CC format',
      ` \\${text.toUpperCase()}\\`,
    ]);
  });
});

describe('absolute and combination times, as recorded', () => {
  it.each([
    ['1-JAN-2000', ' 1-JAN-2000 00:00:00.00'],
    ['1-JAN-2000 10', ' 1-JAN-2000 10:00:00.00'],
    ['1-JAN-2000:', ' 1-JAN-2000 00:00:00.00'],
    ['1-JAN-2000 10:20:30.4', ' 1-JAN-2000 10:20:30.40'],
    ['1-JAN-2000 10:20:30.456', ' 1-JAN-2000 10:20:30.46'],
    ['1-JAN-00', ' 1-JAN-2000 00:00:00.00'],
    ['1-JAN-99', ' 1-JAN-1999 00:00:00.00'],
    ['1-JAN', ' 1-JAN-2026 00:00:00.00'],
    ['1-JAN 10:20', ' 1-JAN-2026 10:20:00.00'],
    ['1-JAN-2000:10:20+2-03:00', ' 3-JAN-2000 13:20:00.00'],
    ['1-JAN-2000 -10:20', '31-DEC-1999 13:40:00.00'],
    ['1-MAR-2000-1-', '29-FEB-2000 00:00:00.00'],
    ['TODAY-1-12:00', ' 5-OCT-2026 12:00:00.00'],
    ['2-03:04:05.06', ' 6-OCT-2026 22:55:54.94'],
    ['15', ' 7-OCT-2026 15:00:00.00'],
    ['15-', '15-OCT-2026 00:00:00.00'],
    ['-MAR', ' 7-MAR-2026 00:00:00.00'],
    ['-FEB-2000', ' 7-FEB-2000 00:00:00.00'],
    ['--2001 10:00', ' 7-OCT-2001 10:00:00.00'],
    ['10:20', ' 7-OCT-2026 10:20:00.00'],
    ['::15', ' 7-OCT-2026 00:00:15.00'],
    ['', ' 7-OCT-2026 00:45:56.39'],
    ['tod', ' 7-OCT-2026 00:00:00.00'],
    ['TOMORR', ' 8-OCT-2026 00:00:00.00'],
    ['YEST', ' 6-OCT-2026 00:00:00.00'],
    ['1-JAN-2000+1', ' 1-JAN-2000 01:00:00.00'],
    ['1-JAN-2000 +1-', ' 2-JAN-2000 00:00:00.00'],
    ['TOMORROW-0-1', ' 7-OCT-2026 23:00:00.00'],
    ['31-DEC-9999+1-', ' 1-JAN-**** 00:00:00.00'],
    ['TODAY+1-', ' 8-OCT-2026 00:00:00.00'],
    ['TOMORROW+8:00', ' 8-OCT-2026 08:00:00.00'],
    ['+0-01:00', ' 7-OCT-2026 01:45:56.39'],
    ['-7-0', '30-SEP-2026 00:45:56.39'],
    ['-7-0:0', '30-SEP-2026 00:45:56.39'],
    [' 7-oct-2026  00:45:56.39', ' 7-OCT-2026 00:45:56.39'],
    ['17-NOV-1858', '17-NOV-1858 00:00:00.00'],
  ])('%s', (text, want) => {
    expect(formatTime(parseVmsTime(text, now))).toBe(want);
  });
  it('LOGIN where a command takes it', () => {
    expect(parseVmsTime('LOGIN+0-01:00', now, { LOGIN: 5000 })).toBe(3_605_000);
  });
});

describe('delta times', () => {
  it.each(['10000-', '24:00', '1:60', '-1', '1 10:00', 'X', '1-2-3'])('%s is refused', (text) => {
    expect(messageOf(() => parseDelta(text))).toEqual([
      '%DCL-W-IVDTIME, invalid delta time - use DDDD-HH:MM:SS.CC format',
      ` \\${text}\\`,
    ]);
  });
  it.each([
    ['2', 7_200_000],
    ['2-', 172_800_000],
    ['03:04', 11_040_000],
    ['2-03:04:05.06', 183_845_060],
    ['::5', 5000],
    ['', 0],
  ])('%s', (text, want) => {
    expect(parseDelta(text)).toBe(want);
  });
});

it('reads what it writes, and refuses the rest politely', () => {
  const century = fc.integer({ min: Date.UTC(1860, 0), max: Date.UTC(2500, 0) });
  fc.assert(
    fc.property(century, (instant) => {
      const text = formatTime(Math.floor(instant / 10) * 10);
      expect(formatTime(parseVmsTime(text, now))).toBe(text);
    }),
  );
  const pieces = fc.array(fc.constantFrom('1', '31', '-', 'JAN', '2000', ' ', ':', '+', 'TODAY', '.'));
  fc.assert(
    fc.property(pieces, (all) => {
      try {
        expect(parseVmsTime(all.join(''), now)).not.toBeNaN();
      } catch (error) {
        if (!(error instanceof Condition)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
