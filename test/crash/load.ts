/**
 * Sessions that keep sending, pipelined (RFC 2920), and note what the node answered to each message. A session that is
 * cut reconnects; a message is never sent twice: the next try is a message of its own.
 */
import { connect, type Socket } from 'node:net';

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
  let isStopping = false;
  let count = 0;

  const session = async (): Promise<void> => {
    while (!isStopping) {
      const line = new SmtpLine(options.port);
      try {
        await line.reply();
        await line.command('EHLO client.example');
        while (!isStopping) {
          await sendOne(line);
          await new Promise((resolve) => setTimeout(resolve, options.pauseMs));
        }
        await line.command('QUIT');
      } catch {
        // Cut off, or not listening now: that is what this load is for.
        await new Promise((resolve) => setTimeout(resolve, 30));
      } finally {
        line.close();
      }
    }
  };

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

  const sessions = Array.from({ length: options.sessions }, session);
  return {
    messages,
    refusals,
    async stop() {
      isStopping = true;
      await Promise.all(sessions);
    },
  };
}

/** It speaks in our name, and is left out: where the text is long, the entry then has a beginning beside its file. */
const FORGED = 'X-Spam: No\r\n';

const behindFrom = ({ id, sizeBytes = 0 }: SentMessage): string =>
  `To: undisclosed-recipients:;\r\nSubject: ${id}\r\n\r\n` +
  `This is message ${id}.\r\n${`${'All work and no play. '.repeat(3)}\r\n`.repeat(sizeBytes / 68)}`;

/** Whether it was taken as it was sent, without what was forged. */
export const isAsSent = (message: SentMessage, text: string): boolean =>
  text.endsWith(`\r\nFrom: load@client.example\r\n${behindFrom(message)}`);

/** One client connection: writes, and reads whole replies in order. Rejects everything once the connection ended. */
export class SmtpLine {
  readonly #socket: Socket;
  readonly #replies: string[] = [];
  readonly #waiting: { resolve(reply: string): void; reject(error: Error): void }[] = [];
  #rest = '';
  #lines: string[] = [];
  #ended: Error | undefined;

  /** @param localAddress  whom the node sees */
  constructor(port: number, patienceMs = 60_000, localAddress = '127.0.0.1') {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, localAddress });
    this.#socket.setEncoding('latin1');
    this.#socket.setTimeout(patienceMs, () => this.#socket.destroy(new Error('no reply in time')));
    this.#socket.on('data', (text: string) => this.#take(text));
    this.#socket.on('error', (error) => this.#end(error));
    this.#socket.on('close', () => this.#end(new Error('connection closed')));
  }

  write(text: string | Uint8Array): boolean {
    return this.#socket.write(text);
  }
  /** Resolves when what was written has left this process. */
  flushed(): Promise<void> {
    if (!this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      const done = (): void => {
        this.#socket.off('drain', done).off('close', done);
        if (this.#ended === undefined) resolve();
        else reject(this.#ended);
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }
  command(text: string): Promise<string> {
    this.write(`${text}\r\n`);
    return this.reply();
  }
  /** The next reply, its lines joined by LF. */
  reply(): Promise<string> {
    const reply = this.#replies.shift();
    if (reply !== undefined) return Promise.resolve(reply);
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\r\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      this.#lines.push(line);
      if (line[3] === '-') continue;
      const reply = this.#lines.join('\n');
      this.#lines = [];
      const waiter = this.#waiting.shift();
      if (waiter === undefined) this.#replies.push(reply);
      else waiter.resolve(reply);
    }
  }
  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}
