/**
 * Absolute and combination times: `1-JAN-2000 10:20`, `TOMORROW+8:00`, `-7-0`. The odd cases are recorded ones.
 * Source: dcl.md §5.
 *
 * time        = [ absolute ] [ [ " " ] ( "+" / "-" ) delta ]
 * absolute    = keyword / date [ ( ":" / " " ) clock ] / clock
 * date        = [ day ] "-" [ month [ "-" [ year ] ] ] / [ day ] "--" year
 */
import { DCL } from '../command-definition/cli-messages.ts';
import { Condition } from '../condition/index.ts';
import { monthNames } from './format-time.ts';
import { type DeltaFields, deltaFields, leadingTime, type TimeFields, timeOfDayMs } from './parse-delta.ts';

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * @param now    fills missing date parts; local civil time
 * @param named  instants of further keywords, `LOGIN` and `BOOT`, where a command accepts them
 * @returns instant in milliseconds; hundredths are the finest unit. Throws DCL IVATIME.
 */
export function parseVmsTime(
  text: string,
  now: number,
  named: Readonly<Record<string, number>> = {},
): number {
  const instant = parseText(
    text
      .trim()
      .replace(/[ \t]+/g, ' ')
      .toUpperCase(),
    now,
    named,
  );
  if (instant === undefined || Number.isNaN(instant)) {
    throw new Condition(DCL.IVATIME, [], { token: text.trim().toUpperCase() });
  }
  return instant;
}

function parseText(text: string, now: number, named: Readonly<Record<string, number>>): number | undefined {
  // `-MAR` and `--2001` are dates, `-7-0` is a delta.
  if (text === '' || /^(\+|-(?![A-Z-]))/.test(text)) return addToNow(now, text);
  const keyword = /^[A-Z]+/.exec(text)?.[0];
  if (keyword !== undefined) return parseKeyword(keyword, text.slice(keyword.length), now, named);
  const date = leadingDate(text, now);
  if (date === undefined) return parseClock(text, today(now), true);
  if (!isPossible(date.civil)) return undefined;
  return parseAfterDate(text.slice(date.length), date.civil);
}

const today = (now: number): CivilDate => {
  const date = new Date(now);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
};

function parseKeyword(
  typed: string,
  rest: string,
  now: number,
  named: Readonly<Record<string, number>>,
): number | undefined {
  const days: Readonly<Record<string, number>> = { TODAY: 0, TOMORROW: 1, YESTERDAY: -1 };
  const found = [...Object.keys(days), ...Object.keys(named)].filter((name) => name.startsWith(typed));
  const [name] = found;
  if (name === undefined || found.length > 1) return undefined;
  const fixed = named[name];
  if (fixed !== undefined) return addSigned(fixed, rest.trimStart());
  const civil = today(now);
  return parseAfterDate(rest, { ...civil, day: civil.day + days[name]! });
}

/** Missing parts are today's. */
function leadingDate(
  text: string,
  now: number,
): { readonly civil: CivilDate; readonly length: number } | undefined {
  const found = /^(\d{1,2})?-(?:([A-Z]+)(?:-(\d+)?)?|-(\d+)|(?=[ :]|$))/.exec(text);
  if (found === null) return undefined;
  const [all, day, monthName, yearBehindMonth, yearAlone] = found;
  const base = today(now);
  const year = yearBehindMonth ?? yearAlone;
  const month = monthName === undefined ? base.month : (monthNames as readonly string[]).indexOf(monthName);
  return {
    civil: {
      year: year === undefined ? base.year : fullYear(year),
      month,
      day: day === undefined ? base.day : Number(day),
    },
    length: all.length,
  };
}

/** Two digits mean 1957 to 2056; other lengths than two and four are wrong. */
function fullYear(digits: string): number {
  if (digits.length === 4) return Number(digits);
  if (digits.length !== 2) return Number.NaN;
  return Number(digits) + (Number(digits) < 57 ? 2000 : 1900);
}

/** OpenVMS time begins on 17-NOV-1858. */
function isPossible({ year, month, day }: CivilDate): boolean {
  const date = new Date(year, month, day);
  if (date.getFullYear() !== year || date.getMonth() !== month || date.getDate() !== day) return false;
  return year * 10_000 + month * 100 + day >= 1858_10_17;
}

function parseAfterDate(rest: string, civil: CivilDate): number | undefined {
  const midnight = { hours: 0, minutes: 0, seconds: 0, milliseconds: 0 };
  if (rest === '' || /^ ?[+-]/.test(rest)) return addToCivil(civil, midnight, rest.trimStart());
  if (!/^[ :]/.test(rest)) return undefined;
  // A blank before the sign is allowed once: not when a blank stands before the clock as well.
  return parseClock(rest.slice(1), civil, rest.startsWith(':'));
}

function parseClock(text: string, civil: CivilDate, blankAllowed: boolean): number | undefined {
  const clock = leadingTime(text);
  if (clock === undefined) return undefined;
  const rest = text.slice(clock.length);
  if (rest.startsWith(' ') && !blankAllowed) return undefined;
  return addToCivil(civil, clock.fields, rest.trimStart());
}

/** Sign and delta behind an absolute time; '' adds nothing. */
function signedDelta(text: string): { readonly sign: 1 | -1; readonly delta: DeltaFields } | undefined {
  if (text === '') return { sign: 1, delta: deltaFields('')! };
  const sign = text.startsWith('-') ? -1 : 1;
  const delta = /^[+-]./.test(text) ? deltaFields(text.slice(1)) : undefined;
  return delta === undefined ? undefined : { sign, delta };
}

/** Civil arithmetic: a day later is the same time of the next day, whatever the clocks do. */
function addToCivil(civil: CivilDate, clock: TimeFields, text: string): number | undefined {
  const added = signedDelta(text);
  if (added === undefined) return undefined;
  const { sign, delta } = added;
  return new Date(
    civil.year,
    civil.month,
    civil.day + sign * delta.days,
    clock.hours + sign * delta.hours,
    clock.minutes + sign * delta.minutes,
    clock.seconds + sign * delta.seconds,
    clock.milliseconds + sign * delta.milliseconds,
  ).getTime();
}

const addToNow = (now: number, text: string): number | undefined =>
  addSigned(Math.floor(now / 10) * 10, text);

/** From an instant, hours are elapsed time and days are civil. */
function addSigned(instant: number, text: string): number | undefined {
  const added = signedDelta(text);
  if (added === undefined) return undefined;
  const date = new Date(instant);
  date.setDate(date.getDate() + added.sign * added.delta.days);
  return date.getTime() + added.sign * timeOfDayMs(added.delta);
}
