/** Times as OpenVMS writes them, in local civil time. Instants are milliseconds since 1970. Source: dcl.md §5, §16.3. */
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
export function formatClock(instant: number): string {
  const date = new Date(instant);
  const hundredths = two(Math.floor(date.getMilliseconds() / 10));
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${hundredths}`;
}

/** ` 7-OCT-2026`: 11 characters, day padded with a blank; a year beyond 9999 is asterisks. */
function formatDate(instant: number): string {
  const date = new Date(instant);
  const day = String(date.getDate()).padStart(2);
  return `${day}-${monthNames[date.getMonth()]}-${fourDigitYear(date)}`;
}

/** ` 7-OCT-2026 00:45:56.39`: 23 characters, as F$TIME and displays show it. */
export const formatTime = (instant: number): string => `${formatDate(instant)} ${formatClock(instant)}`;

/** `2026-10-07 00:13:41.60`: sorts as text. */
export function formatComparison(instant: number): string {
  const date = new Date(instant);
  const day = `${fourDigitYear(date)}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatClock(instant)}`;
}

/** `   0 00:00:31.61`: days right-justified in four. @param durationMs 0 or more */
export function formatDelta(durationMs: number): string {
  const hundredths = Math.floor(durationMs / 10);
  const seconds = Math.floor(hundredths / 100);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = String(Math.floor(hours / 24)).padStart(4);
  return `${days} ${two(hours % 24)}:${two(minutes % 60)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
}

/** `yymmddhhmmsscc`, the stamp in names of control files. tcpip-smtp.md §2.2 */
export function controlFileStamp(instant: number): string {
  return formatComparison(instant)
    .slice(2)
    .replace(/[^0-9]/g, '');
}

const fourDigitYear = (date: Date): string =>
  date.getFullYear() > 9999 ? '****' : String(date.getFullYear()).padStart(4, '0');
