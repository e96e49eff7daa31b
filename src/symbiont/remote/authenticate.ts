/** AUTH towards a gateway that wants to know who we are. Source: RFC 4954 §4. */
import { type SaslLogin, startSaslClient } from '../../sasl/index.ts';
import type { Reply } from '../../smtp/reply.ts';
import { type SmtpSession, withoutSecrets } from './smtp-session.ts';

/** The gateway does not let us in, or cannot be told who we are. A matter for the manager: mail waits. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
}

/** Challenges in one exchange; none of the mechanisms has more than two. */
const CHALLENGES_AT_MOST = 5;

/** RFC 5321 §4.5.3.1.4, without CRLF. */
const COMMAND_LINE_LIMIT = 510;

/** Throws NotAuthenticated, or SessionLost. What stands for the password is in no trace, and in no reason. */
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
  // Some hosts say what they could not read.
  const secrets = [login.password];
  const secret = (bytes: Uint8Array): string => {
    const text = encoded(bytes);
    secrets.unshift(text);
    return text;
  };
  const said = initial === undefined ? undefined : secret(initial) || '=';
  // RFC 4954 §4: what does not fit into a command line is said when the host asks.
  const isLong = said !== undefined && `${command} ${said}`.length > COMMAND_LINE_LIMIT;
  let waiting = isLong ? initial : undefined;
  let reply = await (said === undefined || isLong
    ? session.command(command, options.timeoutMs)
    : session.command(`${command} ${said}`, options.timeoutMs, `${command} ...`, secrets));
  for (let count = 0; reply.code === 334; count++) {
    const challenge = Buffer.from(reply.lines[0] ?? '', 'base64');
    const response = count < CHALLENGES_AT_MOST ? (waiting ?? client.respond(challenge)) : undefined;
    waiting = undefined;
    // RFC 4954 §4: `*` takes it back.
    const answer = response === undefined ? '*' : secret(response);
    reply = await session.command(answer, options.timeoutMs, '...', secrets);
    if (response === undefined)
      throw new NotAuthenticated(`host does not prove who it is in AUTH ${mechanism}`);
  }
  if (reply.code !== 235)
    throw new NotAuthenticated(`host does not let us in: ${withoutSecrets(textOf(reply), secrets)}`);
  if (!client.isSatisfied()) throw new NotAuthenticated(`host does not prove who it is in AUTH ${mechanism}`);
}

const encoded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const textOf = ({ code, lines }: Reply): string => `${code} ${lines.join(' ')}`;
