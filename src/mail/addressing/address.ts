/**
 * One address as typed at To:, taken apart, and written again. Nothing is looked up here.
 * Source: vms-mail.md §5.1–5.3; tcpip-smtp.md §5.1, §5.2.
 */
import { indexOutsideQuotes, splitList } from './split-list.ts';

export type Address =
  | { readonly kind: 'user'; readonly userName: string }
  /** `NODE::rest`; the rest is an address at that node. */
  | { readonly kind: 'node'; readonly node: string; readonly rest: string }
  /** `PROTO%argument`, jacket taken off: one or more addresses of that transport. */
  | { readonly kind: 'transport'; readonly transport: string; readonly addresses: readonly string[] }
  /** `user@host` without quotes or prefix. */
  | { readonly kind: 'ambiguous'; readonly user: string; readonly host: string }
  | { readonly kind: 'list'; readonly file: string };

const NAME = /^[A-Za-z0-9$_-]+$/;
/** 255 with long user names (DCL_CTLFLAGS bit 5), which are always on here. */
const USER_NAME_LIMIT = 255;

/** @returns undefined when it is malformed: `%MAIL-E-USERSPEC` */
export function parseAddress(text: string): Address | undefined {
  const typed = text.trim();
  if (typed === '' || hasControl(typed) || !quotesMatch(typed)) return undefined;
  if (typed.startsWith('@')) {
    const file = typed
      .slice(1)
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim();
    return file === '' ? undefined : { kind: 'list', file };
  }
  const colons = indexOutsideQuotes(typed, '::');
  if (colons !== -1) {
    const node = typed.slice(0, colons);
    const rest = typed.slice(colons + 2).trim();
    return NAME.test(node) && rest !== '' ? { kind: 'node', node: node.toUpperCase(), rest } : undefined;
  }
  const percent = indexOutsideQuotes(typed, '%');
  const at = indexOutsideQuotes(typed, '@');
  // `user%host@gateway`: the percent belongs to the local-part, unless what stands before it is a known prefix.
  if (percent !== -1 && (at === -1 || isSmtpTransport(typed.slice(0, percent)))) {
    return transportAddress(typed.slice(0, percent), typed.slice(percent + 1).trim());
  }
  if (at !== -1) return ambiguousAddress(typed);
  return userAddress(typed);
}

/** Transports that mean Internet mail through SMTP here. vms-mail.md §5.1 */
export const isSmtpTransport = (name: string): boolean =>
  ['SMTP', 'IN', 'INET', 'MX', 'WINS'].includes(name.toUpperCase());

/** An Internet address in its jacket: `SMTP%"user@host"`. Quotes inside become cent signs. tcpip-smtp.md §5.2 */
export const smtpJacket = (address: string): string => `SMTP%"${address.replaceAll('"', '¢')}"`;

/** The way `parseAddress` reads it back. */
export function formatAddress(address: Address): string {
  switch (address.kind) {
    case 'user':
      return address.userName;
    case 'node':
      return `${address.node}::${address.rest}`;
    case 'transport':
      return `${address.transport}%"${address.addresses.map((each) => each.replaceAll('"', '¢')).join(',')}"`;
    case 'ambiguous':
      return `${address.user}@${address.host}`;
    case 'list':
      return `@${address.file}`;
  }
}

function transportAddress(transport: string, argument: string): Address | undefined {
  if (!NAME.test(transport)) return undefined;
  let inner = argument;
  // Three sets of quotes at the `_Address:` prompt leave two. tcpip-smtp.md §5.1
  while (inner.length >= 2 && inner.startsWith('"') && inner.endsWith('"')) inner = inner.slice(1, -1);
  const unquoted = inner.replaceAll('¢', '"');
  const addresses = isSmtpTransport(transport)
    ? splitList(unquoted, { hasQuotedPairs: true })
    : [unquoted.trim()];
  if (addresses.length === 0 || addresses.some((each) => each === '')) return undefined;
  return { kind: 'transport', transport: transport.toUpperCase(), addresses };
}

function ambiguousAddress(typed: string): Address | undefined {
  const at = lastAt(typed);
  const user = typed.slice(0, at);
  const host = typed.slice(at + 1);
  const isHost = /^[^\s"<>()[\]@,;:\\]+$/.test(host) || /^\[[0-9A-Za-z.:]+\]$/.test(host);
  const isUser = /^[^\s<>()]+$/.test(user) || /^"(?:[^"\\]|\\.)+"$/.test(user);
  return isUser && isHost ? { kind: 'ambiguous', user, host } : undefined;
}

function userAddress(typed: string): Address | undefined {
  const quoted = /^"([^"]+)"$/.exec(typed)?.[1];
  // A quoted whole is the address inside: `"user@host"`, as DCL leaves it.
  if (quoted !== undefined) return parseAddress(quoted);
  return /^[A-Za-z0-9$_.-]+$/.test(typed) && typed.length <= USER_NAME_LIMIT
    ? { kind: 'user', userName: typed.toUpperCase() }
    : undefined;
}

function lastAt(text: string): number {
  let found = -1;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === '@' && !quoted) found = at;
  }
  return found;
}

const hasControl = (text: string): boolean => /[\x00-\x1f\x7f-\x9f]/.test(text);
const quotesMatch = (text: string): boolean => (text.split('"').length - 1) % 2 === 0;
