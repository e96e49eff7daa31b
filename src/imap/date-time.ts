/** Instants as clients write and read them. Source: RFC 9051 §9 (date-time). */
import { MONTH_NAMES } from '../vms-time/index.ts';
import { type Cursor, SyntaxFault } from './syntax/cursor.ts';

/** `"17-Jul-1996 02:44:25 -0700"`, in milliseconds. Throws SyntaxFault. */
export function parseDateTime(cursor: Cursor): number {
  const text = cursor.string()?.toString('latin1') ?? '';
  const [, day, month, year, time, sign, hours, minutes] =
    /^([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-])(\d\d)(\d\d)$/.exec(text) ?? [];
  const index = MONTH_NAMES.findIndex((each) => each.toUpperCase() === month?.toUpperCase());
  if (day === undefined || index === -1) throw new SyntaxFault('Not a date and time.');
  const [hour = 0, minute = 0, second = 0] = time!.split(':').map(Number);
  const local = Date.UTC(Number(year), index, Number(day), hour, minute, second);
  const isDate = new Date(Date.UTC(Number(year), index, Number(day))).getUTCDate() === Number(day);
  if (!isDate || hour > 23 || minute > 59 || second > 60) throw new SyntaxFault('Not a date and time.');
  const zone = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '+' ? local - zone : local + zone;
}

/** INTERNALDATE, with its quotes, in this node's zone: SEARCH finds it by the day that stands there. @param instant  milliseconds */
export function formatDateTime(instant: number): string {
  const minutes = -new Date(instant).getTimezoneOffset();
  const here = new Date(instant + minutes * 60_000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = String(here.getUTCDate()).padStart(2, ' ');
  const time = [here.getUTCHours(), here.getUTCMinutes(), here.getUTCSeconds()].map(two).join(':');
  const year = String(here.getUTCFullYear()).padStart(4, '0');
  const zone = two(Math.floor(Math.abs(minutes) / 60)) + two(Math.abs(minutes) % 60);
  return `"${day}-${MONTH_NAMES[here.getUTCMonth()]}-${year} ${time} ${minutes < 0 ? '-' : '+'}${zone}"`;
}
