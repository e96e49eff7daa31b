/**
 * Replies of a peer as they arrive, with a limit of time for each. Source: RFC 5321 §4.2, §4.5.3.2.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import { printable, type Reply } from '../../smtp/reply.ts';
import { ReplyParser } from '../../smtp/reply-parser.ts';

/** The peer is gone, silent, or says what no SMTP server says. The session ends with it. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

/** MAIL, 100 RCPT and DATA may be under way at a time. */
const REPLIES_AT_MOST = 200;

export interface ReplyReader {
  /** Throws SessionLost. Replies come in the order of the commands. */
  read(timeoutMs: number): Promise<Reply>;
  /** Why nothing more will come; undefined while the session lives. */
  lost(): string | undefined;
  /** Reads no more, so that somebody else may. False: something had come that nobody asked for. */
  release(): boolean;
}

export function createReplyReader(stream: Duplex, clock: Clock): ReplyReader {
  const parser = new ReplyParser();
  const replies: Reply[] = [];
  let lostReason: string | undefined;
  let wake: (() => void) | undefined;

  const lose = (reason: string): void => {
    lostReason ??= reason;
    wake?.();
  };
  const onData = (chunk: Buffer): void => {
    if (lostReason !== undefined) return;
    replies.push(...parser.read(chunk));
    if (parser.failure !== undefined) lose(parser.failure);
    else if (replies.length > REPLIES_AT_MOST) {
      replies.length = 0;
      lose('replies without commands');
    }
    wake?.();
  };
  const listeners = {
    data: onData,
    end: () => lose('connection closed by the peer'),
    error: (error: Error) => lose(errorReason(error)),
    close: () => lose('connection closed'),
  } as const;
  for (const [event, listener] of Object.entries(listeners)) stream.on(event, listener);

  return {
    lost: () => lostReason,
    release() {
      for (const [event, listener] of Object.entries(listeners)) stream.off(event, listener);
      return replies.length === 0 && parser.isBetweenReplies && lostReason === undefined;
    },
    async read(timeoutMs) {
      let isLate = false;
      const cancel = clock.after(timeoutMs, () => {
        isLate = true;
        wake?.();
      });
      try {
        for (;;) {
          const reply = replies.shift();
          if (reply !== undefined) return reply;
          if (lostReason !== undefined) throw new SessionLost(lostReason);
          if (isLate) {
            lose('Connection timed out during user operation');
            throw new SessionLost('Connection timed out during user operation');
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
      } finally {
        cancel();
      }
    },
  };
}

/** `ECONNREFUSED` and its kin as an operator reads them. */
export function errorReason(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'connection lost';
    case 'ETIMEDOUT':
      return 'connection timed out';
    case 'EHOSTUNREACH':
      return 'host is unreachable';
    case 'ENETUNREACH':
      return 'network is unreachable';
    default:
      return error instanceof Error ? printable(error.message) : 'connection failed';
  }
}
