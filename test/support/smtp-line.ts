/** One connection of an SMTP client: writes, and reads whole replies in order. Rejects everything once the connection ended. */
import { connect, type Socket } from 'node:net';

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
