/** DNS as a port. Names are ASCII (A-labels), lower case, without the final dot. */
export interface MxRecord {
  readonly preference: number;
  readonly exchange: string;
}
/** `noSuchName`: NXDOMAIN; `noData`: name exists without such records; `temporary`: SERVFAIL, timeout, no server. */
export type Resolution<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | { readonly kind: 'noSuchName' }
  | { readonly kind: 'noData' }
  | { readonly kind: 'temporary'; readonly reason: string };

export interface Resolver {
  mx(domain: string): Promise<Resolution<MxRecord>>;
  /** A and AAAA together, IPv6 first when both are there. */
  addresses(host: string): Promise<Resolution<string>>;
  /** PTR. */
  names(address: string): Promise<Resolution<string>>;
  /** TXT: the strings of each record joined, RFC 7208 §3.3. */
  txt(name: string): Promise<Resolution<string>>;
}
