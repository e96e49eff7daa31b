/** Commands and replies on one connection, with its trace. Source: RFC 5321 §4.1, §4.2; tcpip-smtp.md §4 (SYMB_TRACE). */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import type { Reply } from '../../smtp/reply.ts';
import { createReplyReader } from './reply-reader.ts';

export interface SmtpSession {
  /** The next reply. Throws SessionLost. */
  reply(timeoutMs: number): Promise<Reply>;
  /** Command lines, without CRLF, in one piece. */
  write(lines: readonly string[]): void;
  /**
   * One command and its reply. `shown`: what stands in the trace instead of the line. `secrets`: what stands in no trace, should the
   * peer say it.
   */
  command(line: string, timeoutMs: number, shown?: string, secrets?: readonly string[]): Promise<Reply>;
  /** Why nothing more will come; undefined while the session lives. */
  lost(): string | undefined;
  /** Nobody reads the stream any more. False: the peer had said more than it was asked. */
  release(): boolean;
}

export interface SmtpSessionOptions {
  readonly stream: Duplex;
  readonly clock: Clock;
  /** Asked for each exchange: where the lines of the dialogue go, `>>>` ours, `<<<` the peer's; undefined: nowhere. */
  readonly trace?: (() => ((line: string) => void) | undefined) | undefined;
}

export function createSmtpSession({ stream, clock, trace }: SmtpSessionOptions): SmtpSession {
  const reader = createReplyReader(stream, clock);
  const reply = async (timeoutMs: number, secrets: readonly string[] = []): Promise<Reply> => {
    const received = await reader.read(timeoutMs);
    // A challenge and what answers it are enough to guess the password by.
    const isChallenge = received.code === 334 && secrets.length > 0;
    const text = isChallenge ? '...' : withoutSecrets(received.lines.join('\\d\\a'), secrets);
    trace?.()?.(`<<<${received.code} ${text}`);
    return received;
  };
  const write = (lines: readonly string[], shown = lines): void => {
    const show = trace?.();
    if (show !== undefined) for (const line of shown) show(`>>>${line}`);
    stream.write(`${lines.join('\r\n')}\r\n`);
  };
  return {
    reply: (timeoutMs) => reply(timeoutMs),
    write: (lines) => write(lines),
    lost: reader.lost,
    release: reader.release,
    async command(line, timeoutMs, shown = line, secrets = []) {
      write([line], [shown]);
      return reply(timeoutMs, secrets);
    },
  };
}

export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '...')), text);
