/**
 * What the auxiliary server does with a connection it has accepted: somebody runs the service's command procedure on it.
 * Adapters: adapters/node/receiver-pool.ts (warm processes), adapters/memory/in-process-launcher.ts (this process).
 */
import type { Socket } from 'node:net';
import type { Service } from './system-store.ts';

/** Both ends of an accepted connection. */
export interface ConnectionPeer {
  /** IPv4 addresses that came mapped into IPv6 are plain IPv4 here. */
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** Number of its BGn: device, one for the whole node; absent: the process that serves it numbers it. */
  readonly unit?: number;
}

/** What an activation needs of the service record. */
export type ActivatedService = Pick<
  Service,
  'name' | 'file' | 'userName' | 'processName' | 'flags' | 'inactivity'
>;

/** What a process needs of it that accepts connections itself. */
export type AcceptingService = ActivatedService & Pick<Service, 'limit' | 'accept' | 'reject' | 'logOptions'>;

/** What the auxiliary server hears of connections that processes accept. */
export interface AcceptedConnections {
  /** In hand, or was a moment ago: it is told with others. The caller says how it has ended, once. */
  accepted(peer: ConnectionPeer): (how: ActivationEnd) => void;
  /** So many came and ended since, of a service that logs nothing. @param peak  the most that one process had at a time */
  passed(count: number, peak: number): void;
  /** Over the share of /LIMIT that the process has, or a client that may not come: paused, and the caller's. */
  leftOver(socket: Socket, peer: ConnectionPeer): void;
}

/** Processes that accept connections of a service. */
export interface AcceptingProcesses {
  readonly address: string;
  /** The port really bound. */
  readonly port: number;
  /** The record as it is from now on; address and port stay. */
  change(service: AcceptingService): void;
  /** Resolves when none of them accepts any more. What is in hand goes on. */
  close(): Promise<void>;
}

/** One connection being served. */
export interface Activation {
  /** Resolves when the connection has ended, whatever way; never rejects. */
  readonly ended: Promise<ActivationEnd>;
}

/** `lost`: the process that held the connection died with it. `notStarted`: nobody could take it, and it is the caller's again. */
export type ActivationEnd = 'served' | 'lost' | 'notStarted';

export interface ServiceLauncher {
  /** Takes over the socket, which is paused: nothing has been read from it. The caller never touches it again, unless it comes back `notStarted`. */
  activate(service: ActivatedService, socket: Socket, peer: ConnectionPeer): Activation;
  /**
   * Has the processes accept connections on a port themselves, 0 for any free one; while none of them is there, clients wait.
   * Rejects with the code of the system, as EADDRINUSE. Undefined, or absent: they do not for this service, and the caller
   * accepts.
   */
  accept?(
    service: AcceptingService,
    address: string,
    port: number,
    connections: AcceptedConnections,
  ): Promise<AcceptingProcesses> | undefined;
  /** Processes that accept; each numbers BGn: devices in its own steps. Default: none. */
  readonly acceptors?: number;
  /** Takes no more; lets what is in hand come to an end, at most `graceMs`, then cuts it off. */
  close(graceMs: number): Promise<void>;
}
