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
  /** Takes no more; lets what is in hand come to an end, at most `graceMs`, then cuts it off. */
  close(graceMs: number): Promise<void>;
}
