/**
 * A forward-path taken apart for routing: local-part as MAIL means it, and domain. The envelope was checked when it was
 * accepted; here nothing is refused, only split. Source: RFC 5321 §4.1.2, tcpip-smtp.md §5.2.
 */
import { toALabels } from '../../smtp/idna.ts';

export interface AddressParts {
  /** Without quotes and escapes: `"J\"X"` is `J"X`. */
  readonly localPart: string;
  /** Lower case, A-labels where it has others, without the final dot; '' when the path has no domain. */
  readonly domain: string;
}

/** `local@domain`, `@a,@b:local@domain` (RFC 5321 §4.1.1.3: the source route is ignored), or a bare name. */
export function addressParts(path: string): AddressParts {
  const mailbox = withoutSourceRoute(path);
  const at = lastUnquotedAt(mailbox);
  if (at === -1) return { localPart: unquote(mailbox), domain: '' };
  return { localPart: unquote(mailbox.slice(0, at)), domain: canonicalDomain(mailbox.slice(at + 1)) };
}

/** The path without angle brackets and source route: what a list or a forwarding address may have around it. */
function withoutSourceRoute(path: string): string {
  const bare = path.startsWith('<') && path.endsWith('>') ? path.slice(1, -1) : path;
  if (!bare.startsWith('@')) return bare;
  const colon = bare.indexOf(':');
  return colon === -1 ? bare : bare.slice(colon + 1);
}

/** What cannot be a domain stays as it is, and is found nowhere. RFC 5891 */
export function canonicalDomain(domain: string): string {
  const lower = domain.toLowerCase();
  const name = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  return toALabels(name) ?? name;
}

/** Writes a local-part back as RFC 5321 wants it: quoted where it is no dot-string. */
export function quotedLocalPart(localPart: string): string {
  return /^[^\s()<>[\]:;@\\,."\x00-\x1f\x7f]+(\.[^\s()<>[\]:;@\\,."\x00-\x1f\x7f]+)*$/.test(localPart)
    ? localPart
    : `"${localPart.replace(/(["\\])/g, '\\$1')}"`;
}

function lastUnquotedAt(mailbox: string): number {
  let found = -1;
  let quoted = false;
  for (let index = 0; index < mailbox.length; index++) {
    const character = mailbox[index];
    if (character === '\\' && quoted) index++;
    else if (character === '"') quoted = !quoted;
    else if (character === '@' && !quoted) found = index;
  }
  return found;
}

function unquote(localPart: string): string {
  if (!localPart.startsWith('"') || !localPart.endsWith('"') || localPart.length < 2) return localPart;
  return localPart.slice(1, -1).replace(/\\(.)/gs, '$1');
}
