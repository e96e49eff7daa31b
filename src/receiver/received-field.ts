/**
 * The Received: field this node adds. The product writes `Received: by host (version-info);` CRLF, tab, date.
 * Deviation: `from` and `with` stand in it too, as RFC 5321 §4.4 wants. docs/deviations.md
 */
import { formatInternetDate } from '../vms-time/index.ts';
import type { Session } from './session.ts';

/** With CRLF, to stand before everything else. */
export function receivedField(session: Session): string {
  const { hostName, versionInfo, clock } = session.dependencies;
  if (session.settings.classic)
    return `Received: by ${hostName} (${versionInfo});\r\n\t${formatInternetDate(clock.now())}\r\n`;
  // What the client called itself stands in a comment-like place: nothing that could end it.
  const helo = (session.greetedAs ?? 'unknown').replace(/[^A-Za-z0-9.:_[\]-]/g, '?');
  const address = session.peer.address.includes(':') ? `IPv6:${session.peer.address}` : session.peer.address;
  const peer = session.peer.name === undefined ? `[${address}]` : `${session.peer.name} [${address}]`;
  return (
    `Received: from ${helo} (${peer})\r\n` +
    `\tby ${hostName} (${versionInfo}) with ${protocolOf(session)}${priorityOf(session)};\r\n` +
    `\t${formatInternetDate(clock.now())}\r\n`
  );
}

/** RFC 3848: S for TLS, A for an authenticated client; how the connection is secured stands in a comment. */
function protocolOf({ isExtended, tls, user, transaction, service }: Session): string {
  if (!isExtended) return 'SMTP';
  // RFC 6531 §4.3
  const isUtf8 = transaction?.asked.smtpUtf8 === true;
  const name = service.isLmtp ? (isUtf8 ? 'UTF8LMTP' : 'LMTP') : isUtf8 ? 'UTF8SMTP' : 'ESMTP';
  const authenticated = user === undefined ? '' : 'A';
  return tls === undefined
    ? `${name}${authenticated}`
    : `${name}S${authenticated}\r\n\t(${tls.protocol} ${tls.cipher})`;
}

/** RFC 6710: the clause PRIORITY, with the priority it is given here, for whoever wonders later why it was slow. */
function priorityOf({ transaction }: Session): string {
  const priority = transaction?.requests.priority;
  return priority === undefined ? '' : `\r\n\tPRIORITY ${priority}`;
}
