/** What a sender asks of the hosts on the way, beside delivery. Source: RFC 3461 (DSN), RFC 8689 (REQUIRETLS), RFC 4865. */

export type Notify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

/** RFC 3461 §4.1, §4.2. */
export interface RecipientRequests {
  /** NEVER alone, or some of the others; undefined: as hosts do by themselves. */
  readonly notify?: readonly Notify[];
  /** `rfc822;xtext` as the sender wrote it. */
  readonly originalRecipient?: string;
}

export interface EnvelopeRequests {
  /** RFC 3461 §4.3: how much of the text comes back with a failure. */
  readonly returnText?: 'FULL' | 'HDRS';
  /** RFC 3461 §4.4, xtext as the sender wrote it. */
  readonly envelopeId?: string;
  /** RFC 8689 §2: no hop without TLS, and none that does not promise the same. */
  readonly requireTls?: true;
  /** RFC 2852: `R` comes back when it is not there by then, `N` lets the sender know. */
  readonly deliverBy?: { readonly at: number; readonly mode: 'R' | 'N'; readonly trace?: true };
  /** RFC 4865: it was to be held until then. Kept with the entry, which forgets its /AFTER when it is released; no host is told. */
  readonly notBefore?: number;
  /** RFC 6710: -9 to 9, for the hosts on the way. */
  readonly priority?: number;
  /** By place in the list of forward-paths. */
  readonly recipients?: Readonly<Record<number, RecipientRequests>>;
}
