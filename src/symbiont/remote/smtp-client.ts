/**
 * One SMTP session with a peer: greeting, EHLO or HELO, and any number of mail transactions.
 * It knows nothing of queues and routes. Source: RFC 5321 §3, §4; RFC 2920 (PIPELINING), RFC 1870 (SIZE), RFC 6152
 * (8BITMIME), RFC 6531 (SMTPUTF8); tcpip-smtp.md §6.2.
 */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import { extensionsOf } from '../../smtp/extensions.ts';
import { createMailDataEncoder } from '../../smtp/mail-data-encoder.ts';
import type { Reply } from '../../smtp/reply.ts';
import type { SendTimeouts } from '../settings.ts';
import { createReplyReader, errorReason, SessionLost } from './reply-reader.ts';

export interface MailTransaction {
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  readonly sizeBytes: number;
  /** The text has 8-bit bytes. */
  readonly is8bit: boolean;
  readonly smtpUtf8: boolean;
  /** The text, from its start; asked for once, after 354. */
  readonly text: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export type RecipientResult =
  | { readonly kind: 'sent'; readonly reply: Reply }
  /** The peer said no (4xx: for now), or would: a limit it has announced. */
  | { readonly kind: 'refused'; readonly reply: Reply }
  /** No answer. `isUncertain`: the whole text had been sent, the peer may have taken it. */
  | { readonly kind: 'lost'; readonly reason: string; readonly isUncertain: boolean };

export interface SmtpClient {
  /** One result per forward-path, in order. Never rejects for what a peer does. */
  send(transaction: MailTransaction): Promise<readonly RecipientResult[]>;
  readonly isUsable: boolean;
  /** QUIT, without waiting for the answer. */
  quit(): void;
  destroy(): void;
}

/** A peer that does not want us: its reply to the connection, EHLO or HELO. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused';
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`${reply.code} ${reply.lines.join(' ')}`);
    this.reply = reply;
  }
}

export interface SmtpClientOptions {
  readonly stream: Duplex;
  readonly clock: Clock;
  /** Said in EHLO. */
  readonly hostName: string;
  readonly timeoutsMs: SendTimeouts;
  /** Every line of the dialogue: `>>>` ours, `<<<` the peer's. */
  /** Asked for each exchange: where its lines go, undefined: nowhere. */
  readonly trace?: (() => ((line: string) => void) | undefined) | undefined;
}

/** Opens the session. Throws SessionLost or SessionRefused; the stream is destroyed then. */
export async function openSmtpClient(options: SmtpClientOptions): Promise<SmtpClient> {
  const { stream, timeoutsMs } = options;
  const session = createSession(options);
  try {
    const greeting = await session.reply(timeoutsMs.initial);
    if (greeting.code !== 220) throw new SessionRefused(greeting);
    const hello = await session.command(`EHLO ${options.hostName}`, timeoutsMs.initial);
    if (hello.code === 250) return createClient(options, session, extensionsOf(hello));
    // RFC 5321 §3.2: a peer without EHLO is greeted the old way.
    if (hello.code === 421) throw new SessionRefused(hello);
    const oldHello = await session.command(`HELO ${options.hostName}`, timeoutsMs.initial);
    if (oldHello.code !== 250) throw new SessionRefused(oldHello);
    return createClient(options, session, new Map());
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

type Session = ReturnType<typeof createSession>;

function createSession({ stream, clock, trace }: SmtpClientOptions) {
  const reader = createReplyReader(stream, clock);
  const reply = async (timeoutMs: number): Promise<Reply> => {
    const received = await reader.read(timeoutMs);
    trace?.()?.(`<<<${received.code} ${received.lines.join('\\d\\a')}`);
    return received;
  };
  const write = (lines: readonly string[]): void => {
    const write = trace?.();
    if (write !== undefined) for (const line of lines) write(`>>>${line}`);
    stream.write(`${lines.join('\r\n')}\r\n`);
  };
  return {
    reply,
    write,
    lost: reader.lost,
    async command(line: string, timeoutMs: number): Promise<Reply> {
      write([line]);
      return reply(timeoutMs);
    },
  };
}

function createClient(
  options: SmtpClientOptions,
  session: Session,
  extensions: ReadonlyMap<string, string>,
): SmtpClient {
  const { stream, timeoutsMs } = options;
  let isUsable = true;

  const fail = (error: unknown): string => {
    isUsable = false;
    stream.destroy();
    if (error instanceof SessionLost) return error.message;
    return errorReason(error);
  };

  /** MAIL, RCPT … and DATA; fills `results` with refusals and returns whether 354 came for somebody. */
  const envelope = async (
    transaction: MailTransaction,
    results: (RecipientResult | undefined)[],
  ): Promise<'go' | 'nobody'> => {
    const { forwardPaths } = transaction;
    const commands = [
      `MAIL FROM:<${transaction.reversePath}>${mailParameters(transaction, extensions)}`,
      ...forwardPaths.map((path) => `RCPT TO:<${path}>`),
      'DATA',
    ];
    const isPipelined = extensions.has('PIPELINING');
    if (isPipelined) session.write(commands);
    let mailRefusal: Reply | undefined;
    let isAnybody = false;
    for (const [index, command] of commands.entries()) {
      const isData = index === commands.length - 1;
      if (!isPipelined) {
        if (mailRefusal !== undefined || (isData && !isAnybody)) break;
        session.write([command]);
      }
      const timeout = index === 0 ? timeoutsMs.mail : isData ? timeoutsMs.data : timeoutsMs.receipt;
      const reply = await session.reply(timeout);
      if (reply.code === 421) throw new SessionLost(`421 ${reply.lines.join(' ')}`);
      if (index === 0) {
        if (reply.code !== 250) mailRefusal = asRefusal(reply);
      } else if (!isData) {
        if (reply.code === 250 || reply.code === 251) isAnybody = true;
        else results[index - 1] = { kind: 'refused', reply: asRefusal(reply) };
      } else if (reply.code === 354) {
        if (mailRefusal === undefined && isAnybody) return 'go';
        // RFC 2920 §3.1: DATA was accepted although nobody was: an empty text ends it.
        session.write(['.']);
        await session.reply(timeoutsMs.termination);
      } else {
        refuseRest(results, asRefusal(reply));
      }
    }
    if (mailRefusal !== undefined) results.fill({ kind: 'refused', reply: mailRefusal });
    // Neither state of the peer is certain now; RSET makes it so. RFC 5321 §4.1.1.5
    if ((await session.command('RSET', timeoutsMs.mail)).code !== 250) isUsable = false;
    return 'nobody';
  };

  const send = async (transaction: MailTransaction): Promise<readonly RecipientResult[]> => {
    const refusal = refusalBefore(transaction, extensions);
    if (refusal !== undefined) {
      return transaction.forwardPaths.map(() => ({ kind: 'refused', reply: refusal }));
    }
    const results: (RecipientResult | undefined)[] = transaction.forwardPaths.map(() => undefined);
    let isUncertain = false;
    try {
      if ((await envelope(transaction, results)) === 'go') {
        await writeText(stream, transaction.text(), options, session);
        isUncertain = true;
        const reply = await session.reply(timeoutsMs.termination);
        if (reply.code === 250) fillRest(results, { kind: 'sent', reply });
        else refuseRest(results, asRefusal(reply));
        if (reply.code === 421) isUsable = false;
      }
    } catch (error) {
      fillRest(results, { kind: 'lost', reason: fail(error), isUncertain });
    }
    return results.map(
      (each) => each ?? { kind: 'lost', reason: 'no answer for this recipient', isUncertain: false },
    );
  };

  return {
    send,
    get isUsable() {
      return isUsable && session.lost() === undefined;
    },
    quit() {
      isUsable = false;
      if (!stream.destroyed) stream.end('QUIT\r\n');
      // The answer matters to nobody; the peer has a moment to take its leave.
      options.clock.at(options.clock.now() + 1_000, () => stream.destroy());
    },
    destroy() {
      isUsable = false;
      stream.destroy();
    },
  };
}

function fillRest(results: (RecipientResult | undefined)[], rest: RecipientResult): void {
  for (let index = 0; index < results.length; index++) results[index] ??= rest;
}
const refuseRest = (results: (RecipientResult | undefined)[], reply: Reply): void =>
  fillRest(results, { kind: 'refused', reply });

/** A reply that makes no sense at this place is a transient failure: nobody knows what the peer did. RFC 5321 §4.2.1 */
const asRefusal = (reply: Reply): Reply =>
  reply.code >= 400
    ? reply
    : { code: 451, lines: [`unexpected reply ${reply.code} ${reply.lines.join(' ')}`] };

function mailParameters(transaction: MailTransaction, extensions: ReadonlyMap<string, string>): string {
  const size = extensions.has('SIZE') ? ` SIZE=${transaction.sizeBytes}` : '';
  // Deviation: a peer without 8BITMIME gets the 8-bit text as it is, without the parameter; see docs/deviations.md.
  const body = transaction.is8bit && extensions.has('8BITMIME') ? ' BODY=8BITMIME' : '';
  const utf8 = transaction.smtpUtf8 && extensions.has('SMTPUTF8') ? ' SMTPUTF8' : '';
  return size + body + utf8;
}

/** What need not be tried with this peer. */
function refusalBefore(
  transaction: MailTransaction,
  extensions: ReadonlyMap<string, string>,
): Reply | undefined {
  // RFC 1870 §4: 0 means no fixed limit.
  const limit = Number(extensions.get('SIZE') ?? 0);
  if (limit > 0 && transaction.sizeBytes > limit) {
    return { code: 552, lines: [`5.3.4 Message size exceeds the ${limit} bytes the host accepts`] };
  }
  const paths = [transaction.reversePath, ...transaction.forwardPaths];
  // No path may carry a command of its own to the peer, whoever composed it.
  if (paths.some((path) => /[\x00-\x1f\x7f]/.test(path))) {
    return { code: 553, lines: ['5.1.3 Address with control characters'] };
  }
  if (!extensions.has('SMTPUTF8') && paths.some((path) => /[^\x00-\x7f]/.test(path))) {
    return { code: 553, lines: ['5.6.7 Host does not take addresses that are not ASCII'] };
  }
  return undefined;
}

async function writeText(
  stream: Duplex,
  text: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { clock, timeoutsMs }: SmtpClientOptions,
  session: Session,
): Promise<void> {
  const encoder = createMailDataEncoder();
  for await (const chunk of text) {
    stream.cork();
    let isRoom = true;
    for (const part of encoder.encode(chunk)) isRoom = stream.write(part);
    stream.uncork();
    if (!isRoom) await drained(stream, clock, timeoutsMs.data);
    const reason = session.lost();
    if (reason !== undefined) throw new SessionLost(reason);
  }
  stream.write(encoder.finish());
}

/** Waits until a slow peer has taken what was written. */
async function drained(stream: Duplex, clock: Clock, timeoutMs: number): Promise<void> {
  const late = new AbortController();
  const cancel = clock.at(clock.now() + timeoutMs, () => late.abort());
  const onClose = (): void => late.abort();
  stream.once('close', onClose);
  try {
    if (stream.destroyed) throw new SessionLost('connection lost');
    await once(stream, 'drain', { signal: late.signal });
  } catch (error) {
    throw late.signal.aborted
      ? new SessionLost(stream.destroyed ? 'connection lost' : 'Connection timed out during user operation')
      : error;
  } finally {
    cancel();
    stream.off('close', onClose);
  }
}
