/** What is said to the client: gathered, so that a burst of commands gets one write, and seen off at the end. */
import type { Duplex } from 'node:stream';

/** How long a closing connection may take to carry its last reply. */
const LAST_REPLY_MS = 5_000;

export class ReplyWriter {
  #connection: Duplex;
  #pending = '';

  constructor(connection: Duplex) {
    this.#connection = connection;
  }

  /** @param text  whole lines, an octet a character */
  say(text: string): void {
    this.#pending += text;
  }

  /** From now on over this connection; nothing may be pending. */
  moveTo(connection: Duplex): void {
    this.#connection = connection;
  }

  /** Writes what is pending; waits where the client does not read. */
  flush(): Promise<void> | undefined {
    const text = this.#takePending();
    const connection = this.#connection;
    if (text === '' || !connection.writable) return undefined;
    if (connection.write(text, 'latin1')) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        connection.off('drain', done);
        connection.off('close', done);
        resolve();
      };
      connection.once('drain', done);
      connection.once('close', done);
    });
  }

  /** Ends without waiting: whoever reads wakes when the connection is gone. */
  end(): void {
    const connection = this.#connection;
    connection.end(this.#takePending(), 'latin1');
    // Time for the reply to go out; a client that does not read it is dropped.
    setTimeout(() => connection.destroy(), LAST_REPLY_MS).unref();
  }

  /**
   * Sees the last reply off; the connection itself is closed by who gave it, when the image has ended.
   * @param isGoodbye  the client said QUIT: nothing more comes that the last reply could be lost for, and a connection without
   *   TLS is closed at once. Waiting for the client's side costs an error object for each that resets it then.
   */
  async close(isGoodbye: boolean): Promise<void> {
    const connection = this.#connection;
    if (connection.destroyed || connection.writableEnded) return;
    const text = this.#takePending();
    // Nothing is written where nothing is left to say: a client that has closed already makes an error of it.
    const isWritten = isGoodbye && (text === '' || connection.write(text, 'latin1'));
    if (isWritten && connection.writableLength === 0) {
      connection.destroy();
      return;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        connection.off('close', done);
        resolve();
      };
      const timer = setTimeout(() => {
        connection.destroy();
        done();
      }, LAST_REPLY_MS);
      connection.once('close', done);
      if (text === '' || isGoodbye) connection.end(done);
      else connection.end(text, 'latin1', done);
    });
  }

  #takePending(): string {
    const text = this.#pending;
    this.#pending = '';
    return text;
  }
}
