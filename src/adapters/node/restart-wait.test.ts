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
