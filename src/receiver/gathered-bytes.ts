/**
 * Bytes that arrived in pieces, kept in few of them: a client that sends every byte in a packet of its own must not cost
 * an object for each.
 */
const PIECES_AT_MOST = 64;

export class GatheredBytes {
  #pieces: Uint8Array[] = [];
  sizeBytes = 0;

  get pieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  add(bytes: Uint8Array): void {
    if (this.#pieces.length >= PIECES_AT_MOST) this.#pieces = [this.whole()];
    this.#pieces.push(bytes);
    this.sizeBytes += bytes.byteLength;
  }

  /** All of it, in one piece. */
  whole(): Uint8Array {
    return this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.sizeBytes);
  }

  clear(): void {
    this.#pieces = [];
    this.sizeBytes = 0;
  }
}
