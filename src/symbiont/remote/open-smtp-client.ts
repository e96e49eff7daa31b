/**
 * The beginning of a session with a peer: greeting, EHLO or HELO, STARTTLS and what follows from it.
 * Source: RFC 5321 §3.1, §3.2, §4.1.1.1; RFC 3207; RFC 8314 §3.3 (implicit TLS); RFC 4954.
 */
import {
  type ClientTls,
  type SecuredConnection,
  TlsFailure,
  type Verification,
} from '../../ports/client-tls.ts';
import type { SaslLogin } from '../../sasl/index.ts';
import { extensionsOf } from '../../smtp/extensions.ts';
import type { Reply } from '../../smtp/reply.ts';
import type { SendTimeouts } from '../settings.ts';
import { authenticate } from './authenticate.ts';
import { createSmtpClient, type SmtpClient } from './smtp-client.ts';
import { createSmtpSession, type SmtpSession, type SmtpSessionOptions } from './smtp-session.ts';

/** A peer that does not want us: its reply to the connection, EHLO or HELO. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused';
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`${reply.code} ${reply.lines.join(' ')}`);
    this.reply = reply;
  }
}

/** A peer that mail must not go to without TLS does not offer it. */
export class TlsMissing extends Error {
  override readonly name = 'TlsMissing';
}

/** What became of TLS in a session that got as far as that. */
export type TlsResult =
  /** With a failure: where the certificate was only looked at. */
  | { readonly kind: 'negotiated'; readonly failure: TlsFailure | undefined }
  | { readonly kind: 'failed'; readonly failure: TlsFailure }
  | { readonly kind: 'missing' };

export interface PeerTls {
  readonly clientTls: ClientTls;
  /** `try`: where the peer offers it. `must`: not without. `first`: before the greeting. */
  readonly how: 'try' | 'must' | 'first';
  readonly verification: Verification;
  /** Mail goes there whatever the certificate is worth. */
  readonly isOnlyObserved?: boolean;
  /** RFC 6066 §3; undefined for addresses. */
  readonly serverName: string | undefined;
}

export interface OpenOptions extends SmtpSessionOptions {
  /** Said in EHLO. */
  readonly hostName: string;
  readonly timeoutsMs: SendTimeouts;
  /** undefined: in clear. */
  readonly tls?: PeerTls | undefined;
  /** Called once at most; never without `tls`. */
  readonly onTls?: ((result: TlsResult) => void) | undefined;
  /** Who we are, to a peer that wants to know. */
  readonly login?: SaslLogin | undefined;
}

/** Nobody waits longer for a handshake: a peer that hangs in it gets its mail in clear, or another host does. */
const HANDSHAKE_MS = 30_000;

/** Opens the session. Throws SessionLost, SessionRefused, TlsMissing, TlsFailure or NotAuthenticated; the stream is destroyed then. */
export async function openSmtpClient(options: OpenOptions): Promise<SmtpClient> {
  const { stream, tls } = options;
  // Whatever happens to it between two readers, somebody has to hear of it.
  stream.on('error', () => {});
  try {
    if (tls?.how === 'first') {
      const secured = await secure(tls, options);
      return await greeted({ ...options, stream: secured.stream }, secured);
    }
    return await greeted(options, undefined);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

async function greeted(options: OpenOptions, secured: SecuredConnection | undefined): Promise<SmtpClient> {
  const session = createSmtpSession(options);
  const greeting = await session.reply(options.timeoutsMs.initial);
  if (greeting.code !== 220) throw new SessionRefused(greeting);
  const extensions = await hello(session, options);
  if (secured !== undefined || options.tls === undefined) return ready(options, session, extensions, secured);
  return startTls(options, options.tls, session, extensions);
}

/** @returns the extensions of the peer; none of one that knows HELO only */
async function hello(
  session: SmtpSession,
  { hostName, timeoutsMs }: OpenOptions,
): Promise<ReadonlyMap<string, string>> {
  const extended = await session.command(`EHLO ${hostName}`, timeoutsMs.initial);
  if (extended.code === 250) return extensionsOf(extended);
  // RFC 5321 §3.2: a peer without EHLO is greeted the old way.
  if (extended.code === 421) throw new SessionRefused(extended);
  const old = await session.command(`HELO ${hostName}`, timeoutsMs.initial);
  if (old.code !== 250) throw new SessionRefused(old);
  return new Map();
}

async function startTls(
  options: OpenOptions,
  tls: PeerTls,
  session: SmtpSession,
  extensions: ReadonlyMap<string, string>,
): Promise<SmtpClient> {
  const inClear = (why: string): Promise<SmtpClient> => {
    options.onTls?.({ kind: 'missing' });
    if (tls.how === 'must') throw new TlsMissing(why);
    return ready(options, session, extensions, undefined);
  };
  if (!extensions.has('STARTTLS')) return inClear('host does not offer STARTTLS');
  const reply = await session.command('STARTTLS', options.timeoutsMs.initial);
  // RFC 3207 §4: the client decides whether to go on without.
  if (reply.code !== 220) return inClear(`host does not start TLS: ${reply.code} ${reply.lines.join(' ')}`);
  // RFC 3207 §6: what came before the handshake may be somebody else's.
  if (!session.release()) {
    const failure = new TlsFailure('handshake', 'host spoke before the handshake');
    options.onTls?.({ kind: 'failed', failure });
    throw failure;
  }
  const secured = await secure(tls, options);
  const secure2 = { ...options, stream: secured.stream };
  const anew = createSmtpSession(secure2);
  // RFC 3207 §4.2: nothing that was said in clear counts any more.
  return ready(secure2, anew, await hello(anew, secure2), secured);
}

async function ready(
  options: OpenOptions,
  session: SmtpSession,
  extensions: ReadonlyMap<string, string>,
  secured: SecuredConnection | undefined,
): Promise<SmtpClient> {
  if (options.login !== undefined) {
    const timeoutMs = options.timeoutsMs.initial;
    await authenticate(session, extensions, options.login, { isEncrypted: secured !== undefined, timeoutMs });
  }
  return createSmtpClient(options, session, extensions, secured);
}

async function secure(
  { clientTls, verification, isOnlyObserved, serverName }: PeerTls,
  { stream, timeoutsMs, onTls }: OpenOptions,
): Promise<SecuredConnection> {
  const timeoutMs = Math.min(HANDSHAKE_MS, timeoutsMs.initial);
  try {
    const secured = await clientTls.secure(stream, { serverName, verification, isOnlyObserved, timeoutMs });
    onTls?.({ kind: 'negotiated', failure: secured.failure });
    return secured;
  } catch (failure) {
    if (failure instanceof TlsFailure) onTls?.({ kind: 'failed', failure });
    throw failure;
  }
}
