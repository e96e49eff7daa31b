/**
 * SASL as a server sees it: mechanisms that talk with a client in octets and know no protocol, no accounts and no I/O. Shared by
 * SMTP, POP3 and IMAP; system/sasl-login.ts leads an exchange to its end. Source: RFC 4422.
 */
import type { ScramVerifier } from './scram-verifier.ts';

/** What a mechanism wants next. */
export type SaslStep =
  /** Say this to the client; its answer goes to `respond`. */
  | { readonly kind: 'challenge'; readonly data: Uint8Array }
  /** Whether it is his password decides. */
  | { readonly kind: 'password'; readonly identity: SaslIdentity; readonly password: string }
  /** SCRAM: what is kept of his password goes to `verify`. */
  | { readonly kind: 'verifier'; readonly identity: SaslIdentity }
  /** The client has proved that it knows the password, or has not; `answer` is the server's own proof, for one that has. */
  | {
      readonly kind: 'proof';
      readonly identity: SaslIdentity;
      readonly isRight: boolean;
      readonly answer: Uint8Array;
    }
  /** Not what the mechanism allows. */
  | { readonly kind: 'malformed' };

export interface SaslIdentity {
  readonly userName: string;
  /** Whom he wants to act for; '' or his own name, where he acts for himself. */
  readonly authorizationIdentity: string;
}

/** One exchange. */
export interface SaslExchange {
  /** @param response  of the client; undefined for the first step where the client has said nothing yet */
  respond(response: Uint8Array | undefined): SaslStep;
  /** Only after a step `verifier`. */
  verify(verifier: ScramVerifier): SaslStep;
}

/** The connection that SCRAM may bind itself to. */
export interface SaslChannel {
  /** `tls-exporter`, `tls-server-end-point`: undefined where the connection has none of this type. */
  channelBinding(type: string): Uint8Array | undefined;
  /** A mechanism with channel binding was offered: whoever says there was none was deceived. RFC 5802 §6 */
  readonly offersBinding: boolean;
}

export const malformed: SaslStep = { kind: 'malformed' };

/** UTF-8 without NUL, or undefined. */
export function saslText(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return undefined;
  }
}

/** No mechanism without SCRAM comes here. */
export const takesNoVerifier = (): SaslStep => {
  throw new Error('the mechanism has asked for no verifier');
};
