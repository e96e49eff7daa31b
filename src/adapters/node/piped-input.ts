/**
 * SYS$INPUT that is not a terminal: records of a pipe or a file, read as they come. The stream is paused while nobody
 * wants more, so that memory does not grow with the input. A Ctrl/Z (0x1A) in the stream is an end of file of the read
 * it meets, and reading goes on behind it: that is how piped text entry ends where a command follows.
 */
import type { Readable } from 'node:stream';
import { fileTextDecoder } from '../../mime/charset.ts';
import type { ReadResult, SessionInput } from '../../ports/session-io.ts';

/** A longer line comes in pieces: a stream without line ends cannot fill the memory. */
const LONGEST_RECORD = 1_048_576;
/** Records waiting at which the stream is paused. */
const ENOUGH = 1_000;

export interface PipedInput extends SessionInput {
  close(): void;
}

export function createPipedInput(stream: Readable): PipedInput {
  return new StreamRecords(stream);
}

type Item = { readonly kind: 'record'; readonly text: string } | { readonly kind: 'endOfFile' };
const END: Item = { kind: 'endOfFile' };

class StreamRecords implements PipedInput {
  readonly isTerminal = false;
  readonly #stream: Readable;
  readonly #decoder = fileTextDecoder();
  #items: Item[] = [];
  #next = 0;
  #rest = '';
  #ended = false;
  #wake: (() => void) | undefined;
  #started = false;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  async read(): Promise<ReadResult> {
    this.#start();
    for (;;) {
      const item = this.#take();
      if (item !== undefined) return item;
      if (this.#ended) return END;
      await this.#more();
    }
  }

  close(): void {
    this.#finish();
    this.#stream.pause();
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#stream.on('data', (chunk: Buffer | string) => this.#accept(chunk));
    this.#stream.on('end', () => this.#finish());
    this.#stream.on('close', () => this.#finish());
    this.#stream.on('error', () => this.#finish());
  }

  #take(): Item | undefined {
    const item = this.#items[this.#next];
    if (item === undefined) return undefined;
    this.#next += 1;
    if (this.#next === this.#items.length) {
      this.#items = [];
      this.#next = 0;
    }
    return item;
  }

  #more(): Promise<void> {
    this.#stream.resume();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #accept(chunk: Buffer | string): void {
    const text = this.#rest + (typeof chunk === 'string' ? chunk : this.#decoder.write(chunk));
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#add(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (this.#rest.length > LONGEST_RECORD) {
      this.#items.push({ kind: 'record', text: this.#rest });
      this.#rest = '';
    }
    if (this.#items.length - this.#next >= ENOUGH) this.#stream.pause();
    this.#notify();
  }

  #add(line: string): void {
    if (!line.includes('\x1a')) {
      this.#items.push({ kind: 'record', text: line });
      return;
    }
    const pieces = line.split('\x1a');
    for (const [index, piece] of pieces.entries()) {
      if (piece !== '') this.#items.push({ kind: 'record', text: piece });
      if (index < pieces.length - 1) this.#items.push(END);
    }
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#add(rest);
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
