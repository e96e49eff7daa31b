import { expect, it } from 'vitest';
import { controlFileStamp, formatComparison, formatDelta, formatInternetDate, formatTime } from './index.ts';

const instant = new Date(2026, 9, 7, 0, 13, 41, 609).getTime();

it('writes the forms of OpenVMS', () => {
  expect(formatTime(instant)).toBe(' 7-OCT-2026 00:13:41.60');
  expect(formatComparison(instant)).toBe('2026-10-07 00:13:41.60');
  expect(controlFileStamp(instant)).toBe('26100700134160');
  expect(formatDelta(31_619)).toBe('   0 00:00:31.61');
  expect(formatDelta(183_845_060)).toBe('   2 03:04:05.06');
});

it('writes dates of messages that Date reads back', () => {
  const text = formatInternetDate(instant);
  expect(text).toMatch(/^Wed, 7 Oct 2026 00:13:41 [+-]\d{4}( \([A-Z]{2,5}\))?$/);
  expect(new Date(text.replace(/ \(.*/, '')).getTime()).toBe(instant - 609);
});
