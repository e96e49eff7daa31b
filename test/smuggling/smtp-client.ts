/** The attacker's client: sends pieces as separate segments and counts replies. */
import { connect, type Socket } from 'node:net';

export class AttackingClient {
  readonly #socket: Socket;
  #text = '';
  #wake: () => void = () => {};
  #isClosed = false;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** Each piece in a segment of its own: the server's event loop turns in between. */
  async send(pieces: readonly string[]): Promise<void> {
    for (const piece of pieces) {
      await new Promise<void>((resolve) => this.#socket.write(piece, 'latin1', () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** The last line of the next reply. */
  async reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-.*\r\n)*(\d{3}(?: .*)?)\r\n/.exec(this.#text);
      if (match !== null) {
        this.#text = this.#text.slice(match[0].length);
        return match[1]!;
      }
      if (this.#isClosed) return 'closed';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async command(line: string): Promise<string> {
    await this.send([`${line}\r\n`]);
    return this.reply();
  }

  /** What has been said and not been asked for. */
  get surplus(): string {
    return this.#text;
  }

  close(): void {
    this.#socket.destroy();
  }
}
