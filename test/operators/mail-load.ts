/**
 * Mail that keeps coming by SMTP while operators do as they like: what is refused is noted and forgotten, what is accepted has
 * to be somewhere in the end. The local part of each reverse-path, and of each address elsewhere, names the message.
 */
import { startSending } from '../support/sending-sessions.ts';
import type { SmtpLine } from '../support/smtp-line.ts';

export interface Accepted {
  /** Stands in Subject: and in the text, as `<<id>>`. */
  readonly id: string;
  readonly forwardPaths: readonly string[];
}

/** Where bounces go, and good mail. */
export const GOOD = '[127.0.0.2]';
/** Answers 451 to most. */
export const DEFERRING = '[127.0.0.3]';
/** Nobody is there. */
export const DEAD = '[127.0.0.4]';

export interface MailLoad {
  /** Messages answered with 250 so far. */
  readonly accepted: number;
  /** Replies that refused something, and broken connections; how often. */
  readonly refusals: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export function startMailLoad(options: {
  readonly port: number;
  readonly users: readonly string[];
  readonly sessions: number;
  readonly pauseMs: number;
  /** Messages that have been sent before; default 0: ids go on behind them. */
  readonly sentBefore?: number;
  /** Told as soon as the 250 is read. */
  readonly onAccepted: (message: Accepted) => void;
}): MailLoad {
  let accepted = 0;
  let count = options.sentBefore ?? 0;
  const refusals = new Map<string, number>();
  const note = (reply: string): void => void refusals.set(reply, (refusals.get(reply) ?? 0) + 1);
  const sendOne = async (line: SmtpLine): Promise<void> => {
    const n = ++count;
    const id = `s${n}`;
    const taken: string[] = [];
    const isWell = async (command: string, code: string): Promise<boolean> => {
      const reply = await line.command(command);
      if (!reply.startsWith(code)) note(reply.replace(/<.*?>|\d{3,}$/g, ''));
      return reply.startsWith(code);
    };
    if (await isWell(`MAIL FROM:<${id}@${GOOD}>`, '250')) {
      for (const path of recipients(n, options.users))
        if (await isWell(`RCPT TO:<${path}>`, '250')) taken.push(path);
    }
    if (taken.length === 0 || !(await isWell('DATA', '354'))) {
      await line.command('RSET');
      return;
    }
    if (!(await isWell(text(id, n % 40 === 0 ? 90_000 : 800), '250'))) return;
    accepted += 1;
    options.onAccepted({ id, forwardPaths: taken });
  };
  const { stop } = startSending(options, sendOne, ({ message }) => note(message));
  return {
    get accepted() {
      return accepted;
    },
    refusals,
    stop,
  };
}

/** One or two here, and each third message somebody elsewhere. */
const recipients = (n: number, users: readonly string[]): readonly string[] => [
  ...users.slice(n % 2, 1 + (n % users.length)).map((user) => `${user.toLowerCase()}@hearts.example`),
  ...(n % 3 === 0 ? [`s${n}@${[GOOD, DEFERRING, DEAD][(n / 3) % 3]}`] : []),
  ...(n % 29 === 0 ? [`nobody-${n}@hearts.example`] : []),
];

const text = (id: string, sizeBytes: number): string =>
  `From: load@client.example\r\nTo: undisclosed-recipients:;\r\nSubject: <<${id}>>\r\n\r\n` +
  `This is <<${id}>>.\r\n${`${'All work and no play. '.repeat(3)}\r\n`.repeat(sizeBytes / 68)}.`;
