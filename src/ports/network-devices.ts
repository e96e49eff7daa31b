/**
 * The `BGn:` devices of a process: what SYS$NET translates to, until an image takes the connection behind it.
 * Source: tcpip-smtp.md §1.3.
 */
import type { Duplex } from 'node:stream';
import type { ConnectionPeer } from './service-launcher.ts';

export interface NetworkDevice {
  /** `BG123:` */
  readonly name: string;
  readonly serviceName: string;
  /** Of the service record. */
  readonly flags: readonly string[];
  readonly peer: ConnectionPeer;
  /** Set once an image has taken the connection: what is said to the client is up to that image. */
  readonly isTaken: boolean;
  /** The connection, to the first who asks; undefined afterwards. */
  take(): Duplex | undefined;
}

export interface NetworkDevices {
  /** By name, case-blind, with or without the leading underscore and the colon. */
  find(name: string): NetworkDevice | undefined;
}
