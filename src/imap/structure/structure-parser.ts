/**
 * Reads a message from end to end, in pieces of any size, and says where its parts are: in one pass, with memory for headers and
 * parts alone. Any bytes have a structure: that which Dovecot finds, where mime/part-walker.ts is stricter (ARCHITECTURE.md, "MIME is
 * read in two ways"). Sources: RFC 2046 §5.1, §5.2; RFC 2045 §5.2.
 */
import { HeaderCollector } from './header-collector.ts';
import type { MessageStructure, PartStructure } from './message-structure.ts';
import { isType } from './message-structure.ts';
import { envelopeOf, partFields } from './part-fields.ts';

/** Multiparts and messages deeper than this are taken as bodies; and so is what follows so many parts. */
const DEEPEST = 100;
const MOST_PARTS = 10_000;
/** Of all headers together. */
const MOST_HEADER_CHARACTERS = 2_097_152;
/** In the envelopes of a message and of those in it. */
const MOST_ADDRESSES = 20_000;
/** A longer line of a header comes in pieces. */
const PIECE = 65_536;
/** Two dashes, a boundary, two dashes. */
const BOUNDARY_LINE = 84;
const [CR, LF, DASH] = [0x0d, 0x0a, 0x2d];

type OpenPart = {
  -readonly [K in keyof PartStructure]: K extends 'parts' ? PartStructure[] : PartStructure[K];
} & { linesBefore: number };

interface Frame {
  readonly part: OpenPart;
  /** Of a multipart that has not been closed. */
  boundary: string | undefined;
  readonly isDigest: boolean;
}

export class StructureParser {
  readonly #frames: Frame[] = [];
  readonly #budget = { left: MOST_HEADER_CHARACTERS };
  readonly #addresses = { left: MOST_ADDRESSES };
  #root: MessageStructure | undefined;
  #header: HeaderCollector | undefined;
  /** Whose header it is: a message's, or a part's. */
  #isMessage = true;
  /** Within the line of a boundary, of which enough was seen. */
  #isBehindBoundary = false;
  #headerStart = 0;
  #partCount = 0;
  #boundaries = 0;
  #held: Uint8Array = new Uint8Array(0);
  /** Octets and line ends that have been taken. */
  #offset = 0;
  #lines = 0;
  #isLineStart = true;
  /** The line end behind the last octet of a body, which a boundary takes with it. */
  #lineEnd = 0;
  #endsInCr = false;
  /** The same, of a header that nothing has followed yet. */
  #headerLineEnd = 0;

  constructor() {
    this.#header = new HeaderCollector(true, this.#budget);
  }

  /** The chunk may be used again when it returns. */
  push(chunk: Uint8Array): void {
    this.#take(chunk, false);
  }

  end(): MessageStructure {
    this.#take(new Uint8Array(0), true);
    while (this.#header !== undefined) this.#endHeader();
    this.#closeDownTo(0, this.#offset, this.#lines);
    return this.#root!;
  }

  #take(chunk: Uint8Array, isLast: boolean): void {
    const held = this.#held;
    const bytes = held.byteLength === 0 ? asBuffer(chunk) : Buffer.concat([held, chunk]);
    let at = 0;
    while (at < bytes.byteLength) {
      const length = this.#length(bytes, at, isLast);
      if (length === 0) break;
      this.#offset += length;
      this.#isLineStart = bytes[at + length - 1] === LF;
      at += length;
    }
    this.#held = at === bytes.byteLength ? new Uint8Array(0) : Uint8Array.from(bytes.subarray(at));
  }

  /** Of what is taken next; 0 when more bytes are needed. */
  #length(bytes: Buffer, at: number, isLast: boolean): number {
    if (this.#isBehindBoundary) return this.#restOfBoundary(bytes, at);
    return this.#header === undefined ? this.#body(bytes, at, isLast) : this.#headerLine(bytes, at, isLast);
  }

  // ---- header ---------------------------------------------------------------------------------------------------------

  /** Takes one line, or a piece of an endless one; 0 when more bytes are needed. */
  #headerLine(bytes: Buffer, at: number, isLast: boolean): number {
    const found = bytes.indexOf(LF, at);
    if (found === -1 && !isLast && bytes.byteLength - at < PIECE) return 0;
    const end = found === -1 ? bytes.byteLength : found + 1;
    if (this.#isLineStart && bytes[at] === DASH && this.#enterBoundary(bytes, at, end)) return end - at;
    if (found !== -1) this.#lines++;
    let textEnd = found === -1 ? end : found;
    if (found !== -1 && textEnd > at && bytes[textEnd - 1] === CR) textEnd--;
    this.#headerLineEnd = end - textEnd;
    this.#lineEnd = 0;
    this.#endsInCr = false;
    if (this.#isLineStart && textEnd === at && found !== -1) {
      this.#endHeader(this.#offset + end - at);
      return end - at;
    }
    this.#header!.add(bytes.toString('latin1', at, textEnd), this.#isLineStart);
    return end - at;
  }

  #endHeader(bodyStart = this.#offset): void {
    const fields = this.#header!.end();
    this.#header = undefined;
    const parent = this.#frames.at(-1);
    const isPart = !this.#isMessage;
    const { boundary, ...said } = partFields(fields, isPart, isPart && parent?.isDigest === true);
    const part: OpenPart = {
      ...said,
      headerStart: this.#headerStart,
      bodyStart,
      bodyEnd: bodyStart,
      lines: 0,
      parts: [],
      linesBefore: this.#lines,
    };
    this.#partCount++;
    if (isPart) parent!.part.parts.push(part);
    else this.#addMessage({ envelope: envelopeOf(fields, this.#addresses), root: part });
    const isContainer = this.#frames.length < DEEPEST && this.#partCount < MOST_PARTS;
    const isDigest = isType(part, 'multipart', 'digest');
    this.#frames.push({ part, boundary: isContainer ? boundary : undefined, isDigest });
    if (isContainer && boundary !== undefined) this.#boundaries++;
    if (!isType(part, 'message', 'rfc822') && !isType(part, 'message', 'global')) return;
    if (isContainer) this.#beginHeader(true, bodyStart);
    // Nobody looks into it any more: a message without an envelope would be none.
    else Object.assign(part, { type: 'application', subtype: 'octet-stream' });
  }

  #addMessage(message: MessageStructure): void {
    const parent = this.#frames.at(-1);
    if (parent === undefined) this.#root = message;
    else parent.part.message = message;
  }

  #beginHeader(isMessage: boolean, start: number): void {
    this.#header = new HeaderCollector(isMessage, this.#budget);
    this.#isMessage = isMessage;
    this.#headerStart = start;
  }

  // ---- body -----------------------------------------------------------------------------------------------------------

  /** Takes what is surely body, or a boundary; 0 when more bytes are needed. */
  #body(bytes: Buffer, at: number, isLast: boolean): number {
    if (this.#isLineStart && this.#boundaries > 0 && bytes[at] === DASH) {
      const found = bytes.indexOf(LF, at);
      if (found === -1 && !isLast && bytes.byteLength - at <= BOUNDARY_LINE) return 0;
      const end = found === -1 ? bytes.byteLength : found + 1;
      if (this.#enterBoundary(bytes, at, end)) return end - at;
    }
    return this.#bodyLines(bytes, at);
  }

  /** Whole lines, or a piece of one, up to what may be a boundary. */
  #bodyLines(bytes: Buffer, at: number): number {
    this.#headerLineEnd = 0;
    let end = at;
    do {
      const found = bytes.indexOf(LF, end);
      if (found === -1) {
        this.#lineEnd = 0;
        this.#endsInCr = bytes.at(-1) === CR;
        return bytes.byteLength - at;
      }
      this.#lines++;
      const hasCr = found > at ? bytes[found - 1] === CR : this.#endsInCr;
      this.#lineEnd = hasCr ? 2 : 1;
      end = found + 1;
    } while (end < bytes.byteLength && !(this.#boundaries > 0 && bytes[end] === DASH));
    this.#endsInCr = false;
    return end - at;
  }

  /** The innermost of those that fit best: the line needs to begin with it, no more. */
  #boundaryAt(bytes: Buffer, start: number): Frame | undefined {
    const line = bytes.toString('latin1', start + 2, start + BOUNDARY_LINE);
    let best: Frame | undefined;
    for (let depth = this.#frames.length - 1; depth >= 0; depth--) {
      const frame = this.#frames[depth]!;
      if (frame.boundary === undefined || !line.startsWith(frame.boundary)) continue;
      if (best === undefined || best.boundary!.length < frame.boundary.length) best = frame;
    }
    return best;
  }

  /** @param end  behind the line, which is where the next header begins  @returns whether it is one */
  #enterBoundary(bytes: Buffer, start: number, end: number): boolean {
    if (this.#boundaries === 0 || bytes[start + 1] !== DASH) return false;
    const frame = this.#boundaryAt(bytes, start);
    if (frame === undefined || this.#partCount >= MOST_PARTS) return false;
    while (this.#header !== undefined) this.#endHeader();
    // RFC 2046 §5.1.1: the line end in front of a boundary belongs to it.
    const taken = this.#lineEnd;
    const depth = this.#frames.indexOf(frame) + 1;
    if (this.#headerLineEnd > 0 && this.#frames.length > depth) this.#endWithoutBody();
    this.#closeDownTo(depth, this.#offset - taken, this.#lines - (taken > 0 ? 1 : 0));
    const behind = start + 2 + frame.boundary!.length;
    if (bytes[behind] === DASH && bytes[behind + 1] === DASH) {
      frame.boundary = undefined;
      this.#boundaries--;
    } else this.#beginHeader(false, this.#offset + end - start);
    if (bytes[end - 1] === LF) this.#lines++;
    else this.#isBehindBoundary = true;
    this.#lineEnd = 0;
    this.#endsInCr = false;
    this.#headerLineEnd = 0;
    return true;
  }

  /** The line of a boundary was long, and came in pieces: the header begins behind it. */
  #restOfBoundary(bytes: Buffer, at: number): number {
    const found = bytes.indexOf(LF, at);
    const end = found === -1 ? bytes.byteLength : found + 1;
    this.#isBehindBoundary = found === -1;
    if (found !== -1) this.#lines++;
    this.#headerStart += end - at;
    return end - at;
  }

  /** Where a boundary follows the header at once, it takes the line end of that. */
  #endWithoutBody(): void {
    const { part } = this.#frames.at(-1)!;
    part.bodyStart = Math.max(part.bodyStart - this.#headerLineEnd, part.headerStart);
    this.#closeDownTo(this.#frames.length - 1, part.bodyStart, part.linesBefore);
  }

  #closeDownTo(depth: number, end: number, lines: number): void {
    while (this.#frames.length > depth) {
      const { part, boundary } = this.#frames.pop()!;
      if (boundary !== undefined) this.#boundaries--;
      part.bodyEnd = Math.max(end, part.bodyStart);
      part.lines = Math.max(lines - part.linesBefore, 0);
      delete (part as Partial<OpenPart>).linesBefore;
    }
  }
}

export async function structureOf(bytes: AsyncIterable<Uint8Array>): Promise<MessageStructure> {
  const parser = new StructureParser();
  for await (const chunk of bytes) parser.push(chunk);
  return parser.end();
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
