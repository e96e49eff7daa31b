import { afterEach, describe, expect, it } from 'vitest';
import { formatDateTime, parseDateTime } from './date-time.ts';
import { localDay, parseCalendarDay } from './search/calendar-day.ts';
import { Cursor } from './syntax/cursor.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('INTERNALDATE', () => {
  const evening = Date.UTC(2026, 10, 26, 23, 30, 5);
  it.each([
    ['UTC', '"26-Nov-2026 23:30:05 +0000"'],
    ['Asia/Kathmandu', '"27-Nov-2026 05:15:05 +0545"'],
    ['America/St_Johns', '"26-Nov-2026 20:00:05 -0330"'],
  ])('is said in the zone of the node, by whose days it is found: %s', (name, want) => {
    process.env['TZ'] = name;
    expect(formatDateTime(evening)).toBe(want);
    expect(localDay(evening)).toBe(parseCalendarDay(new Cursor([want.slice(1, 12)])));
  });

  it.each(['UTC', 'Asia/Kathmandu', 'Europe/Amsterdam'])('is read as it is written: %s', (name) => {
    process.env['TZ'] = name;
    for (const instant of [evening, 0, Date.UTC(1850, 6, 3, 1, 2, 3), Date.UTC(2026, 6, 3)])
      expect(parseDateTime(new Cursor([formatDateTime(instant)]))).toBe(instant);
  });
});
