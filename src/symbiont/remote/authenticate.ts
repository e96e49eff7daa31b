/** AUTH towards a gateway that wants to know who we are. Source: RFC 4954 §4. */
import { type SaslLogin, startSaslClient } from '../../sasl/index.ts';
import type { Reply } from '../../smtp/reply.ts';
import type { SmtpSession } from './smtp-session.ts';

/** The gateway does not let us in, or cannot be told who we are. A matter for the manager: mail waits. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
}

/** Challenges in one exchange; none of the mechanisms has more than two. */
const CHALLENGES_AT_MOST = 5;

/** Throws NotAuthenticated, or SessionLost. What stands for the password is in no trace. */
export async function authenticate(
  session: SmtpSession,
  extensions: ReadonlyMap<string, string>,
  login: SaslLogin,
  options: { readonly isEncrypted: boolean; readonly timeoutMs: number },
): Promise<void> {
  const offered = (extensions.get('AUTH') ?? '').split(' ').filter((each) => each !== '');
  if (offered.length === 0) throw new NotAuthenticated('host does not offer AUTH');
  const client = startSaslClient(offered, login, options);
  if (client === undefined)
    throw new NotAuthenticated(
      `host offers AUTH ${offered.join(' ')}${options.isEncrypted ? '' : ' without TLS'}`,
    );
  const { mechanism, initial } = client;
  const command = `AUTH ${mechanism}`;
  let reply = await session.command(
    initial === undefined ? command : `${command} ${encoded(initial) || '='}`,
    options.timeoutMs,
    initial === undefined ? command : `${command} ...`,
  );
  for (let count = 0; reply.code === 334; count++) {
    const challenge = Buffer.from(reply.lines[0] ?? '', 'base64');
    const response = count < CHALLENGES_AT_MOST ? client.respond(challenge) : undefined;
    // RFC 4954 §4: `*` takes it back.
    reply = await session.command(response === undefined ? '*' : encoded(response), options.timeoutMs, '...');
    if (response === undefined)
      throw new NotAuthenticated(`host does not prove who it is in AUTH ${mechanism}`);
  }
  if (reply.code !== 235) throw new NotAuthenticated(`host does not let us in: ${said(reply)}`);
  if (!client.isSatisfied()) throw new NotAuthenticated(`host does not prove who it is in AUTH ${mechanism}`);
}

const encoded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const said = ({ code, lines }: Reply): string => `${code} ${lines.join(' ')}`;
