/** Bytes cut into lines, piece by piece, in bounded memory. */
export interface LinePiece {
  /** With the line end where `isEnd`. */
  readonly bytes: Uint8Array;
  /** First piece of a line. */
  readonly isStart: boolean;
  /** Last piece of a line. */
  readonly isEnd: boolean;
}

/** A longer line comes in pieces. RFC 5322 §2.1.1 allows 998 characters; mail without line ends exists. */
const PIECE_BYTES = 65_536;
const LF = 0x0a;

export class RawLines {
  #held: Uint8Array = new Uint8Array(0);
  #inLine = false;

  *push(chunk: Uint8Array): Generator<LinePiece> {
    const bytes = this.#held.byteLength === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      yield this.#piece(bytes.subarray(start, end + 1), true);
      start = end + 1;
    }
    for (; bytes.byteLength - start > PIECE_BYTES; start += PIECE_BYTES) {
      yield this.#piece(bytes.subarray(start, start + PIECE_BYTES), false);
    }
    this.#held = Uint8Array.from(bytes.subarray(start));
  }

  *end(): Generator<LinePiece> {
    if (this.#held.byteLength > 0) yield this.#piece(this.#held, true);
    this.#held = new Uint8Array(0);
  }

  #piece(bytes: Uint8Array, isEnd: boolean): LinePiece {
    const piece = { bytes, isStart: !this.#inLine, isEnd };
    this.#inLine = !isEnd;
    return piece;
  }
}
