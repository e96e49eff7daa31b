/** What a client hears that is not served: the service's own text, or what its protocol has for "not now". */
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';
import type { Service } from '../ports/system-store.ts';

/**
 * tcpip-smtp.md §6.2: `421 host Service not available`. A service of another protocol just closes, and so does one that begins
 * with TLS: its clients cannot read it.
 */
export const notAvailable = (
  { name, flags }: Pick<Service, 'name' | 'flags'>,
  hostName: string,
): string | undefined =>
  /^SMTP/i.test(name) && !flags.includes('TLS') ? `421 ${hostName} Service not available` : undefined;

/** tcpip-smtp.md §1.4: the message of /REJECT, followed by CRLF. */
export const refusalText = (service: Service, hostName: string): string | undefined =>
  service.flags.includes('TLS') ? undefined : (service.reject.message ?? notAvailable(service, hostName));

/** How long a refused client may take to read the text and close. */
const LINGER_MS = 1_000;

/**
 * Says `text` and closes. What the client has sent already is read and dropped: a close with unread input resets the
 * connection, and the client would never see the text.
 */
export function refuse(connection: Duplex, text: string | undefined, clock: Clock): void {
  const cancel = clock.after(LINGER_MS, () => connection.destroy());
  connection.on('close', cancel);
  connection.on('error', () => connection.destroy());
  connection.on('end', () => connection.destroy());
  connection.resume();
  connection.end(text === undefined ? undefined : `${text}\r\n`);
}
