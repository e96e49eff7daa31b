/** Why the receiver ends a session by itself, as the client is told. RFC 5321 §3.8: 421, and then the connection closes. */
import { type Reply, reply } from '../smtp/reply.ts';
import type { Session } from './session.ts';

export const tooSlow = (session: Session): Reply =>
  closing(session, 'Closing transmission channel, you are too slow', '4.4.2');

/** To a stranger that has to make room for others. */
export const tooManyConnections = (session: Session): Reply =>
  closing(session, 'Too many connections, try again later', '4.3.2');

export const tooManyFromAddress = (session: Session): Reply =>
  closing(session, 'Too many connections or errors from your address, try again later', '4.7.0');

export const tooManyErrors = (session: Session): Reply =>
  closing(session, 'Too many errors, closing transmission channel', '4.7.0');

/** tcpip-smtp.md §6.2: "server stopping". */
export const nodeStops = (session: Session): Reply => closing(session, 'Service not available', '4.3.2');

const closing = ({ dependencies }: Session, why: string, status: string): Reply =>
  reply(421, `${dependencies.hostName} ${why}`, status);
