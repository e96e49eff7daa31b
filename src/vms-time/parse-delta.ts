/** Delta times, `[dddd-][hh:mm:ss.cc]`. Source: dcl.md §5. */
import { DCL } from '../command-definition/cli-messages.ts';
import { Condition } from '../condition/index.ts';

export interface TimeFields {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  /** Rounded to hundredths; 1000 when .995 or more was given. */
  readonly milliseconds: number;
}
export interface DeltaFields extends TimeFields {
  readonly days: number;
}

const TIME_PATTERN = /^(\d{0,2})(?::(\d{0,2})(?::(\d{0,2})(?:\.(\d*))?)?)?/;

/** Milliseconds of `2-03:04:05.06`, `03:04`, `2` (hours), `2-`, `` (zero). Throws DCL IVDTIME. */
export function parseDelta(text: string): number {
  const fields = deltaFields(text.trim());
  if (fields === undefined) throw new Condition(DCL.IVDTIME, [], { token: text.trim().toUpperCase() });
  return fields.days * 86_400_000 + timeOfDayMs(fields);
}

export const timeOfDayMs = (fields: TimeFields): number =>
  (fields.hours * 60 + fields.minutes) * 60_000 + fields.seconds * 1000 + fields.milliseconds;

/** undefined when the text is no delta time. */
export function deltaFields(text: string): DeltaFields | undefined {
  const [lead = '', days = '0'] = /^(\d{1,4})-/.exec(text) ?? [];
  const time = leadingTime(text.slice(lead.length));
  if (time === undefined || lead.length + time.length !== text.length) return undefined;
  return { days: Number(days), ...time.fields };
}

/** The time of day a text begins with, and its length; undefined for hour 24, minute 60 and the like. */
export function leadingTime(
  text: string,
): { readonly fields: TimeFields; readonly length: number } | undefined {
  const [all = '', hours, minutes, seconds, fraction] = TIME_PATTERN.exec(text) ?? [];
  const fields = {
    hours: Number(hours || 0),
    minutes: Number(minutes || 0),
    seconds: Number(seconds || 0),
    milliseconds: Math.round(Number(`0.${fraction || 0}`) * 100) * 10,
  };
  if (fields.hours > 23 || fields.minutes > 59 || fields.seconds > 59) return undefined;
  return { fields, length: all.length };
}
