/** `hh:mm:ss.cc` and `dd-mmm-yyyy hh:mm:ss.cc` in local civil time. Source: dcl.md §5. */
export const monthNames = [
  'JAN',
  'FEB',
  'MAR',
  'APR',
  'MAY',
  'JUN',
  'JUL',
  'AUG',
  'SEP',
  'OCT',
  'NOV',
  'DEC',
] as const;

const two = (value: number): string => String(value).padStart(2, '0');

/** `00:18:52.91` */
export function timeText(instant: number): string {
  const date = new Date(instant);
  const hundredths = two(Math.floor(date.getMilliseconds() / 10));
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${hundredths}`;
}

/** ` 7-OCT-2026`: 11 characters, day padded with a blank; a year beyond 9999 is asterisks. */
export function dateText(instant: number): string {
  const date = new Date(instant);
  const year = date.getFullYear();
  const day = String(date.getDate()).padStart(2);
  return `${day}-${monthNames[date.getMonth()]}-${year > 9999 ? '****' : String(year).padStart(4, '0')}`;
}

/** ` 7-OCT-2026 00:45:56.39`: 23 characters. */
export const dateTimeText = (instant: number): string => `${dateText(instant)} ${timeText(instant)}`;
