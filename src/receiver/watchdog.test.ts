import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { Watchdog } from './watchdog.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function rig() {
  const clock = manualClock();
  let expiries = 0;
  const watchdog = new Watchdog(clock, 5 * MINUTE, () => expiries++);
  return { clock, watchdog, expiries: () => expiries };
}

test('it wakes after the silence, counted from the last sign', () => {
  const { clock, watchdog, expiries } = rig();
  clock.advance(4 * MINUTE);
  watchdog.touch();
  clock.advance(5 * MINUTE - 1);
  expect(expiries()).toBe(0);
  clock.advance(1);
  expect(expiries()).toBe(1);
});

test('it wakes when the work in hand takes too long, whatever comes meanwhile', () => {
  const { clock, watchdog, expiries } = rig();
  watchdog.limit(2 * MINUTE);
  for (let passed = 0; passed < 2; passed++) {
    expect(expiries()).toBe(0);
    clock.advance(MINUTE);
    watchdog.touch();
  }
  expect(expiries()).toBe(1);
});

test.each([DAY, -DAY])('a clock that is set by %d ms neither ends a session nor lets it live on', (by) => {
  const { clock, watchdog, expiries } = rig();
  clock.advance(4 * MINUTE);
  watchdog.touch();
  clock.set(by);
  clock.advance(5 * MINUTE - 1);
  expect(expiries()).toBe(0);
  clock.advance(1);
  expect(expiries()).toBe(1);
});

test.each([DAY, -DAY])('nor does it move the end of what may take so long', (by) => {
  const { clock, watchdog, expiries } = rig();
  watchdog.limit(2 * MINUTE);
  clock.set(by);
  clock.advance(2 * MINUTE - 1);
  expect(expiries()).toBe(0);
  clock.advance(1);
  expect(expiries()).toBe(1);
});
