/** The server's side of a handshake, for POP and IMAP. Source: RFC 2595 §4; RFC 8314 §3. */
import { reasonOf } from '../condition/index.ts';
import type { Log } from '../ports/log.ts';
import type { SecureConnection, ServerTls } from '../ports/server-tls.ts';
import type { ClientConnection } from './client-connection.ts';

const HANDSHAKE_MS = 30_000;

/**
 * The connection goes on in TLS. Undefined when the handshake failed: the connection is gone then.
 * @param isFirst  TLS comes first, and what has come already begins the handshake
 */
export async function handshake(
  connection: ClientConnection,
  { tls, log }: { readonly tls: ServerTls; readonly log: Log },
  client: string,
  isFirst: boolean,
): Promise<SecureConnection | undefined> {
  try {
    const secured = await tls.secure(connection.release(isFirst), HANDSHAKE_MS);
    connection.moveTo(secured.stream);
    return secured;
  } catch (failure) {
    log.info({ client, reason: reasonOf(failure) }, 'no TLS handshake');
    return undefined;
  }
}
