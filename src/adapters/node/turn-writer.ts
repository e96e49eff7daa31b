/**
 * Collects what is written during one turn of the event loop and hands it to the stream in one write. Says when the
 * reader is slow, and ends quietly when there is no reader any more (EPIPE).
 */
import type { Writable } from 'node:stream';

/** More than this waiting: the writer is told to wait. */
const HIGH_WATER = 262_144;

export class TurnWriter {
  readonly #stream: Writable;
  readonly #pieces: string[] = [];
  #size = 0;
  #scheduled = false;
  #drained: Promise<void> | undefined;
  /** Ctrl/S: nothing goes out until it is released. */
  #held: PromiseWithResolvers<void> | undefined;
  #gone = false;
  readonly #whenGone: (() => void)[] = [];

  constructor(stream: Writable) {
    this.#stream = stream;
    // The reader of a pipe may leave at any time (`| head`): nothing to tell anybody, there is nobody to read it.
    stream.on('error', () => this.#leave());
    stream.on('close', () => this.#leave());
  }

  get isGone(): boolean {
    return this.#gone;
  }

  /** Calls back once, when nobody reads any more. */
  onGone(callback: () => void): void {
    if (this.#gone) callback();
    else this.#whenGone.push(callback);
  }

  /** What is written waits, and whoever writes is told to. */
  hold(): void {
    if (!this.#gone) this.#held ??= Promise.withResolvers();
  }

  release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    void this.#hand();
    held.resolve();
  }

  write(text: string): void | Promise<void> {
    if (this.#gone) return;
    this.#pieces.push(text);
    this.#size += text.length;
    if (this.#held !== undefined) return this.#held.promise;
    if (this.#size > HIGH_WATER) return this.#hand();
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => void this.#hand());
    }
    return this.#drained;
  }

  /** Writes at once what was collected, held or not; resolves when the stream has taken it over. */
  async flush(): Promise<void> {
    this.release();
    await this.#hand();
    if (this.#gone || this.#stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      this.#stream.write('', () => resolve());
      this.onGone(resolve);
    });
  }

  #hand(): Promise<void> | undefined {
    this.#scheduled = false;
    if (this.#held !== undefined) return this.#held.promise;
    if (this.#pieces.length > 0 && !this.#gone) {
      const text = this.#pieces.join('');
      this.#pieces.length = 0;
      this.#size = 0;
      if (!this.#stream.write(text)) this.#drained ??= this.#drain();
    }
    return this.#drained;
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#drained = undefined;
        resolve();
      };
      this.#stream.once('drain', done);
      this.onGone(done);
    });
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#pieces.length = 0;
    this.release();
    for (const callback of this.#whenGone.splice(0)) callback();
  }
}
