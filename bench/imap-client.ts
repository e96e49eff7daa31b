/** A client that measures: it sends, and waits for the end of an answer, without looking at what stands in between. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export class MeasuringClient {
  readonly #socket: Socket;
  /** The last octets that came. */
  #tail = '';
  #octets = 0;
  #wanted: { readonly pattern: RegExp; readonly found: () => void } | undefined;
  #tags = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#octets += chunk.byteLength;
      this.#tail = (this.#tail + chunk.subarray(-2_000).toString('latin1')).slice(-2_000);
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

  async say(text: string, end: RegExp): Promise<void> {
    this.#tail = '';
    const ended = this.until(end);
    this.#socket.write(text);
    await ended;
  }

  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const found = (): void => {
        this.#wanted = undefined;
        resolve();
      };
      if (pattern.test(this.#tail)) found();
      else this.#wanted = { pattern, found };
    });
  }

  get octets(): number {
    return this.#octets;
  }

  close(): void {
    this.#socket.destroy();
  }
}
