/**
 * One SMTP session with a peer, once it is open: any number of mail transactions.
 * It knows nothing of queues and routes. Source: RFC 5321 §3, §4; RFC 2920 (PIPELINING); tcpip-smtp.md §6.2.
 */
import type { Duplex } from 'node:stream';
import type { SecuredConnection } from '../../ports/client-tls.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Reply } from '../../smtp/reply.ts';
import type { SendTimeouts } from '../settings.ts';
import { mailParameters, refusalBefore } from './mail-parameters.ts';
import { errorReason, SessionLost } from './reply-reader.ts';
import type { SmtpSession } from './smtp-session.ts';
import { writeText } from './write-text.ts';

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
  /** Of an encrypted session. */
  readonly tls: Pick<SecuredConnection, 'protocol' | 'cipher'> | undefined;
  /** QUIT, without waiting for the answer. */
  quit(): void;
  destroy(): void;
}

export function createSmtpClient(
  options: {
    readonly stream: Duplex;
    readonly clock: Clock;
    readonly timeoutsMs: SendTimeouts;
  },
  session: SmtpSession,
  extensions: ReadonlyMap<string, string>,
  tls: Pick<SecuredConnection, 'protocol' | 'cipher'> | undefined,
): SmtpClient {
  const { stream, clock, timeoutsMs } = options;
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
        await writeText(transaction.text(), {
          stream,
          clock,
          timeoutMs: timeoutsMs.data,
          lost: session.lost,
        });
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
    tls,
    get isUsable() {
      return isUsable && session.lost() === undefined;
    },
    quit() {
      isUsable = false;
      if (!stream.destroyed) stream.end('QUIT\r\n');
      // The answer matters to nobody; the peer has a moment to take its leave.
      clock.at(clock.now() + 1_000, () => stream.destroy());
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
