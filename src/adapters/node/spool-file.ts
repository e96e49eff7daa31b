/**
 * A text on its way into the spool. What comes while the disk is busy is gathered, and goes out in one write: whoever hands it on
 * waits only when much has gathered, in this text or in all of them.
 */
import { close, closeSync, createReadStream, open, unlink, writev } from 'node:fs';
import type { SpoolWriter } from '../../ports/message-text.ts';
import { synchronised } from './directory-sync.ts';
import { bytesPassed } from './passing-bytes.ts';

/** Of one text, not written yet. */
const GATHERED_AT_MOST = 262_144;
/** Of all texts of a process. */
const ALL_GATHERED_AT_MOST = 16 * 1024 * 1024;

/** Smaller buffers are no burden, and may be of Node's pool. */
const GIVEN_BACK_FROM = 16_384;

/** Bytes that all texts of a spool have in memory. */
export interface Gathered {
  bytes: number;
}

export class SpoolFile implements SpoolWriter {
  readonly #path: string;
  readonly #spoolId: string;
  readonly #gathered: Gathered;
  readonly #failure: (error: unknown) => unknown;
  readonly #nameIsSafe: () => Promise<void>;
  #descriptor: number | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Of those that wait. */
  #usedUp: Uint8Array[] = [];
  /** What is being written now; never rejects. */
  #writing: Promise<void> | undefined;
  #failed: { readonly reason: unknown } | undefined;

  /**
   * @param failure  what is thrown in the place of an error of the system
   * @param nameIsSafe  brings the names of the directory to stable storage
   */
  constructor(
    path: string,
    spoolId: string,
    gathered: Gathered,
    failure: (error: unknown) => unknown,
    nameIsSafe: () => Promise<void>,
  ) {
    this.#path = path;
    this.#spoolId = spoolId;
    this.#gathered = gathered;
    this.#failure = failure;
    this.#nameIsSafe = nameIsSafe;
  }

  write(chunk: Uint8Array, isUsedUp = false): Promise<void> | undefined {
    if (this.#failed !== undefined) return Promise.reject(this.#failed.reason);
    this.#waiting.push(chunk);
    if (isUsedUp && ownsMemory(chunk)) this.#usedUp.push(chunk);
    this.#waitingBytes += chunk.byteLength;
    this.#gathered.bytes += chunk.byteLength;
    this.#writing ??= this.#writeAll();
    if (this.#waitingBytes < GATHERED_AT_MOST && this.#gathered.bytes < ALL_GATHERED_AT_MOST)
      return undefined;
    return this.#written();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    await this.#written();
    for await (const chunk of createReadStream(this.#path) as AsyncIterable<Uint8Array>) {
      yield chunk;
      bytesPassed(chunk.byteLength);
    }
  }

  async commit(): Promise<string> {
    if (this.#descriptor === undefined) this.#writing ??= this.#writeAll();
    await this.#written();
    try {
      const descriptor = this.#descriptor!;
      await Promise.all([synchronised(descriptor), this.#nameIsSafe()]);
      this.#descriptor = undefined;
      // Nothing is left to be written: it does not wait.
      closeSync(descriptor);
    } catch (error) {
      throw this.#failure(error);
    }
    return this.#spoolId;
  }

  async abandon(): Promise<void> {
    this.#failed ??= { reason: new Error('the text has been abandoned') };
    await this.#writing;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) await new Promise<void>((resolve) => close(descriptor, () => resolve()));
    await new Promise<void>((resolve) => unlink(this.#path, () => resolve()));
  }

  /** All that was handed over so far is. Rejects where it could not be. */
  async #written(): Promise<void> {
    await this.#writing;
    if (this.#failed !== undefined) throw this.#failed.reason;
  }

  async #writeAll(): Promise<void> {
    try {
      this.#descriptor ??= await opened(this.#path);
      while (this.#waiting.length > 0 && this.#failed === undefined) {
        const pieces = this.#waiting;
        const bytes = this.#waitingBytes;
        const usedUp = this.#usedUp;
        this.#waiting = [];
        this.#waitingBytes = 0;
        this.#usedUp = [];
        await written(this.#descriptor, pieces, bytes).finally(() => this.#release(bytes, usedUp));
      }
    } catch (error) {
      this.#failed ??= { reason: this.#failure(error) };
    }
    if (this.#failed !== undefined) {
      this.#release(this.#waitingBytes, this.#usedUp);
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#usedUp = [];
    }
    this.#writing = undefined;
  }

  /**
   * Buffers are memory outside the heap: megabytes of them made the collector mark the whole heap again and again, a quarter of what
   * a receiver took for long texts. Those that nobody needs give it back at once.
   */
  #release(bytes: number, usedUp: readonly Uint8Array[]): void {
    this.#gathered.bytes -= bytes;
    let left = bytes;
    for (const { buffer, byteLength } of usedUp) {
      (buffer as ArrayBuffer).transfer(0);
      left -= byteLength;
    }
    bytesPassed(left);
  }
}

/** It is no part of memory that others have a part of, and not worth keeping. */
const ownsMemory = ({ buffer, byteLength }: Uint8Array): boolean =>
  byteLength === buffer.byteLength && byteLength >= GIVEN_BACK_FROM;

const opened = (path: string): Promise<number> =>
  new Promise((resolve, reject) =>
    open(path, 'wx', 0o600, (error, descriptor) => (error === null ? resolve(descriptor) : reject(error))),
  );

/** writev(2) may write less than it was given: before a disk is full, first of all. */
async function written(descriptor: number, pieces: readonly Uint8Array[], bytes: number): Promise<void> {
  let left = pieces;
  for (let done = 0; done < bytes; ) {
    const count = await new Promise<number>((resolve, reject) =>
      writev(descriptor, left as Uint8Array[], (error, n) => (error === null ? resolve(n) : reject(error))),
    );
    done += count;
    if (done < bytes) left = behind(left, count);
  }
}

function behind(pieces: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  return pieces.flatMap((each) => {
    const passed = Math.min(left, each.byteLength);
    left -= passed;
    return passed === each.byteLength ? [] : [each.subarray(passed)];
  });
}
