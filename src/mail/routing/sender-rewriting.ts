/**
 * The Sender Rewriting Scheme: what strangers sent here and is forwarded leaves with a reverse-path of this host, so that SPF of the
 * next one passes, and what comes back to it finds its sender. A code that only this node can make keeps it from being a relay, and
 * a date ends it. Source: "The Sender Rewriting Scheme", S. H. Levine and M. E. Wong 2004 (SRS0, SRS1); libsrs2.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseMailbox } from '../../smtp/path.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const CODE_LENGTH = 6;
const DAY_MS = 86_400_000;
/** Whoever tries longer than any mail server does gets no answer. */
const VALID_DAYS = 21;
const DAYS = BASE32.length ** 2;
/** RFC 5321 §4.5.3.1.1 */
const LONGEST_LOCAL_PART = 64;

export interface SenderRewriting {
  /** Of this node; whoever knows it can send through it to anybody. */
  readonly secret: string;
  readonly hostName: string;
  readonly now: number;
}

/** @returns the reverse-path to say to another host; as it was where it cannot be rewritten: too long, or quoted */
export function rewrittenSender(reversePath: string, { secret, hostName, now }: SenderRewriting): string {
  const mailbox = parseMailbox(reversePath);
  if (typeof mailbox === 'string' || mailbox.domain === '' || /["[]/.test(reversePath)) return reversePath;
  const { localPart, domain } = mailbox;
  const rewritten = again(localPart, domain, secret) ?? first(localPart, domain, secret, now);
  return rewritten.length > LONGEST_LOCAL_PART ? reversePath : `${rewritten}@${hostName}`;
}

function first(localPart: string, domain: string, secret: string, now: number): string {
  const rest = `${dayOf(now)}=${domain}=${localPart}`;
  return `SRS0=${code(rest, secret)}=${rest}`;
}

/** Of another host that forwarded it before: it is told what comes back, and tells its sender. */
function again(localPart: string, domain: string, secret: string): string | undefined {
  const [, rest] = /^SRS0([=+-].+)$/i.exec(localPart) ?? [];
  const [, host = domain, behind = rest] = /^SRS1[=+-][^=]+=([^=]+)=([=+-].+)$/i.exec(localPart) ?? [];
  if (behind === undefined) return undefined;
  const signed = `${host}=${behind}`;
  return `SRS1=${code(signed, secret)}=${signed}`;
}

/** @returns who is to get what comes back to this local-part; undefined: it is none of ours, or too old */
export function originalSender(
  localPart: string,
  { secret, now }: Omit<SenderRewriting, 'hostName'>,
): string | undefined {
  const [, kind, given = '', rest = ''] = /^SRS([01])[=+-]([^=]+)=(.+)$/i.exec(localPart) ?? [];
  if (kind === undefined || !isCode(given, rest, secret)) return undefined;
  if (kind === '1') {
    const [, host, behind] = /^([^=]+)=([=+-].+)$/.exec(rest) ?? [];
    return host === undefined ? undefined : `SRS0${behind}@${host}`;
  }
  const [, day = '', domain, original] = /^([a-z2-7]{2})=([^=]+)=(.+)$/i.exec(rest) ?? [];
  return domain === undefined || !isRecent(day, now) ? undefined : `${original}@${domain}`;
}

export const isRewritten = (localPart: string): boolean => /^SRS[01][=+-]/i.test(localPart);

/** Hosts on the way may change the case. */
function code(text: string, secret: string): string {
  const digest = createHmac('sha256', secret).update(text.toLowerCase()).digest();
  return Array.from({ length: CODE_LENGTH }, (_, index) => BASE32.charAt(digest[index]! & 31)).join('');
}

function isCode(given: string, text: string, secret: string): boolean {
  const expected = Buffer.from(code(text, secret));
  const actual = Buffer.from(given.toLowerCase());
  return actual.byteLength === expected.byteLength && timingSafeEqual(actual, expected);
}

function dayOf(now: number): string {
  const day = Math.floor(now / DAY_MS) % DAYS;
  return `${BASE32.charAt(day >> 5)}${BASE32.charAt(day & 31)}`;
}

function isRecent(day: string, now: number): boolean {
  const [high = '', low = ''] = day.toLowerCase();
  const then = BASE32.indexOf(high) * 32 + BASE32.indexOf(low);
  const age = (Math.floor(now / DAY_MS) - then) % DAYS;
  // A day ahead: clocks differ.
  return (age + DAYS) % DAYS <= VALID_DAYS || (age + DAYS) % DAYS === DAYS - 1;
}
