/** LOGIN: two questions, as old clients know them. Source: draft-murchison-sasl-login-00. */
import { malformed, type SaslExchange, saslText, takesNoVerifier } from './mechanism.ts';

const LONGEST = 1_024;
const ask = (words: string) => ({ kind: 'challenge', data: new TextEncoder().encode(words) }) as const;

export function startLogin(): SaslExchange {
  let userName: string | undefined;
  return {
    verify: takesNoVerifier,
    respond(response) {
      if (response === undefined) return ask('Username:');
      const text = saslText(response);
      if (text === undefined || text === '' || text.length > LONGEST || text.includes('\0')) return malformed;
      if (userName === undefined) {
        // Some say it with the command.
        userName = text;
        return ask('Password:');
      }
      return { kind: 'password', identity: { userName, authorizationIdentity: '' }, password: text };
    },
  };
}
