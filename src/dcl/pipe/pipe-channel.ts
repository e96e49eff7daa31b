/**
 * What joins two segments of a pipeline: records that the left one writes are read by the right one. The writer waits when
 * enough are on the way, so that memory does not grow with what is piped. Source: dcl.md §15.
 */
import type { ReadResult, SessionInput, SessionOutput } from '../../ports/session-io.ts';

/** Records on the way at which the writer has to wait. */
const ENOUGH = 200;

export class PipeChannel implements SessionInput, SessionOutput {
  readonly isTerminal = false;
  readonly columns = 132;
  readonly rows = 66;
  readonly #onBroken: () => void;
  #records: string[] = [];
  #isWritten = false;
  #isRead = false;
  // What a segment has put in the background reads and writes here, too.
  #waitingReaders: (() => void)[] = [];
  #waitingWriters: (() => void)[] = [];

  /** @param onBroken  the writer goes on although nobody reads any more */
  constructor(onBroken: () => void) {
    this.#onBroken = onBroken;
  }

  async read(): Promise<ReadResult> {
    for (;;) {
      const text = this.#records.shift();
      if (text !== undefined) {
        if (this.#records.length < ENOUGH) this.#wake('writer');
        return { kind: 'record', text };
      }
      if (this.#isWritten) return { kind: 'endOfFile' };
      await new Promise<void>((resolve) => {
        this.#waitingReaders.push(resolve);
      });
    }
  }

  writeLine(text: string): void | Promise<void> {
    if (this.#isRead) return this.#onBroken();
    for (const record of text.split('\n')) this.#records.push(record);
    this.#wake('reader');
    if (this.#records.length < ENOUGH) return undefined;
    return new Promise<void>((resolve) => {
      this.#waitingWriters.push(resolve);
    });
  }

  writeRaw(): void {
    // Cursor control means nothing in a pipe.
  }

  /** The left segment has ended. */
  endWriting(): void {
    this.#isWritten = true;
    this.#wake('reader');
  }

  /** The right segment has ended: what is still on the way is lost. */
  endReading(): void {
    this.#isRead = true;
    this.#records = [];
    this.#wake('writer');
  }

  /** All of them: who finds nothing to do waits again. */
  #wake(who: 'reader' | 'writer'): void {
    const waiting = who === 'reader' ? this.#waitingReaders : this.#waitingWriters;
    if (waiting.length === 0) return;
    if (who === 'reader') this.#waitingReaders = [];
    else this.#waitingWriters = [];
    for (const wake of waiting) wake();
  }
}
