/** What deliveries tell of TLS with the hosts of a domain, as RFC 8460 §4.3 puts it. */
import type { SessionFailure } from '../../ports/tls-reports.ts';
import { isPublicAddress } from '../../smtp/public-address.ts';
import type { SessionCounts } from '../tls-reports/index.ts';
import type { TlsListener } from './connection-pool.ts';
import type { TlsResult } from './open-smtp-client.ts';
import type { Route, RouteAddress } from './routes.ts';

export interface SessionTelling {
  /** Nothing is tried: what is told of hosts that were left out. */
  noSession(): void;
  /** For a new session with the host; undefined: nobody wants to know. */
  listener(target: RouteAddress): TlsListener | undefined;
}

const nothing: SessionTelling = { noSession() {}, listener: () => undefined };

/** @param sessions  undefined: nobody is told */
export function sessionTelling(
  domain: string,
  route: Route,
  sessions: SessionCounts | undefined,
): SessionTelling {
  if (sessions === undefined) return nothing;
  let leftOut = route.kind === 'failed' ? [] : (route.leftOut ?? []);
  /** Once a delivery: a session with each of them would have been one. */
  const tellLeftOut = (): void => {
    for (const { policy, failures } of leftOut) sessions.count(domain, policy, failures);
    leftOut = [];
  };
  return {
    noSession: tellLeftOut,
    listener({ host, address, judgedBy }) {
      if (judgedBy === undefined) return undefined;
      return (result, localAddress) => {
        tellLeftOut();
        // What a network calls its hosts inside is nobody's business.
        const isPublic = localAddress !== undefined && isPublicAddress(localAddress);
        const sendingAddress = isPublic ? localAddress : undefined;
        for (const [index, { policy, failures }] of judgedBy.entries()) {
          const own = index === judgedBy.length - 1 ? failureOf(result) : [];
          const all = [...failures, ...own].map((each) => ({ ...each, host, address, sendingAddress }));
          sessions.count(domain, policy, all);
        }
      };
    },
  };
}

function failureOf(result: TlsResult): readonly SessionFailure[] {
  if (result.kind === 'missing') return [{ result: 'starttls-not-supported' }];
  if (result.failure === undefined) return [];
  const { kind, message } = result.failure;
  return [{ result: kind === 'handshake' ? 'validation-failure' : kind, reason: message }];
}
