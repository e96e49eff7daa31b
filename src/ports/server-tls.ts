/**
 * TLS of a server: certificate and key in force, and the server's side of a handshake. One process reads certificate and key
 * (images/parts/tls-certificate.ts) and hands them over; those that serve connections read no files.
 * Adapter: adapters/node/tls/server-tls.ts.
 */
import type { Duplex } from 'node:stream';

/** Never logged, never stored: the key is in it. */
export interface TlsMaterial {
  /** PEM: the certificate, then those between it and the root. */
  readonly certificate: string;
  /** PEM, without a passphrase. */
  readonly key: string;
  /** Base64 of the 48 octets that seal session tickets: a session may be resumed in another process of the node. */
  readonly ticketKeys: string;
}

/** Where a process gets it from, and hears of each change. */
export interface TlsMaterialSource {
  /** Undefined: there is none that can be used. */
  current(): Promise<TlsMaterial | undefined>;
  onChange(listener: (material: TlsMaterial | undefined) => void): void;
}

export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point';

/** A connection after its handshake. */
export interface SecureConnection {
  readonly stream: Duplex;
  /** `TLSv1.3` */
  readonly protocol: string;
  /** By its standard name: `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** RFC 9266, RFC 5929; undefined where the connection has none of this type. */
  channelBinding(type: ChannelBindingType): Uint8Array | undefined;
}

export interface ServerTls {
  /** False while there is no certificate that can be used. */
  readonly isAvailable: boolean;
  /**
   * The server's side of a handshake on a connection nobody reads any more. Rejects when it fails, or takes longer than
   * `timeoutMs`; the connection is destroyed then. Closing the stream closes the connection.
   */
  secure(connection: Duplex, timeoutMs: number): Promise<SecureConnection>;
}

export const noServerTls: ServerTls = {
  isAvailable: false,
  secure: async (connection) => {
    connection.destroy();
    throw new Error('there is no certificate');
  },
};
