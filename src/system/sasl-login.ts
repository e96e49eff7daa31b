/**
 * One exchange of SASL at the login door, for every protocol that has AUTH: leads a mechanism to its end, and says who is in.
 * The protocol itself writes base64, words and reply codes. Source: RFC 4422; RFC 4954 §4, RFC 5034, RFC 9051 §6.2.2.
 */
import type { Account } from '../ports/system-store.ts';
import type { SaslChannel, SaslExchange, SaslIdentity, SaslMechanism, SaslStep } from '../sasl/index.ts';
import type { LoginAttempts, LoginResult } from './login-door.ts';

export type SaslState =
  /** To be said to the client; its answer goes to `respond`. */
  | { readonly kind: 'challenge'; readonly data: Uint8Array }
  | { readonly kind: 'in'; readonly account: Account }
  /** `isOver`: no further attempt is to be taken, the connection ends. */
  | { readonly kind: 'refused'; readonly isOver: boolean }
  | { readonly kind: 'malformed' };

export class SaslLogin {
  readonly #attempts: LoginAttempts;
  readonly #exchange: SaslExchange;
  /** In, once the client has taken note of the server's own proof. */
  #accepted: Account | undefined;

  constructor(mechanism: SaslMechanism, channel: SaslChannel, attempts: LoginAttempts) {
    this.#attempts = attempts;
    this.#exchange = mechanism.start(channel);
  }

  /** @param response  undefined where the client has said nothing with its command. Rejects when a store is broken. */
  async respond(response: Uint8Array | undefined): Promise<SaslState> {
    if (this.#accepted !== undefined) {
      return response?.length === 0 ? { kind: 'in', account: this.#accepted } : { kind: 'malformed' };
    }
    return this.#follow(this.#exchange.respond(response));
  }

  async #follow(step: SaslStep): Promise<SaslState> {
    switch (step.kind) {
      case 'challenge':
      case 'malformed':
        return step;
      case 'password':
        return actsForHimself(
          step.identity,
          await this.#attempts.attempt(step.identity.userName, step.password),
        );
      case 'verifier':
        return this.#follow(this.#exchange.verify(await this.#attempts.verifier(step.identity.userName)));
      case 'proof': {
        const result = await this.#attempts.attemptByProof(step.identity.userName, step.isRight);
        const state = actsForHimself(step.identity, result);
        if (state.kind !== 'in') return state;
        this.#accepted = state.account;
        return { kind: 'challenge', data: step.answer };
      }
      default:
        return step satisfies never;
    }
  }
}

/** Nobody acts for somebody else. RFC 4616 §2: the authorization identity may be his own. */
function actsForHimself(
  { userName, authorizationIdentity: other }: SaslIdentity,
  result: LoginResult,
): LoginResult {
  if (result.kind !== 'in' || other === '' || other.toUpperCase() === userName.toUpperCase()) return result;
  return { kind: 'refused', isOver: false };
}
