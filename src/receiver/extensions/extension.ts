/**
 * The shape of an SMTP service extension that is a line of EHLO and parameters of MAIL: one object, in a file named after
 * it. What it asks for is gathered in `SubmissionRequests`. Source: RFC 5321 §2.2, §4.1.1.11.
 */
import type { EnvelopeRequests } from '../../ports/delivery-requests.ts';
import type { Reply } from '../../smtp/reply.ts';
import type { Session } from '../session.ts';

/** What the parameters of MAIL ask of the queue, beside what they ask of hosts on the way. */
export interface SubmissionRequests {
  /** Addresses and header fields may be UTF-8. */
  readonly smtpUtf8?: true;
  /** Not before this instant. */
  readonly after?: number;
  /** 0 to 255; absent: that of the queue. */
  readonly priority?: number;
  readonly envelope?: EnvelopeRequests;
  /** What the reply to MAIL says of it, when it was not taken as it was asked. */
  readonly remark?: string;
}

export interface SmtpExtension {
  /** Line of EHLO; undefined: this client is not offered it, and its parameters are unknown. */
  readonly offered: (session: Session) => string | undefined;
  /** By keyword of MAIL, upper case: what it adds to what was asked before, or the reply that refuses it. */
  readonly parameters?: Readonly<
    Record<string, (value: string, asked: SubmissionRequests, session: Session) => SubmissionRequests | Reply>
  >;
}

export const isReply = (answer: SubmissionRequests | Reply): answer is Reply => 'code' in answer;
