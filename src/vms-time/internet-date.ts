/** Dates of messages: `Mon, 5 Dec 2016 15:50:41 -0600 (CST)`. Source: RFC 5322 §3.3; the zone's name as a comment is the product's. */
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export const MONTH_NAMES = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;
const two = (value: number): string => String(value).padStart(2, '0');

/** What was made last: every greeting and every message of a second has the same. */
let last = { second: Number.NaN, minutes: Number.NaN, text: '' };

/** Local civil time with its offset; the zone's name follows where it has one. */
export function formatInternetDate(instant: number): string {
  const date = new Date(instant);
  const second = Math.floor(instant / 1_000);
  const minutes = -date.getTimezoneOffset();
  if (second !== last.second || minutes !== last.minutes)
    last = { second, minutes, text: format(date, minutes) };
  return last.text;
}

function format(date: Date, minutes: number): string {
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
  const day = `${weekdays[date.getDay()]}, ${date.getDate()} ${MONTH_NAMES[date.getMonth()]} ${date.getFullYear()}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const name = zoneName(date, minutes);
  return `${day} ${clock} ${offset}${name === '' ? '' : ` (${name})`}`;
}

/** Names by offset: looking one up costs more than the rest of the date. */
const namesByOffset = new Map<number, string>();

function zoneName(date: Date, offset: number): string {
  const known = namesByOffset.get(offset);
  if (known !== undefined) return known;
  const name = lookUpZoneName(date);
  namesByOffset.set(offset, name);
  return name;
}

/** Each of these locales knows the short names of its own part of the world, and writes `GMT+2` for others. */
function lookUpZoneName(date: Date): string {
  for (const locale of ['en-US', 'en-GB', 'en-AU']) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(date);
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  return '';
}
