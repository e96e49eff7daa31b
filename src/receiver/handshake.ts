/** The TLS handshake of a session, be it before the greeting or after STARTTLS. RFC 3207, RFC 8314 §3.3 */
import type { Duplex } from 'node:stream';
import { reasonOf } from '../condition/index.ts';
import type { SecureConnection } from '../ports/server-tls.ts';
import type { Session } from './session.ts';

/** Longest time for it; the client has nothing to think about. */
const HANDSHAKE_MS = 30_000;

/** @returns undefined when it failed: the connection is gone then */
export async function handshake(session: Session, connection: Duplex): Promise<SecureConnection | undefined> {
  const { dependencies, peer, settings } = session;
  try {
    const limitMs = Math.min(HANDSHAKE_MS, settings.receiveTimeoutMs);
    const secured = await dependencies.tls.secure(connection, limitMs);
    session.tls = secured;
    return secured;
  } catch (error) {
    // Scanners and old clients do this all day.
    dependencies.log.info({ client: peer.address, reason: reasonOf(error) }, 'no TLS handshake');
    return undefined;
  }
}

/** RFC 3207 §4.2: what was known from the client before STARTTLS counts no more. */
export function forgetPlainSession(session: Session): void {
  session.greetedAs = undefined;
  session.isExtended = false;
  session.transaction = undefined;
  session.user = undefined;
}
