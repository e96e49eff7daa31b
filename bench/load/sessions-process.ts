/**
 * SMTP sessions in a process of their own, which stay open between one lot of messages and the next, and time each 250: what
 * smtp-source does not do. It is written for Node, and takes more of the processor than smtp-source would: figures of the servers'
 * processor time, and of one size beside another, are what it is for. Each session has one message on its way at a time, and
 * pipelines its envelope (RFC 2920).
 */
import { connect, type Socket } from 'node:net';

export interface OpenRequest {
  readonly kind: 'open';
  readonly port: number;
  readonly sessions: number;
}
export interface SendRequest {
  readonly kind: 'send';
  readonly messages: number;
  readonly bytes: number;
  readonly forwardPath: string;
}
/** Milliseconds from the last dot to the 250 of each message; undefined where only sessions were opened. */
export type SessionsAnswer = { readonly times?: readonly number[] } | { readonly failure: string };

/** How many connect at a time. */
const CONNECTING = 100;

class Session {
  readonly #socket: Socket;
  #rest = '';
  #replies: string[] = [];
  #wanted = 0;
  #resolve: (replies: readonly string[]) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#take(text));
    this.#socket.on('error', (error) => this.#reject(error));
    this.#socket.on('close', () => this.#reject(new Error('a server closed the connection')));
  }

  /** Replies to what is written; rejects when one of them is no success. */
  say(text: string, replies: number): Promise<void> {
    if (text !== '') this.#socket.write(text, 'latin1');
    return new Promise<readonly string[]>((resolve, reject) => {
      this.#wanted = replies;
      this.#resolve = resolve;
      this.#reject = reject;
      this.#give();
    }).then((found) => {
      const refused = found.find((reply) => !/^[23]/.test(reply));
      if (refused !== undefined) throw new Error(`a server says ${refused}`);
    });
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\r\n');
    this.#rest = lines.pop()!;
    for (const line of lines) if (line[3] !== '-') this.#replies.push(line);
    this.#give();
  }

  #give(): void {
    if (this.#wanted > 0 && this.#replies.length >= this.#wanted) {
      this.#resolve(this.#replies.splice(0, this.#wanted));
      this.#wanted = 0;
    }
  }
}

const sessions: Session[] = [];

async function open({ port, sessions: count }: OpenRequest): Promise<void> {
  const one = async (): Promise<void> => {
    while (sessions.length < count) {
      const session = new Session(port);
      sessions.push(session);
      await session.say('', 1);
      await session.say('EHLO client.example\r\n', 1);
    }
  };
  await Promise.all(Array.from({ length: CONNECTING }, one));
}

async function send({ messages, bytes, forwardPath }: SendRequest): Promise<readonly number[]> {
  const envelope = `MAIL FROM:<sender@bench.example>\r\nRCPT TO:<${forwardPath}>\r\nDATA\r\n`;
  const line = `${'x'.repeat(70)}\r\n`;
  const text = `From: <sender@bench.example>\r\nTo: <${forwardPath}>\r\nSubject: bench\r\n\r\n${line.repeat(bytes / line.length)}.\r\n`;
  const times: number[] = [];
  let left = messages;
  await Promise.all(
    sessions.map(async (session) => {
      while (left-- > 0) {
        await session.say(envelope, 3);
        const started = performance.now();
        await session.say(text, 1);
        times.push(performance.now() - started);
      }
    }),
  );
  return times;
}

const answer = (message: SessionsAnswer): void => void process.send?.(message);

process.on('message', (request: OpenRequest | SendRequest) => {
  const done =
    request.kind === 'open' ? open(request).then(() => ({})) : send(request).then((times) => ({ times }));
  done.then(answer, (error: Error) => answer({ failure: error.message }));
});
process.on('disconnect', () => process.exit());
