import { expect, test } from 'vitest';
import { RestartWait } from './restart-wait.ts';

test('waits grow to half a minute, and begin anew after a minute of health', () => {
  const waits = new RestartWait(250);
  const grown = Array.from({ length: 10 }, () => waits.next('SYMBIONT_1', 10));
  expect(grown).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(waits.next('OTHER', 10)).toBe(250);
  expect(waits.next('SYMBIONT_1', 59_999)).toBe(30_000);
  expect(waits.next('SYMBIONT_1', 60_001)).toBe(250);
  expect(waits.longest).toBe(500);
});

test('a process is unwell when it ends for the third time within an hour, however long it lives meanwhile', () => {
  let now = 0;
  const waits = new RestartWait(250, () => now);
  const ends = (minute: number, name = 'SYMBIONT_1'): boolean => {
    now = minute * 60_000;
    waits.next(name, 600_000);
    return waits.isUnwell(name);
  };
  expect([0, 30, 61, 62].map((minute) => ends(minute))).toEqual([false, false, false, true]);
  expect(ends(63, 'OTHER')).toBe(false);
  expect(ends(200)).toBe(false);
});
