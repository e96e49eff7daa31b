/**
 * One SMTP session with a peer, once it is open: any number of mail transactions.
 * It knows nothing of queues and routes. Source: RFC 5321 §3, §4; RFC 2920 (PIPELINING); tcpip-smtp.md §6.2.
 */
import type { Duplex } from 'node:stream';
import type { SecuredConnection } from '../../ports/client-tls.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EnvelopeRequests, RecipientRequests } from '../../ports/delivery-requests.ts';
import type { Reply } from '../../smtp/reply.ts';
import type { SendTimeouts } from '../settings.ts';
import { announcedLimits } from './announced-limits.ts';
import { mailParameters, recipientCommand, refusalsBefore, textFor } from './mail-parameters.ts';
import { errorReason, SessionLost } from './reply-reader.ts';
import type { SmtpSession } from './smtp-session.ts';
import { writeChunks, writeText } from './write-text.ts';

export interface MailTransaction {
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  /** What the sender asks for. */
  readonly requests?: Omit<EnvelopeRequests, 'recipients'> | undefined;
  /** The same of each forward-path, in order. */
  readonly recipientRequests: readonly (RecipientRequests | undefined)[];
  readonly sizeBytes: number;
  /** The text has 8-bit bytes. */
  readonly is8bit: boolean;
  /** The submitter said SMTPUTF8. */
  readonly smtpUtf8: boolean;
  /** The header is not ASCII. */
  readonly hasUtf8Header: boolean;
  /** The text, from its start; asked for twice where it has to become 7-bit. */
  readonly text: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Where `text` begins with signatures: what is behind them, and those of another form of it. */
  readonly unsigned?: {
    readonly text: MailTransaction['text'];
    readonly fields: (text: MailTransaction['text']) => Promise<string>;
  };
}

export type RecipientResult =
  /** `hasReports`: what was asked for of reports went along. */
  | { readonly kind: 'sent'; readonly reply: Reply; readonly hasReports: boolean }
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
  const isChunked = extensions.has('CHUNKING');
  const { transactions: transactionsAtMost } = announcedLimits(extensions);
  let transactions = 0;
  let isUsable = true;

  const fail = (error: unknown): string => {
    isUsable = false;
    stream.destroy();
    if (error instanceof SessionLost) return error.message;
    return errorReason(error);
  };

  /**
   * MAIL, RCPT … and DATA, for those who have no result yet; fills `results` with refusals.
   * @returns whether the text may come: somebody was accepted, and DATA answered with 354, unless it goes in chunks
   */
  const envelope = async (
    transaction: MailTransaction,
    results: (RecipientResult | undefined)[],
  ): Promise<boolean> => {
    const asked = [...results.keys()].filter((index) => results[index] === undefined);
    const commands = [
      `MAIL FROM:<${transaction.reversePath}>${mailParameters(transaction, extensions, clock.now())}`,
      ...asked.map((index) => recipientCommand(transaction, index, extensions)),
      ...(isChunked ? [] : ['DATA']),
    ];
    const isPipelined = extensions.has('PIPELINING');
    if (isPipelined) session.write(commands);
    let mailRefusal: Reply | undefined;
    let isAnybody = false;
    for (const [position, command] of commands.entries()) {
      const isData = position > asked.length;
      if (!isPipelined) {
        if (mailRefusal !== undefined || (isData && !isAnybody)) break;
        session.write([command]);
      }
      const timeout = position === 0 ? timeoutsMs.mail : isData ? timeoutsMs.data : timeoutsMs.receipt;
      const reply = await session.reply(timeout);
      if (reply.code === 421) throw new SessionLost(`421 ${reply.lines.join(' ')}`);
      if (position === 0) {
        if (!isSuccess(reply)) mailRefusal = asRefusal(reply);
      } else if (!isData) {
        if (isSuccess(reply)) isAnybody = true;
        else results[asked[position - 1]!] = { kind: 'refused', reply: asRefusal(reply) };
      } else if (reply.code === 354) {
        if (mailRefusal === undefined && isAnybody) return true;
        // RFC 2920 §3.1: DATA was accepted although nobody was: an empty text ends it.
        session.write(['.']);
        await session.reply(timeoutsMs.termination);
      } else {
        refuseRest(results, asRefusal(reply));
      }
    }
    if (isChunked && mailRefusal === undefined && isAnybody) return true;
    if (mailRefusal !== undefined) refuse(results, asked, mailRefusal);
    await reset();
    return false;
  };

  /** Neither state of the peer is certain; RSET makes it so. RFC 5321 §4.1.1.5 */
  const reset = async (): Promise<void> => {
    if ((await session.command('RSET', timeoutsMs.mail)).code !== 250) isUsable = false;
  };

  const send = async (transaction: MailTransaction): Promise<readonly RecipientResult[]> => {
    const results: (RecipientResult | undefined)[] = [...refusalsBefore(transaction, extensions)];
    transactions += 1;
    let isUncertain = false;
    const text = async (): Promise<Reply> => {
      const writing = { stream, clock, timeoutMs: timeoutsMs.data, lost: session.lost };
      const bytes = await textFor(transaction, extensions);
      const reply = (): Promise<Reply> => session.reply(timeoutsMs.termination);
      const onLast = (): void => {
        isUncertain = true;
      };
      if (isChunked) return writeChunks(bytes, writing, reply, onLast);
      await writeText(bytes, writing);
      onLast();
      return reply();
    };
    try {
      if (results.includes(undefined) && (await envelope(transaction, results))) {
        const reply = await text();
        if (isSuccess(reply)) fillRest(results, { kind: 'sent', reply, hasReports: extensions.has('DSN') });
        else refuseRest(results, asRefusal(reply));
        if (reply.code === 421) isUsable = false;
        // RFC 3030 §2: a chunk that was refused leaves the transaction open.
        else if (isChunked && !isSuccess(reply)) await reset();
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
      return isUsable && transactions < transactionsAtMost && session.lost() === undefined;
    },
    quit() {
      isUsable = false;
      if (!stream.destroyed) stream.end('QUIT\r\n');
      // The answer matters to nobody; the peer has a moment to take its leave.
      clock.after(1_000, () => stream.destroy());
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
const refuse = (results: (RecipientResult | undefined)[], indexes: readonly number[], reply: Reply): void => {
  for (const index of indexes) results[index] = { kind: 'refused', reply };
};
const refuseRest = (results: (RecipientResult | undefined)[], reply: Reply): void =>
  fillRest(results, { kind: 'refused', reply });

/** RFC 5321 §4.2: the first digit tells, also where the others are not known. */
const isSuccess = ({ code }: Reply): boolean => code >= 200 && code < 300;

/** A reply that makes no sense at this place is a transient failure: nobody knows what the peer did. RFC 5321 §4.2.1 */
const asRefusal = (reply: Reply): Reply =>
  reply.code >= 400
    ? reply
    : { code: 451, lines: [`unexpected reply ${reply.code} ${reply.lines.join(' ')}`] };
