/** A session that sends commands, one or several at a time, and believes of its mailbox what the server tells. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Response, ResponseReader } from './response-reader.ts';
import { keepsNumbers, TrackedMailbox, type TrackedMessage } from './tracked-mailbox.ts';

export interface Reply {
  readonly status: string;
  /** Behind the status. */
  readonly text: string;
  readonly untagged: readonly string[];
  /** Messages of which the flags were told meanwhile. */
  readonly told: ReadonlySet<TrackedMessage>;
}

interface Pending {
  readonly tag: string;
  readonly command: string;
  readonly untagged: string[];
  readonly begin: () => void;
  readonly answered: (reply: Reply) => void;
}

const ENDED: Reply = { status: 'END', text: '', untagged: [], told: new Set() };
const ANSWER_MS = 30_000;

export class TrackingSession {
  readonly name: string;
  mailbox: TrackedMailbox;
  /** Of the selected mailbox; '' when there is none. */
  selected = '';
  /** The greatest that was seen. */
  #modseq = 0;
  readonly #socket: Socket;
  readonly #reader = new ResponseReader();
  readonly #problems: string[];
  readonly #pending: Pending[] = [];
  #continuation: (() => void) | undefined;
  #tags = 0;
  isEnded = false;

  private constructor(name: string, socket: Socket, problems: string[]) {
    this.name = name;
    this.#socket = socket;
    this.#problems = problems;
    this.mailbox = new TrackedMailbox(this.problem);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      for (const response of this.#reader.read(chunk)) this.#take(response);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isEnded = true;
      for (const { answered } of this.#pending.splice(0)) answered(ENDED);
    });
  }

  static async open(name: string, port: number, problems: string[]): Promise<TrackingSession> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new TrackingSession(name, socket, problems);
  }

  readonly problem = (text: string): void => {
    this.#problems.push(`${this.name}: ${text}`);
  };

  /** Sent together; answered one by one. @param begin  called when the server comes to the command */
  send(commands: readonly { readonly text: string; readonly begin?: () => void }[]): Promise<Reply>[] {
    const replies = commands.map(({ text, begin = () => {} }) => {
      const tag = `t${++this.#tags}`;
      return {
        line: `${tag} ${text}\r\n`,
        reply: new Promise<Reply>((resolve) => {
          const timer = setTimeout(() => {
            this.problem(`no answer to ${text.slice(0, 80)}`);
            this.close();
          }, ANSWER_MS);
          const answered = (reply: Reply): void => {
            clearTimeout(timer);
            resolve(reply);
          };
          if (this.isEnded) return answered(ENDED);
          this.#pending.push({ tag, command: text, untagged: [], begin, answered });
          if (this.#pending.length === 1) this.#begin();
        }),
      };
    });
    if (!this.isEnded) this.#socket.write(Buffer.from(replies.map(({ line }) => line).join(''), 'latin1'));
    return replies.map(({ reply }) => reply);
  }

  /** Only OK is expected. */
  async command(text: string): Promise<Reply> {
    const reply = await this.send([{ text }])[0]!;
    if (reply.status !== 'OK' && reply.status !== 'END')
      this.problem(`${text.slice(0, 100)}: ${reply.status} ${reply.text}`);
    return reply;
  }

  /** Waits idle for a while. */
  async idle(forMs: number): Promise<void> {
    const asked = new Promise<void>((resolve) => {
      this.#continuation = resolve;
    });
    const [reply] = this.send([{ text: 'IDLE' }]);
    await Promise.race([asked, reply]);
    await new Promise((resolve) => setTimeout(resolve, forMs));
    if (!this.isEnded) this.#socket.write('DONE\r\n');
    await reply;
  }

  /** Sends octets and closes, as a client does whose cable was pulled. */
  async breakOff(octets: string): Promise<void> {
    this.#socket.write(Buffer.from(octets, 'latin1'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.close();
  }

  close(): void {
    this.#socket.destroy();
  }

  #begin(): void {
    this.mailbox.begin();
    this.#pending[0]?.begin();
  }

  #take(response: Response): void {
    const current = this.#pending[0];
    if (response.tag === '+') {
      this.#continuation?.();
      return;
    }
    if (response.tag === '*') {
      current?.untagged.push(response.text);
      this.mailbox.take(response, current?.command ?? '');
      const modseq = / MODSEQ \((\d+)\)/.exec(response.text.slice(0, 300))?.[1];
      if (modseq !== undefined) this.#modseq = Math.max(this.#modseq, Number(modseq));
      return;
    }
    if (current === undefined || current.tag !== response.tag) {
      this.problem(`an answer under ${response.tag}: ${response.text}`);
      return;
    }
    const [status = '', ...rest] = response.text.split(' ');
    const text = rest.join(' ');
    if (status === 'BAD') this.problem(`BAD to ${current.command.slice(0, 100)}: ${text}`);
    this.mailbox.code(text);
    // Everything up to here has been told now, but what must not be told in such a command.
    if (status === 'OK' && !keepsNumbers(current.command))
      this.mailbox.highestModseq = Math.max(this.mailbox.highestModseq, this.#modseq);
    this.#pending.shift();
    current.answered({ status, text, untagged: current.untagged, told: this.mailbox.told });
    this.#begin();
  }

  /** What was seen of another mailbox counts no more. */
  forgetModseq(): void {
    this.#modseq = 0;
  }
}
