import { expect, it } from 'vitest';
import { nextAttempt, nextLocalAttempt } from './retry-schedule.ts';
import { defaultSymbiontSettings } from './settings.ts';

const MINUTE = 60_000;
const at = (attemptsBefore: number, minutes: number) =>
  nextAttempt({ attemptsBefore, since: 0, now: minutes * MINUTE }, defaultSymbiontSettings);

it('attempts fall at 0:00, 0:30, 1:30, 2:30 … and last at 3 days', () => {
  expect(at(0, 0)).toBe(30 * MINUTE);
  expect(at(1, 30)).toBe(90 * MINUTE);
  expect(at(2, 90)).toBe(150 * MINUTE);
  expect(at(72, 3 * 1440 - 30)).toBe(3 * 1440 * MINUTE);
  expect(at(73, 3 * 1440)).toBeUndefined();
});

it('a mail database is asked again after a minute', () => {
  const attempt = { attemptsBefore: 5, since: 0, now: 0 };
  expect(nextLocalAttempt(attempt, defaultSymbiontSettings)).toBe(MINUTE);
});
