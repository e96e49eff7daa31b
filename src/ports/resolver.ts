/** DNS as a port. Names are ASCII (A-labels), lower case, without the final dot. */
export interface MxRecord {
  readonly preference: number;
  readonly exchange: string;
}
/** RFC 6698 §2.1 */
export interface TlsaRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly data: Uint8Array;
}
/**
 * `noSuchName`: NXDOMAIN; `noData`: name exists without such records; `temporary`: SERVFAIL, timeout, no server.
 * `isValidated`: DNSSEC vouches for the whole answer, and whoever says so is trusted. RFC 4035 §3.2.3
 * `canonicalName`: where an alias led. RFC 1034 §3.6.2
 * `unknown`: records of this type there may be too: the question about them is a temporary failure.
 */
export type Resolution<T> =
  | {
      readonly kind: 'found';
      readonly records: readonly T[];
      readonly isValidated?: boolean;
      readonly canonicalName?: string;
      readonly unknown?: 'A' | 'AAAA';
    }
  | { readonly kind: 'noSuchName' }
  | { readonly kind: 'noData' }
  | { readonly kind: 'temporary'; readonly reason: string };

export interface Resolver {
  mx(domain: string): Promise<Resolution<MxRecord>>;
  /** A and AAAA together, IPv6 first when both are there; validated when all of them are. */
  addresses(host: string): Promise<Resolution<string>>;
  /** PTR. */
  names(address: string): Promise<Resolution<string>>;
  /** The strings of each record joined. RFC 1035 §3.3.14 */
  txt(name: string): Promise<Resolution<string>>;
  tlsa(name: string): Promise<Resolution<TlsaRecord>>;
}
