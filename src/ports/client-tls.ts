/** The client's side of TLS on a connection that exists already. Adapter: adapters/node/tls/client-tls.ts. */
import type { Duplex } from 'node:stream';
import type { TlsaRecord } from './resolver.ts';

/**
 * `none`: any certificate (RFC 7435). `names`: one that an authority of the machine vouches for, of one of these hosts
 * (RFC 5280, RFC 9525). `dane`: one that a record vouches for; below a trust anchor, of one of these hosts (RFC 7672).
 */
export type Verification =
  | { readonly kind: 'none' }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'dane'; readonly records: readonly TlsaRecord[]; readonly names: readonly string[] };

export interface SecuredConnection {
  readonly stream: Duplex;
  /** `TLSv1.3` */
  readonly protocol: string;
  /** By its standard name: `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** Where that was only looked at: what is wrong with the certificate. */
  readonly failure?: TlsFailure | undefined;
}

/** What went wrong, in the words of RFC 8460 §4.3; `handshake` is nothing of the certificate. */
export type TlsFailureKind =
  | 'handshake'
  | 'certificate-host-mismatch'
  | 'certificate-expired'
  | 'certificate-not-trusted'
  | 'validation-failure';

export class TlsFailure extends Error {
  override readonly name = 'TlsFailure';
  readonly kind: TlsFailureKind;
  constructor(kind: TlsFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface ClientTls {
  /**
   * Rejects with TlsFailure when the handshake fails, takes longer than `timeoutMs`, or the certificate is not as wanted; the
   * connection is destroyed then. Closing the stream closes the connection.
   * @param connection  nobody reads it any more
   * @param options.serverName  said to the peer (SNI, RFC 6066 §3); undefined for addresses
   * @param options.isOnlyObserved  a certificate that is not as wanted is told, and nothing else comes of it
   */
  secure(
    connection: Duplex,
    options: {
      readonly serverName: string | undefined;
      readonly verification: Verification;
      readonly isOnlyObserved?: boolean | undefined;
      readonly timeoutMs: number;
    },
  ): Promise<SecuredConnection>;
}
