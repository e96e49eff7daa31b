/** A client that measures: it sends, and waits for the end of an answer, without looking at what stands in between. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ScramLogin } from './scram-login.ts';

/** Longer than the last line of any answer. */
const TAIL = 2_000;
/** Of a server that says nothing: a benchmark that hangs tells nobody why. */
const SILENT_MS = 120_000;

export class MeasuringClient {
  readonly #socket: Socket;
  /** The last octets that came. */
  #tail = '';
  #octets = 0;
  #wanted: { readonly pattern: RegExp; heard(): void; found(): void; gone(why: Error): void } | undefined;
  #tags = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.#wanted?.gone(new Error(`the connection has closed: ${this.#tail}`)));
    socket.on('data', (chunk: Buffer) => {
      this.#octets += chunk.byteLength;
      const end = chunk.toString('latin1', Math.max(chunk.byteLength - TAIL, 0));
      this.#tail = end.length === TAIL ? end : (this.#tail + end).slice(-TAIL);
      this.#wanted?.heard();
      if (this.#wanted?.pattern.test(this.#tail)) this.#wanted.found();
    });
  }

  /** @param greeting  what the server says first */
  static async open(port: number, greeting = /\r\n$/): Promise<MeasuringClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new MeasuringClient(socket);
    await once(socket, 'connect');
    await client.until(greeting);
    return client;
  }

  /** Resolves to milliseconds. Throws when the answer is not OK. */
  async command(text: string): Promise<number> {
    const tag = `m${++this.#tags}`;
    const started = performance.now();
    await this.say(`${tag} ${text}\r\n`, new RegExp(`(?:^|\\n)${tag} \\w+[^\\n]*\\r\\n$`));
    const took = performance.now() - started;
    if (!this.#tail.includes(`${tag} OK`)) throw new Error(`${text.slice(0, 60)}: ${this.#tail.slice(-200)}`);
    return took;
  }

  /** Lets a user in by SCRAM-SHA-256. */
  async authenticate(login: ScramLogin): Promise<void> {
    const { initial, respond } = login.begin();
    await this.say(`s AUTHENTICATE SCRAM-SHA-256 ${initial}\r\n`, /^\+ [^\n]*\r\n$/);
    await this.say(`${respond(this.#tail.slice(2).trim())}\r\n`, /^\+ [^\n]*\r\n$/);
    await this.say('\r\n', /^s OK [^\n]*\r\n$/);
  }

  /** Resolves to the last octets of what came, when they match. Rejects when the connection closes before, or says nothing. */
  async say(text: string, end: RegExp): Promise<void> {
    this.#tail = '';
    const ended = this.until(end);
    this.#socket.write(text);
    await ended;
  }

  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const heard = this.#octets;
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${this.#octets - heard} octets, and no end: ${this.#tail}`))),
        SILENT_MS,
      );
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.#wanted = undefined;
        end();
      };
      const found = (): void => settle(resolve);
      if (pattern.test(this.#tail)) found();
      else
        this.#wanted = {
          pattern,
          heard: () => void timer.refresh(),
          found,
          gone: (why) => settle(() => reject(why)),
        };
    });
  }

  get octets(): number {
    return this.#octets;
  }

  close(): void {
    this.#socket.destroy();
  }
}
