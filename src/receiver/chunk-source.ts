/**
 * Hands on what the client sends, chunk by chunk, one at a time: the next when the one before has been worked on. Most
 * chunks are a short command that is answered at once, so nothing is awaited there: a promise for each, as a stream's
 * own async iterator has them, costs more than the command.
 */
import type { Duplex } from 'node:stream';

/** Chunks that may wait while one is worked on; then the client has to. */
const WAITING_AT_MOST = 4;

export class ChunkSource {
  /** Resolves when the client sends no more and all of it has been taken, or after `close`. Rejects as `take` does. */
  readonly ended: Promise<void>;
  readonly #connection: Duplex;
  readonly #take: (chunk: Uint8Array) => void | Promise<void>;
  readonly #settle: { readonly resolve: () => void; readonly reject: (reason: unknown) => void };
  readonly #waiting: Uint8Array[] = [];
  #isBusy = false;
  #hasEnded: boolean;
  #isClosed = false;

  /** @param take  works on a chunk; a promise where it has to wait for something */
  constructor(connection: Duplex, take: (chunk: Uint8Array) => void | Promise<void>) {
    this.#connection = connection;
    this.#take = take;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#settle = { resolve, reject };
    this.#hasEnded = connection.destroyed;
    connection.on('data', this.#onData);
    connection.on('end', this.#onEnd);
    connection.on('close', this.#onEnd);
    // Accepted paused, where it is served in the process that listens.
    connection.resume();
    this.#goOn();
  }

  /** Nothing more is wanted: what still comes is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.off('data', this.#onData);
    this.#connection.off('end', this.#onEnd);
    this.#connection.off('close', this.#onEnd);
    this.#waiting.length = 0;
    this.#hasEnded = true;
    this.#settle.resolve();
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (!this.#isBusy) {
      this.#work(chunk);
      return;
    }
    this.#waiting.push(chunk);
    if (this.#waiting.length >= WAITING_AT_MOST) this.#connection.pause();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#goOn();
  };

  #work(chunk: Uint8Array): void {
    try {
      const work = this.#take(chunk);
      if (work === undefined) return;
      this.#isBusy = true;
      work.then(this.#onDone, this.#settle.reject);
    } catch (error) {
      this.#settle.reject(error);
    }
  }

  readonly #onDone = (): void => {
    this.#isBusy = false;
    this.#goOn();
  };

  #goOn(): void {
    while (!this.#isBusy && this.#waiting.length > 0) this.#work(this.#waiting.shift()!);
    if (this.#isBusy) return;
    if (this.#hasEnded) this.#settle.resolve();
    else if (this.#connection.isPaused()) this.#connection.resume();
  }
}
