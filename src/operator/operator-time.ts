/** Times as operators write and read them. Source: dcl.md §5. */
import { DCL } from '../command-definition/index.ts';
import { signal } from '../condition/index.ts';
import { dateTimeText, monthNames } from '../fao/time-text.ts';

/** `dd-mmm-yyyy hh:mm:ss.cc` */
export const formatTime = dateTimeText;

/**
 * Absolute, delta with `+`, or TODAY / TOMORROW, each with a delta behind it.
 * Throws IVATIME.
 */
export function parseTime(text: string, now: number): number {
  const [, absolute = '', sign, delta = ''] =
    /^(.*?)(?:([+-])(\d*-?[\d:.]*))?$/.exec(text.trim().toUpperCase()) ?? [];
  const isDate = /^\d{1,2}-[A-Z]{3}/.test(text.trim().toUpperCase());
  if (isDate || sign === undefined) return absoluteTime(text.trim().toUpperCase(), now, text);
  return absoluteTime(absolute, now, text) + (sign === '-' ? -1 : 1) * deltaTime(delta, text);
}

function absoluteTime(part: string, now: number, text: string): number {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (part === '') return now;
  if (part === 'TODAY') return midnight;
  if (part === 'TOMORROW') return new Date(midnight).setDate(new Date(midnight).getDate() + 1);
  const [, day, month, year, hours = '0', minutes = '0', seconds = '0'] =
    /^(?:(\d{1,2})-([A-Z]{3})(?:-(\d{4}))?)?[: ]?(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?)?$/.exec(
      part,
    ) ?? signal(DCL.IVATIME, text);
  const date = new Date(midnight);
  if (day !== undefined) {
    const index = (monthNames as readonly string[]).indexOf(month ?? '');
    if (index === -1) signal(DCL.IVATIME, text);
    date.setFullYear(year === undefined ? date.getFullYear() : Number(year), index, Number(day));
    if (date.getDate() !== Number(day)) signal(DCL.IVATIME, text);
  }
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) signal(DCL.IVATIME, text);
  return date.setHours(Number(hours), Number(minutes), Number(seconds));
}

/** `[days-][hh[:mm[:ss[.cc]]]]` in milliseconds. */
function deltaTime(delta: string, text: string): number {
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] =
    /^(?:(\d{1,4})-)?(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d{1,2})?))?)?)?$/.exec(delta) ??
    signal(DCL.IVATIME, text);
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
