/** PLAIN: authorization identity, user name and password, between NULs. Source: RFC 4616 §2. */
import { malformed, type SaslExchange, saslText, takesNoVerifier } from './mechanism.ts';

/** RFC 4616 §2: implementations support 255 octets of each; more is nobody's. */
const LONGEST = 1_024;

export function startPlain(): SaslExchange {
  return {
    verify: takesNoVerifier,
    respond(response) {
      if (response === undefined) return { kind: 'challenge', data: new Uint8Array(0) };
      const text = saslText(response);
      // message = [authzid] UTF8NUL authcid UTF8NUL passwd
      const parts = text?.split('\0') ?? [];
      const [authorizationIdentity = '', userName = '', password = ''] = parts;
      if (parts.length !== 3 || userName === '' || password === '') return malformed;
      if (parts.some((each) => each.length > LONGEST)) return malformed;
      return { kind: 'password', identity: { userName, authorizationIdentity }, password };
    },
  };
}
