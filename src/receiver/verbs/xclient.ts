/**
 * XCLIENT: a host of ours in front says for whom it speaks, and the session begins anew as if that client had connected.
 * Source: Postfix XCLIENT_README; values are xtext (RFC 3461 §4).
 */
import { isIPv4, isIPv6 } from 'node:net';
import { plainAddress } from '../../smtp/plain-address.ts';
import { reply } from '../../smtp/reply.ts';
import { longestMatch } from '../relay-rules.ts';
import type { Peer, Session } from '../session.ts';
import { type Answer, answer, type SmtpVerb } from './verb.ts';

const attributes = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO'] as const;

/** Asked of who really connects, whomever it has spoken for. */
const isTrusted = ({ connectedFrom, settings }: Session): boolean =>
  settings.xclientClients.length > 0 && longestMatch(connectedFrom.address, settings.xclientClients) !== -1;

/** Line of EHLO. */
export const offeredXclient = (session: Session): readonly string[] =>
  isTrusted(session) ? [`XCLIENT ${attributes.join(' ')}`] : [];

const syntax = answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));

export const xclient: SmtpVerb = {
  name: 'XCLIENT',
  isExtension: true,
  handle(session, argument): Answer {
    if (!isTrusted(session)) return answer(reply(550, 'Insufficient authorization', '5.7.0'));
    if (session.transaction !== undefined) return answer(reply(503, 'Bad command sequence', '5.5.1'));
    let peer: Peer = session.peer;
    for (const word of argument.split(' ')) {
      const match = /^([A-Za-z]+)=([\x21-\x7e]+)$/.exec(word);
      const value = match === null ? undefined : fromXtext(match[2]!);
      const changed = value === undefined ? undefined : withAttribute(peer, match![1]!.toUpperCase(), value);
      if (changed === undefined) return syntax;
      peer = changed;
    }
    session.peer = peer;
    session.greetedAs = undefined;
    session.isExtended = false;
    session.user = undefined;
    session.logins = undefined;
    return { reply: reply(220, 'OK'), next: 'greetAgain' };
  },
};

/** `[UNAVAILABLE]` and `[TEMPUNAVAIL]`: nobody knows. Undefined where the value cannot be. */
function withAttribute(peer: Peer, name: string, value: string): Peer | undefined {
  const isUnknown = /^\[(UNAVAILABLE|TEMPUNAVAIL)\]$/i.test(value);
  switch (name) {
    case 'ADDR': {
      const address = value.replace(/^IPV6:/i, '');
      if (isUnknown) return peer;
      return isIPv4(address) || isIPv6(address) ? { ...peer, address: plainAddress(address) } : undefined;
    }
    case 'NAME': {
      const { name: _before, ...rest } = peer;
      if (isUnknown) return rest;
      return /^[A-Za-z0-9._-]{1,255}$/.test(value) ? { ...rest, name: value } : undefined;
    }
    case 'PORT':
      if (isUnknown) return peer;
      return /^\d{1,5}$/.test(value) ? { ...peer, port: Number(value) } : undefined;
    // What the client said to the host in front: it says EHLO for it now.
    case 'PROTO':
    case 'HELO':
      return peer;
    default:
      return undefined;
  }
}

/** RFC 3461 §4: `+` and two hexadecimal digits is an octet. */
function fromXtext(text: string): string | undefined {
  if (/\+(?![0-9A-F]{2})/.test(text)) return undefined;
  const octets = text.replace(/\+([0-9A-F]{2})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return /^[\x20-\x7e]*$/.test(octets) ? octets : undefined;
}
