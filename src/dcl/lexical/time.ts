/** F$TIME, F$CVTIME, F$DELTA_TIME. Source: dcl.md §5, §16.3. */
import { DCL } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import {
  deltaFields,
  formatComparison,
  formatDelta,
  formatTime,
  parseVmsTime,
  weekdayNames,
} from '../../vms-time/index.ts';
import { badKeyword, keyword, text } from './arguments.ts';
import type { LexicalFunction } from './lexical-function.ts';

const FIELDS = [
  ...['DATE', 'DAY', 'DATETIME', 'HOUR', 'HUNDREDTH', 'MINUTE', 'MONTH', 'SECOND', 'TIME', 'WEEKDAY', 'YEAR'],
  ...['DAYOFYEAR', 'HOUROFYEAR', 'MINUTEOFYEAR', 'SECONDOFYEAR'],
];
const DELTA_FIELDS = ['DATE', 'DAY', 'DATETIME', 'HOUR', 'HUNDREDTH', 'MINUTE', 'SECOND', 'TIME'];

export const timeLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$TIME',
    minimum: 0,
    maximum: 0,
    evaluate: (_args, { process }) => formatTime(process.clock.now()),
  },
  {
    name: 'F$CVTIME',
    minimum: 0,
    maximum: 3,
    evaluate: (args, { process }) => {
      // dcl.md §16.3: keywords cannot be abbreviated.
      const format = keyword(args, 1) || 'COMPARISON';
      if (!['COMPARISON', 'ABSOLUTE', 'DELTA'].includes(format)) throw badKeyword(format);
      const field = keyword(args, 2) || 'DATETIME';
      const fields = format === 'DELTA' ? DELTA_FIELDS : FIELDS;
      if (!fields.includes(field)) throw badKeyword(field);
      if (format === 'DELTA') return deltaField(text(args, 0), field);
      const instant = parseVmsTime(text(args, 0), process.clock.now());
      return format === 'ABSOLUTE' ? absoluteField(instant, field) : comparisonField(instant, field);
    },
  },
  {
    name: 'F$DELTA_TIME',
    minimum: 2,
    maximum: 3,
    evaluate: (args, { process }) => {
      const format = keyword(args, 2) || 'ASCTIM';
      if (format !== 'ASCTIM' && format !== 'DCL') throw badKeyword(format);
      const now = process.clock.now();
      const start = parseVmsTime(text(args, 0), now);
      const end = parseVmsTime(text(args, 1), now);
      if (end < start) throw new Condition(DCL.IVDTIME, [], { token: text(args, 1).trim().toUpperCase() });
      const delta = formatDelta(end - start);
      return format === 'DCL' ? delta.trim().replace(' ', '-') : delta;
    },
  },
];

function comparisonField(instant: number, field: string): string {
  const whole = formatComparison(instant);
  const [year = '', month = '', day = ''] = (whole.split(' ')[0] ?? '').split('-');
  return timeField({ whole, year, month, day }, instant, field);
}

/** No blank or zero in front of the day. */
function absoluteField(instant: number, field: string): string {
  const whole = formatTime(instant).trim();
  const [day = '', month = '', year = ''] = (whole.split(' ')[0] ?? '').split('-');
  return timeField({ whole, year, month, day }, instant, field);
}

function timeField(
  parts: { readonly whole: string; readonly year: string; readonly month: string; readonly day: string },
  instant: number,
  field: string,
): string {
  const [date = '', time = ''] = parts.whole.split(' ');
  switch (field) {
    case 'DATETIME':
      return parts.whole;
    case 'DATE':
      return date;
    case 'YEAR':
      return parts.year;
    case 'MONTH':
      return parts.month;
    case 'DAY':
      return parts.day;
    default:
      return commonField(instant, field, time);
  }
}

function commonField(instant: number, field: string, time: string): string {
  const [clock = '', hundredth = ''] = time.split('.');
  const [hour = '', minute = '', second = ''] = clock.split(':');
  const date = new Date(instant);
  const days = Math.round(
    (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) /
      86_400_000,
  );
  const hours = days * 24 + date.getHours();
  const minutes = hours * 60 + date.getMinutes();
  switch (field) {
    case 'TIME':
      return time;
    case 'HOUR':
      return hour;
    case 'MINUTE':
      return minute;
    case 'SECOND':
      return second;
    case 'HUNDREDTH':
      return hundredth;
    case 'WEEKDAY':
      return weekdayNames[date.getDay()] ?? '';
    case 'DAYOFYEAR':
      return String(days + 1);
    case 'HOUROFYEAR':
      return String(hours);
    case 'MINUTEOFYEAR':
      return String(minutes);
    default:
      return String(minutes * 60 + date.getSeconds());
  }
}

/** Hours keep the digits that were given; what is missing is zero: `2` → `0 2:00:00.00`, `03:04` → `0 03:04:00.00`. */
function deltaField(value: string, field: string): string {
  const given = value.trim();
  if (deltaFields(given) === undefined) {
    throw new Condition(DCL.IVDTIME, [], { token: given.toUpperCase() });
  }
  const [, days = '0', rest = ''] = /^(?:(\d+)-)?(.*)$/s.exec(given) ?? [];
  const [clock = '', fraction = ''] = rest.split('.');
  const [hour = '', minute = '', second = ''] = clock.split(':');
  const parts = {
    DAY: String(Number(days)),
    HOUR: hour || '0',
    MINUTE: (minute || '0').padStart(2, '0'),
    SECOND: (second || '0').padStart(2, '0'),
    HUNDREDTH: fraction.padEnd(2, '0').slice(0, 2),
  };
  const time = `${parts.HOUR}:${parts.MINUTE}:${parts.SECOND}.${parts.HUNDREDTH}`;
  if (field === 'DATETIME') return `${parts.DAY} ${time}`;
  if (field === 'TIME') return time;
  return field === 'DATE' ? parts.DAY : parts[field as keyof typeof parts];
}
