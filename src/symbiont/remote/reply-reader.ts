/**
 * Replies of a peer, one after the other, with a limit of time for each. Source: RFC 5321 §4.2, §4.5.3.1.5, §4.5.3.2.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';

export interface SmtpReply {
  readonly code: number;
  /** Texts of the lines, without codes. */
  readonly lines: readonly string[];
}

/** The peer is gone, silent, or says what no SMTP server says. The session ends with it. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

/** A peer may talk longer than RFC 5321 allows, but not for ever. */
const LINE_LIMIT = 4_096;
const LINES_LIMIT = 200;

export interface ReplyReader {
  /** Throws SessionLost. Replies come in the order of the commands. */
  read(timeoutMs: number): Promise<SmtpReply>;
  /** Why nothing more will come; undefined while the session lives. */
  lost(): string | undefined;
}

export function createReplyReader(stream: Duplex, clock: Clock): ReplyReader {
  let buffered = '';
  let lines: string[] = [];
  const replies: SmtpReply[] = [];
  let lostReason: string | undefined;
  let wake: (() => void) | undefined;

  const lose = (reason: string): void => {
    lostReason ??= reason;
    wake?.();
  };
  const takeLine = (line: string): void => {
    const match = /^([2-5][0-9]{2})([ -]?)(.*)$/s.exec(line);
    if (match === null || (match[2] === '' && match[3] !== '')) {
      lose('invalid reply');
      return;
    }
    lines.push((match[3] ?? '').trimEnd());
    if (lines.length > LINES_LIMIT) lose('endless reply');
    if (match[2] === '-') return;
    replies.push({ code: Number(match[1]), lines });
    lines = [];
    wake?.();
  };

  stream.on('data', (chunk: Buffer) => {
    if (lostReason !== undefined) return;
    buffered += chunk.toString('latin1');
    for (;;) {
      const end = buffered.indexOf('\n');
      if (end === -1) break;
      const line = buffered.slice(0, end).replace(/\r$/, '');
      buffered = buffered.slice(end + 1);
      takeLine(line);
      if (lostReason !== undefined) return;
    }
    if (buffered.length > LINE_LIMIT) lose('endless reply line');
  });
  stream.on('end', () => lose('connection closed by the peer'));
  stream.on('error', (error: Error) => lose(errorReason(error)));
  stream.on('close', () => lose('connection closed'));

  return {
    lost: () => lostReason,
    async read(timeoutMs) {
      let isLate = false;
      const cancel = clock.at(clock.now() + timeoutMs, () => {
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

/** What a peer says, safe for logs, terminals and returned mail. */
export const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500);

export const replyText = (reply: SmtpReply): string =>
  printable(`${reply.code} ${reply.lines.join(' ')}`.trimEnd());
