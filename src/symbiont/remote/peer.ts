/** How a host is talked to for a message: what the manager, the domain and the sender say of TLS. Source: RFC 7672, RFC 8461, RFC 8689. */
import type { Peer } from './connection-pool.ts';
import type { RemoteRequest } from './remote-delivery.ts';
import type { RouteAddress } from './routes.ts';
import { type TlsLevel, tlsLevel } from './tls-policy.ts';

const isTlsRequired = ({ message }: RemoteRequest): boolean => message.requests?.requireTls === true;

/** RFC 8689 §4.2.2: what others publish is not enforced then; what the manager says is. */
export const ignoresPolicies = (request: RemoteRequest): boolean =>
  request.isTlsOptional && !isTlsRequired(request);

/**
 * What the manager says; where he wants no less, what DNSSEC says (RFC 7672 §2.2: not left to chance where there are records).
 * RFC 8689 §4.2.1: what requires TLS requires a certificate of the host.
 */
function levelOf(
  request: RemoteRequest,
  { nextHop, dane, isPromised }: RouteAddress,
  unnamed?: TlsLevel,
): TlsLevel {
  const level = isTlsRequired(request) ? 'verified' : tlsLevel(nextHop, request.settings, unnamed);
  if (level === 'none' || ignoresPolicies(request)) return level;
  // RFC 8461 §2: what DNSSEC says goes before it, where it can be used.
  if (dane !== undefined && dane.records.length > 0) return 'dane';
  if (isPromised === true) return 'verified';
  return dane !== undefined && level === 'opportunistic' ? 'required' : level;
}

export function peerOf(request: RemoteRequest, target: RouteAddress): Peer {
  const { host, address, nextHop, isAlternateGateway } = target;
  if (isAlternateGateway !== true) {
    const isObserved = target.isObserved === true && isCounted(request);
    return { host, address, tls: levelOf(request, target), dane: target.dane, isObserved };
  }
  const { altgateUser, altgatePassword, altgatePort } = request.settings;
  const hasLogin = altgateUser !== undefined && altgatePassword !== undefined;
  return {
    host,
    address,
    tls: hasLogin ? levelWithLogin(request, target) : levelOf(request, target),
    dane: target.dane,
    // The one that the manager wrote: an MX record may be anybody's.
    certificateName: nextHop,
    isImplicitTls: altgatePort === IMPLICIT_TLS_PORT,
    ...(altgatePort === USUAL_PORT ? {} : { port: altgatePort }),
    ...(hasLogin ? { login: { userName: altgateUser, password: altgatePassword } } : {}),
  };
}

/**
 * A password goes to nobody who has not proved who he is, unless the manager says so of this gateway: a zone that stands there
 * is meant to get more than it would, not less.
 */
function levelWithLogin(request: RemoteRequest, target: RouteAddress): TlsLevel {
  const level = levelOf(request, target, 'verified');
  const isNamed = request.settings.outboundTlsRequired.some((each) => each.toLowerCase() === target.nextHop);
  return level === 'required' && !isNamed ? 'verified' : level;
}

/** RFC 8460 §3: none about reports; and where the sender wants no TLS enforced, nobody has looked. */
export const isCounted = ({ isTlsOptional, isTlsReport }: RemoteRequest): boolean =>
  !isTlsOptional && !isTlsReport;

const USUAL_PORT = 25;
/** RFC 8314 §7.3. */
const IMPLICIT_TLS_PORT = 465;
