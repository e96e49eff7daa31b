/** Both ends of an accepted connection. */
import type { Socket } from 'node:net';
import type { ConnectionPeer } from '../ports/service-launcher.ts';

/** Undefined: the client is gone again, and has no address any more. */
export function connectionPeer(
  socket: Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>,
): ConnectionPeer | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return {
    address: unmapped(remoteAddress),
    port: remotePort,
    localAddress: unmapped(localAddress ?? ''),
    localPort: localPort ?? 0,
  };
}

/** `::ffff:192.0.2.1` is 192.0.2.1. */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
