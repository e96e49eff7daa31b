/**
 * Paths of MAIL and RCPT: `<reverse-path> parameters`. The grammar is RFC 5321 §4.1.2, read with a cursor.
 * Source routes are accepted and reduced to the last mailbox (RFC 5321 §4.1.1.3, appendix C).
 */
import ipaddr from 'ipaddr.js';
import { toALabels } from './idna.ts';

export interface Mailbox {
  /** As written, quotes included. */
  readonly localPart: string;
  /** Domain, or an address literal in brackets; '' for the bare `postmaster` of RCPT and for unqualified names. */
  readonly domain: string;
}

export interface PathArgument {
  /** Without angle brackets and source route; '' is the null reverse-path. */
  readonly path: string;
  readonly mailbox: Mailbox | undefined;
  /** `SIZE=1000` → SIZE: 1000; a keyword without a value has ''. Names in upper case. */
  readonly parameters: ReadonlyMap<string, string>;
}

export type PathProblem = 'syntax' | 'tooLong';

/** RFC 5321 §4.5.3.1.1–3. */
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 255;
const LONGEST_PATH = 256;

/**
 * Reads what stands behind `FROM:` or `TO:`.
 * @param options.utf8  SMTPUTF8 is in force: letters beyond ASCII are allowed
 * @returns `parameters` where the path is one, and what follows it cannot be read or is given twice
 */
export function parsePathArgument(
  text: string,
  options: { readonly utf8?: boolean } = {},
): PathArgument | PathProblem | 'parameters' {
  // Some clients put a blank behind the colon; RFC 5321 §3.3 forbids sending it, not bearing it.
  const start = text.replace(/^ +/, '');
  if (!start.startsWith('<')) return 'syntax';
  const close = closingBracket(start);
  if (close === -1) return 'syntax';
  const inner = start.slice(1, close);
  const parameters = parseParameters(start.slice(close + 1));
  if (parameters === undefined) return 'parameters';
  if (inner === '') return { path: '', mailbox: undefined, parameters };
  const path = withoutSourceRoute(inner);
  if (path === undefined) return 'syntax';
  const mailbox = parseMailbox(path, options);
  if (typeof mailbox === 'string') return mailbox;
  if (octets(path) + 2 > LONGEST_PATH) return 'tooLong';
  return { path, mailbox, parameters };
}

/** `local-part "@" ( domain / address-literal )`, or a bare local-part. */
export function parseMailbox(text: string, options: { readonly utf8?: boolean } = {}): Mailbox | PathProblem {
  const end = localPartEnd(text, options.utf8 === true);
  if (end <= 0) return 'syntax';
  const localPart = text.slice(0, end);
  if (end === text.length)
    return octets(localPart) > LONGEST_LOCAL_PART ? 'tooLong' : { localPart, domain: '' };
  if (text[end] !== '@') return 'syntax';
  const domain = text.slice(end + 1);
  if (!isDomain(domain, options.utf8 === true) && !isAddressLiteral(domain)) return 'syntax';
  if (octets(localPart) > LONGEST_LOCAL_PART || octets(domain) > LONGEST_DOMAIN) return 'tooLong';
  return { localPart, domain };
}

export const formatMailbox = (mailbox: Mailbox): string =>
  mailbox.domain === '' ? mailbox.localPart : `${mailbox.localPart}@${mailbox.domain}`;

/** Index of the `>` that ends the path: one inside a quoted local-part does not. */
function closingBracket(text: string): number {
  let isQuoted = false;
  for (let index = 1; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted && character === '\\') index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === '>' && !isQuoted) return index;
  }
  return -1;
}

/** `@a,@b:mailbox` → mailbox; undefined when the route is malformed. */
function withoutSourceRoute(path: string): string | undefined {
  if (!path.startsWith('@')) return path;
  const match = /^@[A-Za-z0-9.-]+(?:,@[A-Za-z0-9.-]+)*:(.+)$/s.exec(path);
  return match?.[1];
}

/** `esmtp-keyword ["=" esmtp-value]`, RFC 5321 §4.1.2. */
function parseParameters(text: string): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  if (text.trim() === '') return parameters;
  if (!text.startsWith(' ')) return undefined;
  for (const word of text.trim().split(/ +/)) {
    const match = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\x21-\x3c\x3e-\x7e]+))?$/.exec(word);
    if (match === null) return undefined;
    const name = match[1]!.toUpperCase();
    if (parameters.has(name)) return undefined;
    parameters.set(name, match[2] ?? '');
  }
  return parameters;
}

/** RFC 6531 §3.3; controls of ISO 6429 and separators of lines have no business in an address. */
const isBeyondAscii = (code: number): boolean => code >= 0xa0 && code !== 0x2028 && code !== 0x2029;

const atextAscii = /[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]/;

/** Index behind the local-part that begins at 0: a dot-string or a quoted string; 0 when there is none. */
function localPartEnd(text: string, utf8: boolean): number {
  if (text.startsWith('"')) {
    for (let index = 1; index < text.length; index += 1) {
      if (text[index] === '"') return index + 1;
      // quoted-pairSMTP = %d92 %d32-126: what is escaped is printable, too.
      if (text[index] === '\\') index += 1;
      const code = text.charCodeAt(index);
      if (code < 0x20 || code === 0x7f || (code > 0x7f && !(utf8 && isBeyondAscii(code)))) return 0;
    }
    return 0;
  }
  let index = 0;
  let atomLength = 0;
  for (; index < text.length; index += 1) {
    const character = text[index]!;
    if (character === '.') {
      if (atomLength === 0) return 0;
      atomLength = 0;
    } else if (atextAscii.test(character) || (utf8 && isBeyondAscii(character.charCodeAt(0))))
      atomLength += 1;
    else break;
  }
  return atomLength === 0 ? 0 : index;
}

function isDomain(text: string, utf8: boolean): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  // RFC 6531 §3.3: U-labels are labels where they have an A-label.
  const labels = utf8 ? toALabels(name) : name;
  const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
  return labels !== undefined && labels !== '' && labels.split('.').every((each) => label.test(each));
}

/** Limits count octets of UTF-8. RFC 6531 §3.3 */
const octets = (text: string): number => Buffer.byteLength(text);

/** `[10.0.0.1]`, `[IPv6:…]`: RFC 5321 §4.1.3. */
function isAddressLiteral(text: string): boolean {
  const match = /^\[(?:(\d{1,3}(?:\.\d{1,3}){3})|IPv6:([0-9A-Fa-f:.]+))\]$/i.exec(text);
  if (match === null) return false;
  return match[1] === undefined
    ? ipaddr.IPv6.isValid(match[2]!)
    : match[1].split('.').every((each) => Number(each) <= 255);
}
