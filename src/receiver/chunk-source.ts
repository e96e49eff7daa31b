/**
 * What the client sends, chunk by chunk, while only one chunk is being worked on. A stream's own async iterator does the
 * same for several times the cost of a short SMTP command.
 */
import type { Duplex } from 'node:stream';

/** Chunks that may wait while one is worked on; then the client has to. */
const WAITING_AT_MOST = 4;

export class ChunkSource {
  readonly #connection: Duplex;
  readonly #waiting: Uint8Array[] = [];
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(connection: Duplex) {
    this.#connection = connection;
    this.#hasEnded = connection.destroyed;
    connection.on('data', this.#onData);
    connection.on('end', this.#onEnd);
    connection.on('close', this.#onEnd);
    // Accepted paused, where it is served in the process that listens.
    connection.resume();
  }

  /** The next chunk; undefined when the client sends no more, or is gone. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#waiting.length === 0 && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const chunk = this.#waiting.shift();
    if (this.#waiting.length === 0 && this.#connection.isPaused()) this.#connection.resume();
    return chunk;
  }

  /** Nothing more is wanted: what still comes is dropped. */
  close(): void {
    this.#connection.off('data', this.#onData);
    this.#connection.off('end', this.#onEnd);
    this.#connection.off('close', this.#onEnd);
    this.#waiting.length = 0;
    this.#hasEnded = true;
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#waiting.push(chunk);
    if (this.#waiting.length >= WAITING_AT_MOST) this.#connection.pause();
    this.#wakeUp();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#wakeUp();
  };

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
