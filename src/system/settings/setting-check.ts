/** Whether a text is a value of a setting, and what is wrong with it if not: for operators, in one sentence. */
import { isIP } from 'node:net';
import type { FieldDefinition, SettingForm } from './setting-definition.ts';
import { parseSetting } from './setting-values.ts';

/** tcpip-smtp.md §3.3 */
const LONGEST_VALUE = 500;

/** @returns undefined where the text is a value; a reason like `"11" is more than 10` */
export function whatIsWrong(definition: FieldDefinition, text: string): string | undefined {
  const { type, words, form } = definition;
  if (/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(text)) return 'control characters are not allowed';
  if (text.length > LONGEST_VALUE && type !== 'list') return `longer than ${LONGEST_VALUE} characters`;
  if (text === '' && (type === 'text' || type === 'list')) return undefined;
  if (text === '') return 'no value';
  const value = parseSetting(type, text);
  if (value === undefined) return `"${text}" is not ${kinds[type]}`;
  const strange =
    words && (Array.isArray(value) ? value : [text]).find((each) => !words.includes(each.toUpperCase()));
  if (strange !== undefined) return `"${strange}" is not one of ${words!.join(', ')}`;
  if (typeof value === 'number') return outOfRange(definition, text, value);
  if (form === undefined || typeof value === 'boolean') return undefined;
  for (const each of typeof value === 'string' ? [value] : value) {
    const reason = formReason(form, each);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

const kinds = {
  boolean: 'ON or OFF, TRUE or FALSE, YES or NO, 1 or 0',
  number: 'a number',
  minutes: 'a number of minutes',
  delta: 'a delta time as 0 00:30:00.00',
  text: 'a text',
  list: 'a list',
} as const;

function outOfRange(definition: FieldDefinition, text: string, value: number): string | undefined {
  if (definition.type === 'delta')
    return value === 0 && definition.minimum !== 0 ? 'the time is zero' : undefined;
  const amount = definition.type === 'minutes' ? value / 60_000 : value;
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = definition;
  if (amount < minimum) return `"${text}" is less than ${minimum}`;
  return amount > maximum ? `"${text}" is more than ${maximum}` : undefined;
}

function formReason(form: SettingForm, text: string): string | undefined {
  switch (form) {
    case 'domain':
      return isDomain(text) ? undefined : `"${text}" is not a domain`;
    case 'host':
      return isDomain(text) || isIP(text) !== 0 || isIP(text.replace(/^\[|\]$/g, '')) !== 0
        ? undefined
        : `"${text}" is not the name or address of a host`;
    case 'client':
      return clientReason(text);
    case 'network': {
      const reason = clientReason(text);
      if (reason !== undefined || isIP(text.split('/')[0]!) !== 0) return reason;
      return `"${text}" is not an address or a network`;
    }
    case 'pattern':
      return /^[^\s<>]+$/.test(text) ? undefined : `"${text}" is not a pattern of addresses`;
    case 'user':
      return /^[A-Za-z0-9$_.+-]{1,64}$/.test(text) ? undefined : `"${text}" is not a user name`;
    case 'alias':
      return isAlias(text) ? undefined : `"${text}" is not the name of a sender: user or user@domain`;
    case 'address':
      return isAlias(text) ? undefined : `"${text}" is not an address: user or user@domain`;
    case 'url':
      return /^https?:\/\/[^\s/?#@]+\/?$/.test(text) && URL.canParse(text)
        ? undefined
        : `"${text}" is not a URL as http://127.0.0.1:11333`;
    case 'folder':
      return /^[A-Za-z0-9$_-]{1,39}$/.test(text) ? undefined : `"${text}" is not the name of a folder`;
    case 'file':
      return /^[\w$:[\].<>;*%-]+$/.test(text) ? undefined : `"${text}" is not a file specification`;
    case 'credential':
      return /^[\x20-\x7e\u00a1-\uffff]+$/.test(text) ? undefined : 'only printing characters can be said';
    case 'reply':
      return /^[\x20-\x7e]*$/.test(text)
        ? undefined
        : 'only printing 7-bit characters can be sent to clients';
    default:
      return form satisfies never;
  }
}

/** `10.0.2.66`, `10.0.0.0/8`, `::1/128`. */
function clientReason(text: string): string | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0) {
    if (/^[\d.]+$/.test(address) || address.includes(':')) return `"${address}" is not an IP address`;
    if (bits !== undefined) return `"${address}" is not the address of a network`;
    return isDomain(text) ? undefined : `"${text}" is not an address, a network or the name of a host`;
  }
  if (bits === undefined) return undefined;
  const most = family === 4 ? 32 : 128;
  if (more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most)
    return `"${text}" is not a network: behind / stands a number from 0 to ${most}`;
  return undefined;
}

/** tcpip-smtp.md §5.6: 7-bit, without a name. */
function isAlias(text: string): boolean {
  const parts = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?:@(.+))?$/.exec(text);
  if (parts === null) return false;
  return parts[1] === undefined || isDomain(parts[1]);
}

const isDomain = (text: string): boolean =>
  text.length <= 255 &&
  /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i.test(text) &&
  !/^[\d.]+$/.test(text);
