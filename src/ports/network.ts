/** Outgoing TCP connections as a port: adapters/node/ opens sockets, tests may hand out anything with two ends. */
import type { Duplex } from 'node:stream';

/** `localAddress`: ours, where the adapter knows it. */
export type OutgoingConnection = Duplex & { readonly localAddress?: string | undefined };

/**
 * Opens a connection to an IP address.
 * Rejects when it is refused, unreachable or not there within `timeoutMs`. The caller destroys what it got.
 */
export type Connect = (
  address: string,
  port: number,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<OutgoingConnection>;
