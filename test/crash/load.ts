/**
 * Sessions that keep sending, pipelined (RFC 2920), and note what the node answered to each message. A session that is
 * cut reconnects; a message is never sent twice: the next try is a message of its own.
 */
import { startSending } from '../support/sending-sessions.ts';
import type { SmtpLine } from '../support/smtp-line.ts';

export interface SentMessage {
  /** Unique; stands in Subject: and in the text. */
  readonly id: string;
  readonly forwardPaths: readonly string[];
  /** As `LoadOptions.sizeBytes`; undefined: its text is of another kind. */
  readonly sizeBytes?: number;
  /** accepted: 250 after the final dot. unknown: the connection ended after the dot. Else it was never taken. */
  outcome: 'accepted' | 'unknown' | 'refused';
  /** Milliseconds since 1970 when the reply after the dot was read. */
  answeredAt?: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly sessions: number;
  readonly reversePath: string | ((n: number) => string);
  /** Recipients of message number n. */
  recipients(n: number): readonly string[];
  /** Bytes of text of message number n, about. */
  sizeBytes(n: number): number;
  /** Between two messages of a session. */
  readonly pauseMs: number;
}

export interface Load {
  /** All messages sent so far, whatever became of them. */
  readonly messages: readonly SentMessage[];
  /** Replies other than the expected ones: code and text, how often. */
  readonly refusals: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export function startLoad(options: LoadOptions): Load {
  const messages: SentMessage[] = [];
  const refusals = new Map<string, number>();
  let count = 0;

  const sendOne = async (line: SmtpLine): Promise<void> => {
    count += 1;
    const message: SentMessage = {
      id: `<<${count}>>`,
      forwardPaths: options.recipients(count),
      sizeBytes: options.sizeBytes(count),
      outcome: 'refused',
    };
    messages.push(message);
    const { reversePath } = options;
    line.write(
      `MAIL FROM:<${typeof reversePath === 'string' ? reversePath : reversePath(count)}>\r\n` +
        `${message.forwardPaths.map((path) => `RCPT TO:<${path}>\r\n`).join('')}DATA\r\n`,
    );
    const replies: string[] = [];
    for (let n = 0; n < message.forwardPaths.length + 2; n += 1) replies.push(await line.reply());
    // What follows a refusal is refused because of it.
    const refusal = replies.find((reply) => !/^(250|354)/.test(reply));
    if (refusal !== undefined) note(refusal);
    if (!replies.at(-1)!.startsWith('354')) {
      await line.command('RSET');
      return;
    }
    const taken = message.forwardPaths.filter((_, n) => replies[n + 1]!.startsWith('250'));
    if (taken.length !== message.forwardPaths.length) throw new Error(`not all taken: ${replies.join(' ')}`);
    message.outcome = 'unknown';
    line.write(`From: load@client.example\r\n${FORGED}${behindFrom(message)}.\r\n`);
    const last = await line.reply();
    message.answeredAt = performance.timeOrigin + performance.now();
    message.outcome = last.startsWith('250') ? 'accepted' : 'refused';
    if (message.outcome === 'refused') note(last);
  };
  const note = (reply: string): void => {
    refusals.set(reply, (refusals.get(reply) ?? 0) + 1);
  };

  // Cut off, or not listening now: that is what this load is for.
  const { stop } = startSending(options, sendOne, () => {});
  return { messages, refusals, stop };
}

/** It speaks in our name, and is left out: where the text is long, the entry then has a beginning beside its file. */
const FORGED = 'X-Spam: No\r\n';

const behindFrom = ({ id, sizeBytes = 0 }: SentMessage): string =>
  `To: undisclosed-recipients:;\r\nSubject: ${id}\r\n\r\n` +
  `This is message ${id}.\r\n${`${'All work and no play. '.repeat(3)}\r\n`.repeat(sizeBytes / 68)}`;

/** Whether it was taken as it was sent, without what was forged. */
export const isAsSent = (message: SentMessage, text: string): boolean =>
  text.endsWith(`\r\nFrom: load@client.example\r\n${behindFrom(message)}`);
