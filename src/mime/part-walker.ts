/**
 * Walks through the parts of a message as its bytes arrive, in bounded memory: headers, multiparts, messages in messages.
 * Bodies are handed on still encoded, in pieces as large as they come. What IMAP tells of parts comes from imap/structure/, which
 * reads broken messages in another way: ARCHITECTURE.md, "MIME is read in two ways". Sources: RFC 2046 §5.1, §5.2.
 */

import { HeaderLines } from './header-lines.ts';
import { type BoundaryFound, boundaryAt, type Frame } from './part-boundary.ts';
import { type PartHeader, parsePartHeader } from './part-header.ts';

export type PartEvent =
  /** A part that is no container begins; its `data` follows, then `end`. */
  | { readonly kind: 'part'; readonly header: PartHeader }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  /** A multipart begins; its parts follow, then `close`. */
  | { readonly kind: 'open'; readonly header: PartHeader }
  | { readonly kind: 'close' }
  /** A part that is a message begins: `header` is that of the part. `message` follows, and in the end `closeMessage`. */
  | { readonly kind: 'openMessage'; readonly header: PartHeader }
  | { readonly kind: 'closeMessage'; readonly sizeBytes: number }
  /** Header of a message, the outermost first: its body follows as a part or a multipart. */
  | { readonly kind: 'message'; readonly header: PartHeader }
  /**
   * Only with `raw`: what the events since the last `raw` were made of. Inside a message opened before, it is its text.
   * `inHeader`: a line of a header, or what ended it.
   */
  | { readonly kind: 'raw'; readonly bytes: Uint8Array; readonly inHeader: boolean };

/** Multiparts and messages deeper than this are taken as plain bodies. */
const DEPTH = 30;
/** Nothing was taken, and another state looks at the same bytes. */
const AGAIN = -1;
const [CR, LF, DASH] = [0x0d, 0x0a, 0x2d];
const LINE_START = Buffer.from('\n--');

type State = 'header' | 'body' | 'passing';

export class PartWalker {
  readonly #wantsRaw: boolean;
  readonly #isBinary: boolean;
  readonly #frames: Frame[] = [];
  readonly #header = new HeaderLines();
  #held: Uint8Array = new Uint8Array(0);
  #state: State = 'header';
  #isMessageHeader = true;
  #inLeaf = false;
  /** The next byte is the first of a line. */
  #atLineStart = true;
  /** Where in the message the piece begins that is looked at, and where it ends. */
  #pieceStart = 0;
  #pieceEnd = 0;

  /** @param options.binary  bodies hold any bytes: a boundary is one between CRLFs alone. RFC 2046 §5.1.1 */
  constructor(options: { readonly raw?: boolean; readonly binary?: boolean } = {}) {
    this.#wantsRaw = options.raw ?? false;
    this.#isBinary = options.binary ?? false;
  }

  *push(chunk: Uint8Array): Generator<PartEvent> {
    yield* this.#walk(chunk, false);
  }

  *end(): Generator<PartEvent> {
    yield* this.#walk(new Uint8Array(0), true);
    this.#pieceStart = this.#pieceEnd;
    if (this.#state === 'header') yield* this.#endHeader();
    yield* this.#endLeaf();
    yield* this.#closeDownTo(0);
  }

  *#walk(chunk: Uint8Array, isLast: boolean): Generator<PartEvent> {
    const bytes = this.#held.byteLength === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (at < bytes.byteLength) {
      this.#pieceStart = this.#pieceEnd;
      const inHeader = this.#state === 'header';
      const length =
        this.#state === 'header'
          ? yield* this.#headerLine(bytes.subarray(at), isLast)
          : yield* this.#bodyPiece(bytes.subarray(at), isLast);
      if (length === 0) break;
      if (length === AGAIN) {
        // The header ended here, without the empty line that else says so.
        if (this.#wantsRaw) yield { kind: 'raw', bytes: bytes.subarray(0, 0), inHeader };
        continue;
      }
      if (this.#wantsRaw) yield { kind: 'raw', bytes: bytes.subarray(at, at + length), inHeader };
      at += length;
    }
    // What is kept is copied: the chunk is the sender's again.
    this.#held = Uint8Array.from(bytes.subarray(at));
  }

  // ---- header ---------------------------------------------------------------------------------------------------------

  /** Takes one line, or a piece of an endless one; 0 when more bytes are needed. */
  *#headerLine(bytes: Uint8Array, isLast: boolean): Generator<PartEvent, number> {
    const end = bytes.indexOf(LF);
    if (end === -1 && !isLast && bytes.byteLength < HeaderLines.PIECE_BYTES) return 0;
    const isWhole = end !== -1 || isLast;
    const length = end === -1 ? bytes.byteLength : end + 1;
    const line = bytes.subarray(0, length);
    const boundary = isWhole && this.#atLineStart ? this.#boundary(line, 0, true) : undefined;
    if (boundary !== undefined && boundary !== 'unknown') {
      this.#pieceEnd += length;
      yield* this.#enter(boundary);
      return length;
    }
    const text = latin1(line).replace(/\r?\n$/, '');
    const isStart = this.#atLineStart;
    // A body without a header, or an mbox line in front: RFC 5322 knows neither, people send both.
    if (isStart && text !== '' && !this.#header.isEmpty && !HeaderLines.isField(text)) {
      yield* this.#endHeader();
      return AGAIN;
    }
    this.#pieceEnd += length;
    this.#atLineStart = isWhole;
    if (isStart && text === '') yield* this.#endHeader();
    else this.#header.add(text, isStart);
    return length;
  }

  *#endHeader(): Generator<PartEvent> {
    const enclosing = this.#frames.at(-1);
    const defaultType =
      enclosing?.kind === 'multipart' && !this.#isMessageHeader ? enclosing.defaultType : undefined;
    const header = parsePartHeader(this.#header.take(), defaultType);
    const isMessageHeader = this.#isMessageHeader;
    this.#isMessageHeader = false;
    if (isMessageHeader) yield { kind: 'message', header };
    const isDeep = this.#frames.length >= DEPTH;
    if (header.type.startsWith('multipart/') && header.boundary !== undefined && !isDeep) {
      const type = header.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
      const boundary = Buffer.from(header.boundary, /[^\x00-\xff]/.test(header.boundary) ? 'utf8' : 'latin1');
      this.#frames.push({ kind: 'multipart', boundary, defaultType: type });
      yield { kind: 'open', header };
      this.#state = 'passing';
      return;
    }
    const isPlain = !/base64|quoted-printable/i.test(header.encoding ?? '');
    if ((header.type === 'message/rfc822' || header.type === 'message/global') && isPlain && !isDeep) {
      this.#frames.push({ kind: 'message', start: this.#pieceEnd });
      yield { kind: 'openMessage', header };
      this.#isMessageHeader = true;
      this.#state = 'header';
      return;
    }
    yield { kind: 'part', header };
    this.#inLeaf = true;
    this.#state = 'body';
  }

  // ---- body -----------------------------------------------------------------------------------------------------------

  /** Takes what is surely body, or a boundary with the line end in front of it; 0 when more bytes are needed. */
  *#bodyPiece(bytes: Uint8Array, isLast: boolean): Generator<PartEvent, number> {
    const found = this.#nextBoundary(bytes, isLast);
    if (found.dataLength > 0) {
      this.#pieceEnd += found.dataLength;
      this.#atLineStart = false;
      if (this.#inLeaf) yield { kind: 'data', bytes: bytes.subarray(0, found.dataLength) };
      return found.dataLength;
    }
    if (found.boundary === undefined) return 0;
    this.#pieceEnd += found.length;
    yield* this.#enter(found.boundary);
    return found.length;
  }

  /** How much comes in front of the next boundary or of what may be one; at 0 the boundary itself, if it is one. */
  #nextBoundary(
    bytes: Uint8Array,
    isLast: boolean,
  ): { readonly dataLength: number; readonly boundary?: BoundaryFound | undefined; readonly length: number } {
    if (this.#frames.length === 0) return { dataLength: bytes.byteLength, length: 0 };
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let from = 0; ; ) {
      const isAtStart = from === 0 && this.#atLineStart && bytes[0] === DASH;
      const lineEnd = isAtStart ? -1 : text.indexOf(LINE_START, from);
      if (!isAtStart && lineEnd === -1) {
        return { dataLength: bytes.byteLength - (isLast ? 0 : waitingLength(bytes)), length: 0 };
      }
      const start = lineEnd + 1;
      const isBehindCr = lineEnd > 0 && bytes[lineEnd - 1] === CR;
      const isLineStart = isAtStart || isBehindCr || !this.#isBinary;
      const boundary = isLineStart ? this.#boundary(bytes, start, isLast) : undefined;
      if (boundary !== undefined) {
        const dataLength = isBehindCr ? lineEnd - 1 : Math.max(lineEnd, 0);
        return boundary === 'unknown'
          ? { dataLength, length: 0 }
          : { dataLength, boundary, length: boundary.end };
      }
      from = start + 1;
    }
  }

  #boundary(bytes: Uint8Array, start: number, isLast: boolean): BoundaryFound | 'unknown' | undefined {
    return boundaryAt(bytes, start, this.#frames, { isLast, isBinary: this.#isBinary });
  }

  *#enter(found: BoundaryFound): Generator<PartEvent> {
    if (this.#state === 'header') yield* this.#endHeader();
    yield* this.#endLeaf();
    yield* this.#closeDownTo(found.isClosing ? found.depth : found.depth + 1);
    this.#isMessageHeader = false;
    this.#header.take();
    this.#atLineStart = true;
    this.#state = found.isClosing ? 'passing' : 'header';
  }

  *#closeDownTo(depth: number): Generator<PartEvent> {
    while (this.#frames.length > depth) {
      const frame = this.#frames.pop()!;
      yield frame.kind === 'multipart'
        ? { kind: 'close' }
        : { kind: 'closeMessage', sizeBytes: Math.max(this.#pieceStart - frame.start, 0) };
    }
  }

  *#endLeaf(): Generator<PartEvent> {
    if (this.#inLeaf) yield { kind: 'end' };
    this.#inLeaf = false;
  }
}

/** What may be the beginning of a boundary with its line end waits for the bytes behind it. */
function waitingLength(bytes: Uint8Array): number {
  let length = 0;
  if (bytes.at(-1) === DASH) length = 1;
  if (bytes.at(-1 - length) === LF) return bytes.at(-2 - length) === CR ? length + 2 : length + 1;
  return bytes.at(-1) === CR ? 1 : 0;
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
