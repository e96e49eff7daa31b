/**
 * Days without regard to time and zone: those SEARCH names, of arrival (of this node's zone), and of Date fields as they are
 * written there. Sources: RFC 9051 §6.4.4, §9 (date); RFC 5322 §3.3, §4.3.
 */
import type { Cursor } from '../syntax/cursor.ts';
import { SyntaxFault } from '../syntax/cursor.ts';

const DAY_MS = 86_400_000;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Days since 1 January 1970; undefined for a day the calendar does not have. @param month  0 to 11 */
function calendarDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getUTCDate() === day && date.getUTCMonth() === month ? date.getTime() / DAY_MS : undefined;
}

/** date = date-text / DQUOTE date-text DQUOTE; date-text = date-day "-" date-month "-" date-year */
export function parseCalendarDay(cursor: Cursor): number {
  const isQuoted = cursor.takes('"');
  const text = cursor.match(/\d{1,2}-[A-Za-z]{3}-\d{4}/y, 'date');
  if (isQuoted) cursor.expect('"');
  const [day = '', month = '', year = ''] = text.split('-');
  const found = calendarDay(Number(year), months.indexOf(month.toLowerCase()), Number(day));
  if (found === undefined) throw new SyntaxFault('There is no such day.');
  return found;
}

export function localDay(instant: number): number {
  const date = new Date(instant);
  return calendarDay(date.getFullYear(), date.getMonth(), date.getDate())!;
}

/** Here. The opposite of `localDay`. */
export function startOfDay(day: number): number {
  const date = new Date(day * DAY_MS);
  const local = new Date(0);
  local.setHours(0, 0, 0, 0);
  local.setFullYear(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return local.setHours(0, 0, 0, 0);
}

export interface SentDate {
  /** As it is written there, whatever the zone. */
  readonly day: number;
  readonly instant: number;
}

/** Zones that have names; others are taken for UTC. RFC 5322 §4.3 */
const zoneHours: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

const DATE =
  /^(?:[a-z]{2,9}\.?[ ,]+)?(\d{1,2})[ -]+([a-z]{3})[a-z]*[ ,-]+(\d{2,4})(?: +(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:\.\d+)?(?: *([+-]\d{4}|[a-z]{1,5}))?)?/i;

/** Undefined for what names no day; a time that is none is midnight. RFC 5256 §2.2 */
export function parseSentDate(field: string): SentDate | undefined {
  const text = withoutComments(field.slice(0, 1_000)).replace(/\s+/g, ' ').trim();
  const [, dayText, monthText = '', yearText = '', hour, minute, second = '0', zone = '+0000'] =
    DATE.exec(text) ?? [];
  if (dayText === undefined) return undefined;
  const day = calendarDay(fullYear(yearText), months.indexOf(monthText.toLowerCase()), Number(dayText));
  if (day === undefined) return undefined;
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  const hasTime = hour !== undefined && hours < 24 && minutes < 60 && seconds <= 60;
  const time = hasTime ? (hours * 60 + minutes) * 60 + seconds : 0;
  return { day, instant: day * DAY_MS + time * 1_000 - (hasTime ? zoneMs(zone) : 0) };
}

/** RFC 5322 §4.3: two digits and three. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return text.length === 2 && year < 50 ? year + 2_000 : year + 1_900;
}

function zoneMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return (zoneHours[zone.toUpperCase()] ?? 0) * 3_600_000;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -offset : offset;
}

const withoutComments = (text: string): string => {
  let depth = 0;
  let kept = '';
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (depth === 0) kept += character;
  }
  return kept;
};
