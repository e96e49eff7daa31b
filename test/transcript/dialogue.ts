/**
 * One connection of a dialogue: `C:` lines are sent, `S:` lines are what comes back. Consecutive `C:` lines leave in one
 * segment, as a client with PIPELINING sends them; `C=` sends bytes as they are written, without CRLF.
 */
import { connect, type Socket } from 'node:net';

export interface DialogueOptions {
  readonly port: number;
  /** Address the client calls from: 127.0.0.2 is another host to the server. */
  readonly from?: string | undefined;
}

/** A server that says nothing within this time has nothing to say. */
const PATIENCE_MS = 5_000;

export const CLOSED = '<closed>';

export class Dialogue {
  readonly #socket: Socket;
  #text = '';
  #isClosed = false;
  #wake: () => void = () => {};

  constructor({ port, from }: DialogueOptions) {
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      ...(from === undefined ? {} : { localAddress: from }),
    });
    this.#socket.setNoDelay(true).setEncoding('latin1');
    this.#socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /**
   * Lines of the next `count` replies; `<closed>` where the server closed the connection instead.
   * Source of the form: RFC 5321 §4.2.1, a hyphen behind the code means that the reply goes on.
   */
  async replies(count: number): Promise<readonly string[]> {
    const lines: string[] = [];
    const deadline = Date.now() + PATIENCE_MS;
    for (let taken = 0; taken < count; ) {
      const line = await this.#line(deadline);
      lines.push(line);
      if (!/^\d{3}-/.test(line)) taken += 1;
      if (line === CLOSED || line === NOTHING) break;
    }
    return lines;
  }

  /** Says no more; what still came. */
  async finish(): Promise<readonly string[]> {
    this.#socket.end();
    await this.#until(() => this.#isClosed, Date.now() + PATIENCE_MS);
    this.#socket.destroy();
    return this.#text
      .split('\r\n')
      .slice(0, this.#text.endsWith('\r\n') ? -1 : undefined)
      .filter((each) => each !== '');
  }

  async #line(deadline: number): Promise<string> {
    await this.#until(() => this.#isClosed || this.#text.includes('\r\n'), deadline);
    const end = this.#text.indexOf('\r\n');
    if (end === -1) return this.#isClosed ? CLOSED : NOTHING;
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return line;
  }

  async #until(condition: () => boolean, deadline: number): Promise<void> {
    while (!condition() && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

const NOTHING = '<nothing>';

/**
 * The bytes of a client's line. `C: NOOP` is the text and CRLF; `C= "NOOP\n" "x"*3000` are JSON strings, some repeated,
 * each character one octet. Undefined where the line cannot be read.
 */
export function clientBytes(line: string): Uint8Array | undefined {
  const text = /^C\d?: ?(.*)$/s.exec(line)?.[1];
  if (text !== undefined) return Buffer.from(`${text}\r\n`, 'utf8');
  const raw = /^C\d?= ?(.*)$/s.exec(line)?.[1] ?? '';
  const pieces = [...raw.matchAll(/("(?:[^"\\]|\\.)*")(?:\*(\d+))?\s*/g)];
  if (pieces.map(([all]) => all).join('') !== raw) return undefined;
  const characters = pieces.map(([, json, times]) =>
    (JSON.parse(json!) as string).repeat(Number(times ?? 1)),
  );
  return Buffer.from(characters.join(''), 'latin1');
}

/** Replies that `S:` lines stand for: lines that go on are not counted. */
export const replyCount = (lines: readonly string[]): number =>
  lines.filter((line) => !/^S\d?: ?(~?\d{3}-|\.\.\.$)/.test(line)).length;
