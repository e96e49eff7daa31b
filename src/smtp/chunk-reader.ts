/**
 * Mail data that comes in counted chunks: nothing in it ends it or is taken out. Bare CRs and LFs are noticed as in other mail
 * data, across chunks, so that the message can be refused before anybody takes a line of it for something else.
 * Source: RFC 3030 §2.
 */
import type { DataPart } from './data-reader.ts';
import { LineEnds } from './line-ends.ts';

const CR = 0x0d;
const LF = 0x0a;
const lineEnd = Uint8Array.of(CR, LF);

export class ChunkReader {
  /** Bytes of message text so far. */
  sizeBytes = 0;
  /** Line ends of the message text so far. */
  lines = 0;
  hasBareLineEnd = false;
  #left = 0;
  #endsWithCr = false;
  #isAtLineStart = true;

  /** A chunk of so many octets comes; the one before has been read. */
  begin(sizeBytes: number): void {
    this.#left = sizeBytes;
  }

  /** `ended`: the chunk, not the message. */
  read(chunk: Uint8Array): DataPart {
    const used = Math.min(this.#left, chunk.byteLength);
    const bytes = used === chunk.byteLength ? chunk : chunk.subarray(0, used);
    this.#left -= used;
    this.sizeBytes += used;
    if (used > 0) this.#look(bytes);
    return { bytes: used === 0 ? [] : [bytes], used, ended: this.#left === 0 };
  }

  /** What is missing at the end of the message for its last line to be one. */
  end(): readonly Uint8Array[] {
    if (this.#endsWithCr) this.hasBareLineEnd = true;
    if (this.#isAtLineStart) return [];
    this.lines += 1;
    return [lineEnd];
  }

  #look(bytes: Uint8Array): void {
    let isAfterCr = this.#endsWithCr;
    if (isAfterCr && bytes[0] !== LF) this.hasBareLineEnd = true;
    const ends = new LineEnds(bytes);
    for (let at = ends.next(0); at < bytes.byteLength; at = ends.next(at + 1)) {
      if (bytes[at] === LF) {
        this.lines += 1;
        const isPair = at === 0 ? isAfterCr : bytes[at - 1] === CR;
        if (!isPair) this.hasBareLineEnd = true;
      } else if (at + 1 < bytes.byteLength && bytes[at + 1] !== LF) this.hasBareLineEnd = true;
    }
    const last = bytes[bytes.byteLength - 1];
    isAfterCr = last === CR;
    this.#endsWithCr = isAfterCr;
    this.#isAtLineStart = last === LF;
  }
}
