/** The shape of an SMTP verb: one object, its legal states as flags, a handler that returns the reply. STYLE §5. */
import type { Reply } from '../../smtp/reply.ts';
import type { Session } from '../session.ts';

export interface Answer {
  readonly reply: Reply;
  /** What the loop does after the reply. */
  readonly next?: 'close' | 'partWithClient' | 'receiveData' | 'receiveChunk' | 'startTls' | 'greetAgain';
  /** Octets that follow the command; the reply is said behind them, and for the last chunk that of the message. */
  readonly chunk?: { readonly sizeBytes: number; readonly isLast: boolean; readonly isDropped: boolean };
}

export interface SmtpVerb {
  readonly name: string;
  /** After HELO or EHLO only. */
  readonly needsGreeting?: boolean;
  /** Only within a mail transaction. */
  readonly needsTransaction?: boolean;
  /** Only for users of ours, where the service is for them alone. */
  readonly needsUser?: boolean;
  /** Not of V4.2: unknown with OPTIONS=CLASSIC. */
  readonly isExtension?: boolean;
  /** Any argument is a syntax error. */
  readonly takesNothing?: boolean;
  /** true: of LMTP alone, false: of SMTP alone. RFC 2033 §4 */
  readonly isOfLmtp?: boolean;
  /** Its argument may hold UTF-8. */
  readonly takesUtf8?: boolean;
  /** HELP text. tcpip-smtp.md §6.2 */
  readonly help?: string;
  /** @param argument  what stands behind the verb and one blank; '' for nothing */
  readonly handle: (session: Session, argument: string) => Answer | Promise<Answer>;
}

export const answer = (reply: Reply): Answer => ({ reply });
