/** AUTH and AUTHENTICATE of POP and IMAP: a mechanism is led to its end over lines of base64. Source: RFC 5034 §4; RFC 9051 §6.2.2. */
import { decodeBase64 } from '../sasl/index.ts';
import type { SaslLogin, SaslState } from '../system/sasl-login.ts';

/** @param ask  `+ base64`, and the client's line; undefined when it has gone or the line was no line */
export async function exchangeSasl(
  login: SaslLogin,
  initial: Uint8Array | undefined,
  ask: (challenge: string) => Promise<string | undefined>,
): Promise<'cancelled' | 'malformed' | Extract<SaslState, { kind: 'in' | 'refused' }>> {
  let state = await login.respond(initial);
  while (state.kind === 'challenge') {
    const line = await ask(Buffer.from(state.data).toString('base64'));
    if (line === undefined || line === '*') return 'cancelled';
    const response = decodeBase64(line);
    if (response === undefined) return 'malformed';
    state = await login.respond(response);
  }
  return state.kind === 'malformed' ? 'malformed' : state;
}
