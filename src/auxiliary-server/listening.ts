/** One listening socket of a service, and which port it gets where the usual one is not allowed. DESIGN §6. */
import { createServer, type Server, type Socket } from 'node:net';
import { condition } from '../condition/index.ts';
import type { ConnectionPeer } from '../ports/service-launcher.ts';
import type { Service } from '../ports/system-store.ts';
import { connectionPeer } from '../system/connection-peer.ts';
import { AUXS } from './messages.ts';

export interface Listening {
  readonly address: string;
  /** The port really bound. */
  readonly port: number;
  /** The record is another now, and is listened for in the same place. */
  change?(service: Service): void;
  /** Stops listening; connections in hand stay. */
  close(): Promise<void>;
}

/** Listens on a port, 0 for any free one. Rejects with the code of the system where it cannot. */
export type ListenOn = (address: string, port: number) => Promise<Listening>;

/** Used where ports below 1024 are not allowed. */
const unprivilegedPorts: ReadonlyMap<number, number> = new Map([
  [25, 2525],
  [110, 2110],
  [143, 2143],
  [465, 2465],
  [587, 2587],
  [993, 2993],
  [995, 2995],
]);

/** Linux caps it at net.core.somaxconn. */
const BACKLOG = 4096;

/**
 * Listens for a service.
 * @param override  a port that was asked for, 0 for any free one; nothing else is tried then
 * Throws a TCPIP condition when the port is taken or not allowed, or the address not ours.
 */
export async function listenFor(
  service: Service,
  override: number | undefined,
  listenOn: ListenOn,
): Promise<Listening> {
  const wanted = override ?? service.port;
  try {
    return await listenOn(service.address, wanted);
  } catch (error) {
    const other = override === undefined ? unprivilegedPorts.get(wanted) : undefined;
    if (codeOf(error) !== 'EACCES' || other === undefined) throw problem(service, wanted, error);
    try {
      return await listenOn(service.address, other);
    } catch (second) {
      throw problem(service, other, second);
    }
  }
}

/** In this process. */
export const acceptHere =
  (onConnection: (socket: Socket, peer: ConnectionPeer) => void): ListenOn =>
  (address, port) =>
    new Promise((resolve, reject) => {
      // Paused: what the client sends early belongs to the process that serves it.
      const server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true }, (socket) => {
        const peer = connectionPeer(socket);
        // A client that is gone again has no address any more.
        if (peer === undefined) socket.destroy();
        else onConnection(socket, peer);
      });
      server.once('error', reject);
      server.listen({ host: address, port, backlog: BACKLOG }, () => {
        server.off('error', reject);
        // Running out of descriptors while accepting: the client waits in the backlog, the service goes on.
        server.on('error', () => {});
        const bound = server.address();
        resolve({
          address,
          port: typeof bound === 'object' && bound !== null ? bound.port : port,
          close: () => closeServer(server),
        });
      });
    });

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    // The callback waits for connections too, and those go on elsewhere.
    server.close();
    resolve();
  });

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

function problem(service: Service, port: number, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return condition(AUXS.SERVERROR).with(condition(AUXS.SERVPORT, port, service.name));
    case 'EACCES':
      return condition(AUXS.SERVERROR).with(condition(AUXS.SERVPRIV, port, service.name));
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EINVAL':
      return condition(AUXS.SERVERROR).with(condition(AUXS.SERVADDR, service.address, service.name));
    default:
      return error;
  }
}
