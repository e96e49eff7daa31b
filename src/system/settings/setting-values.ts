/** How settings are written: the values of TCPIP$SMTP.CONF and of the configuration database. Source: tcpip-smtp.md §3.3. */
import { formatDelta as formatVmsDelta } from '../../vms-time/index.ts';

export type SettingType = 'boolean' | 'number' | 'minutes' | 'delta' | 'text' | 'list';

/** What a text means, or undefined when it is not a value of the type. minutes and delta become milliseconds. */
export function parseSetting(
  type: SettingType,
  text: string,
): boolean | number | string | readonly string[] | undefined {
  switch (type) {
    case 'boolean':
      if (/^(ON|TRUE|YES|1)$/i.test(text)) return true;
      return /^(OFF|FALSE|NO|0)$/i.test(text) ? false : undefined;
    case 'number':
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'minutes':
      return /^\d{1,6}$/.test(text) ? Number(text) * 60_000 : undefined;
    case 'delta':
      return parseDelta(text);
    case 'text':
      return text === '' ? undefined : text;
    case 'list':
      return text
        .split(/[,\t\n]/)
        .map((each) => each.trim())
        .filter((each) => each !== '');
    default:
      return type satisfies never;
  }
}

/** `dddd hh:mm:ss.cc` or `dddd-hh:mm:ss.cc`, days and the end may be missing: milliseconds. */
export function parseDelta(text: string): number | undefined {
  const match = /^(?:(\d{1,4})(?:[- ]|$))?(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d{1,2})?))?)?)?$/.exec(
    text.trim(),
  );
  if (match === null || text.trim() === '') return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) >= 60) return undefined;
  return Math.round(
    (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000,
  );
}

/** `0 00:30:00.00` */
export const formatDelta = (milliseconds: number): string => formatVmsDelta(milliseconds).trimStart();
