/** Policies of domains about TLS of their hosts: where they are fetched, and where they are kept. RFC 8461 */

/** As it was fetched. */
export interface KeptStsPolicy {
  /** What the record in the DNS called it. */
  readonly id: string;
  readonly text: string;
  readonly fetchedAt: number;
}

/** Outlives a restart: a policy counts for weeks, whatever the DNS says meanwhile. */
export interface StsPolicyStore {
  get(domain: string): KeptStsPolicy | undefined;
  put(domain: string, policy: KeptStsPolicy): void;
}

/** Why there is no policy, in the words of RFC 8460 §4.3.2.2; `sts-webpki-invalid` is about the certificate of its server. */
export class StsPolicyFailure extends Error {
  override readonly name = 'StsPolicyFailure';
  readonly kind: 'sts-policy-fetch-error' | 'sts-policy-invalid' | 'sts-webpki-invalid';
  constructor(kind: StsPolicyFailure['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The text at the well-known place of the domain, by HTTPS with a valid certificate. Rejects with StsPolicyFailure. RFC 8461 §3.3 */
export type FetchStsPolicy = (domain: string) => Promise<string>;
