/**
 * Bodies as signatures cover them, in pieces as they come. Memory does not grow with the body: of empty lines that may be the last
 * only the number is kept. Only CRLF ends a line. Source: RFC 6376 §3.4.3, §3.4.4.
 */

/** Takes bytes that are good until it returns. */
export type TakeBytes = (bytes: Uint8Array) => void;

export interface CanonicalBody {
  update(bytes: Uint8Array): void;
  /** Behind the last byte. */
  end(): void;
}

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
/** So many line ends are written with the bytes around them; more have a way of their own. */
const FEW_LINES = 32;

/** So many bytes are taken where they stand. */
const LONG_RUN_BYTES = 512;

/** Room for a run that is not long, and what may stand before it. */
const OUT_BYTES = 2_048;
const MOST_WAITING_BYTES = OUT_BYTES - LONG_RUN_BYTES - 2 * FEW_LINES - 2;

const LINE_ENDS = Buffer.alloc(8_192, '\r\n');
const CARRIAGE_RETURN = Buffer.from('\r');

function takeLineEnds(count: number, take: TakeBytes): void {
  for (let left = count * 2; left > 0; left -= LINE_ENDS.byteLength)
    take(left < LINE_ENDS.byteLength ? LINE_ENDS.subarray(0, left) : LINE_ENDS);
}

/** All as it came, but for the empty lines at the end. An empty body is one line end. */
export class SimpleBody implements CanonicalBody {
  readonly #take: TakeBytes;
  /** Line ends that may be the last. */
  #lineEnds = 0;
  #hasCr = false;

  constructor(take: TakeBytes) {
    this.#take = take;
  }

  update(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    let start = 0;
    if (this.#hasCr) {
      this.#hasCr = false;
      if (bytes[0] === LF) {
        this.#lineEnds += 1;
        start = 1;
      } else {
        this.#release();
        this.#take(CARRIAGE_RETURN);
      }
    }
    let end = bytes.byteLength;
    if (end > start && bytes[end - 1] === CR) {
      this.#hasCr = true;
      end -= 1;
    }
    let lineEnds = 0;
    while (end - start >= 2 && bytes[end - 1] === LF && bytes[end - 2] === CR) {
      lineEnds += 1;
      end -= 2;
    }
    if (end > start) {
      this.#release();
      this.#take(bytes.subarray(start, end));
    }
    this.#lineEnds += lineEnds;
  }

  end(): void {
    if (this.#hasCr) {
      this.#release();
      this.#take(CARRIAGE_RETURN);
    }
    takeLineEnds(1, this.#take);
  }

  #release(): void {
    takeLineEnds(this.#lineEnds, this.#take);
    this.#lineEnds = 0;
  }
}

/** One blank for many, none at the end of a line, no empty lines at the end. An empty body is nothing. */
export class RelaxedBody implements CanonicalBody {
  readonly #take: TakeBytes;
  #lineEnds = 0;
  /** Behind the line ends. */
  #hasBlank = false;
  /** Behind the blank. */
  #hasCr = false;
  #isEmpty = true;
  readonly #out = Buffer.allocUnsafe(OUT_BYTES);
  #length = 0;

  constructor(take: TakeBytes) {
    this.#take = take;
  }

  update(bytes: Uint8Array): void {
    const { byteLength } = bytes;
    for (let at = 0; at < byteLength; ) {
      const byte = bytes[at++]!;
      if (byte === SPACE || byte === TAB) {
        if (this.#hasCr) this.#content(CR);
        this.#hasCr = false;
        this.#hasBlank = true;
      } else if (byte === CR) {
        if (this.#hasCr) this.#content(CR);
        this.#hasCr = true;
      } else if (byte === LF && this.#hasCr) {
        this.#hasCr = false;
        this.#hasBlank = false;
        this.#lineEnds += 1;
      } else {
        if (this.#hasCr) this.#content(CR);
        this.#hasCr = false;
        this.#content(byte);
        const end = sameUntil(bytes, at);
        this.#same(bytes, at, end);
        at = end;
      }
    }
    this.#flush();
  }

  end(): void {
    if (this.#hasCr) this.#content(CR);
    this.#flush();
    if (!this.#isEmpty) takeLineEnds(1, this.#take);
  }

  /** Bytes that stay as they are. */
  #same(bytes: Uint8Array, start: number, end: number): void {
    if (end - start >= LONG_RUN_BYTES) {
      this.#flush();
      this.#take(bytes.subarray(start, end));
      return;
    }
    let length = this.#length;
    for (let at = start; at < end; at++) this.#out[length++] = bytes[at]!;
    this.#length = length;
  }

  /** One byte, behind what was waiting whether something follows. */
  #content(byte: number): void {
    if (this.#length > MOST_WAITING_BYTES) this.#flush();
    const out = this.#out;
    this.#isEmpty = false;
    if (this.#lineEnds > FEW_LINES) {
      this.#flush();
      takeLineEnds(this.#lineEnds, this.#take);
    } else {
      for (let count = this.#lineEnds; count > 0; count--) {
        out[this.#length++] = CR;
        out[this.#length++] = LF;
      }
    }
    this.#lineEnds = 0;
    if (this.#hasBlank) out[this.#length++] = SPACE;
    this.#hasBlank = false;
    out[this.#length++] = byte;
  }

  #flush(): void {
    if (this.#length > 0) this.#take(this.#out.subarray(0, this.#length));
    this.#length = 0;
  }
}

/** Where the run of bytes ends that relaxed canonicalization leaves alone, as it does most of a text: one blank, one line end between words. */
function sameUntil(bytes: Uint8Array, start: number): number {
  const last = bytes.byteLength - 2;
  let at = start;
  while (at < last) {
    const byte = bytes[at]!;
    if (byte > SPACE) at += 1;
    else if (byte === SPACE && bytes[at + 1]! > SPACE) at += 2;
    else if (byte === CR && bytes[at + 1] === LF && bytes[at + 2]! > SPACE) at += 3;
    else break;
  }
  return at;
}
