/**
 * Walks through the parts of a message as its bytes arrive, in bounded memory: headers, multiparts, messages in messages.
 * Bodies are handed on still encoded. Sources: RFC 2046 §5.1, §5.2.
 */
import { type PartHeader, parsePartHeader } from './part-header.ts';
import { type LinePiece, RawLines } from './raw-lines.ts';

export type PartEvent =
  /** A part that is no container begins; its `data` follows, then `end`. */
  | { readonly kind: 'part'; readonly header: PartHeader }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  /** A multipart begins; its parts follow, then `close`. */
  | { readonly kind: 'open'; readonly header: PartHeader }
  | { readonly kind: 'close' }
  /** A message as a part (or the message itself): its body follows as a part or a multipart. */
  | { readonly kind: 'message'; readonly header: PartHeader };

/** Header lines beyond these are passed over. */
const HEADER_LINES = 20_000;
const HEADER_LINE_LENGTH = 65_536;
/** Multiparts and messages deeper than this are taken as plain bodies. */
const DEPTH = 30;

type State = 'header' | 'body' | 'passing';

export class PartWalker {
  readonly #lines = new RawLines();
  readonly #open: { readonly boundary: string; readonly defaultType: string }[] = [];
  #state: State = 'header';
  #headerLines: string[] = [];
  #isMessageHeader = true;
  #inLeaf = false;
  #messages = 0;

  *push(chunk: Uint8Array): Generator<PartEvent> {
    for (const piece of this.#lines.push(chunk)) yield* this.#piece(piece);
  }

  *end(): Generator<PartEvent> {
    for (const piece of this.#lines.end()) yield* this.#piece(piece);
    if (this.#state === 'header') yield* this.#endHeader();
    yield* this.#endLeaf();
    while (this.#open.pop() !== undefined) yield { kind: 'close' };
  }

  *#piece(piece: LinePiece): Generator<PartEvent> {
    const boundary = piece.isStart && piece.isEnd ? this.#boundaryAt(piece.bytes) : undefined;
    if (boundary !== undefined) {
      yield* this.#boundary(boundary);
      return;
    }
    switch (this.#state) {
      case 'header':
        yield* this.#headerPiece(piece);
        return;
      case 'body':
        yield { kind: 'data', bytes: piece.bytes };
        return;
      case 'passing':
        return;
    }
  }

  *#headerPiece(piece: LinePiece): Generator<PartEvent> {
    const line = latin1(piece.bytes).replace(/\r?\n$/, '');
    if (piece.isStart && line === '') {
      yield* this.#endHeader();
      return;
    }
    if (piece.isStart) {
      // A body without a header, or an mbox line in front: RFC 5322 knows neither, people send both.
      const isField = /^[!-9;-~]+[ \t]*:/.test(line) || /^[ \t]/.test(line);
      if (!isField && this.#headerLines.length > 0) {
        yield* this.#endHeader();
        yield* this.#piece(piece);
        return;
      }
      if (this.#headerLines.length < HEADER_LINES) this.#headerLines.push(line);
    } else if ((this.#headerLines.at(-1)?.length ?? 0) < HEADER_LINE_LENGTH) {
      this.#headerLines.push(`${this.#headerLines.pop() ?? ''}${line}`);
    }
  }

  *#endHeader(): Generator<PartEvent> {
    const header = parsePartHeader(this.#headerLines, this.#open.at(-1)?.defaultType);
    this.#headerLines = [];
    const isMessageHeader = this.#isMessageHeader;
    this.#isMessageHeader = false;
    if (isMessageHeader) yield { kind: 'message', header };
    const isDeep = this.#open.length + this.#messages >= DEPTH;
    if (header.type.startsWith('multipart/') && header.boundary !== undefined && !isDeep) {
      const defaultType = header.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
      this.#open.push({ boundary: header.boundary, defaultType });
      yield { kind: 'open', header };
      this.#state = 'passing';
      return;
    }
    const isPlain = !/base64|quoted-printable/i.test(header.encoding ?? '');
    if (header.type === 'message/rfc822' && isPlain && !header.isAttachment && !isDeep) {
      this.#messages++;
      this.#isMessageHeader = true;
      this.#state = 'header';
      return;
    }
    yield { kind: 'part', header };
    this.#inLeaf = true;
    this.#state = 'body';
  }

  *#boundary(found: { readonly depth: number; readonly isClosing: boolean }): Generator<PartEvent> {
    if (this.#state === 'header') yield* this.#endHeader();
    yield* this.#endLeaf();
    const keep = found.isClosing ? found.depth : found.depth + 1;
    while (this.#open.length > keep) {
      this.#open.pop();
      yield { kind: 'close' };
    }
    this.#isMessageHeader = false;
    this.#headerLines = [];
    this.#state = found.isClosing ? 'passing' : 'header';
  }

  *#endLeaf(): Generator<PartEvent> {
    if (this.#inLeaf) yield { kind: 'end' };
    this.#inLeaf = false;
  }

  /** Also an outer boundary ends the parts inside: RFC 2046 §5.1.2. */
  #boundaryAt(bytes: Uint8Array): { readonly depth: number; readonly isClosing: boolean } | undefined {
    if (this.#open.length === 0 || bytes[0] !== 0x2d || bytes[1] !== 0x2d || bytes.byteLength > 1_000)
      return undefined;
    const line = latin1(bytes).trimEnd();
    for (let depth = this.#open.length - 1; depth >= 0; depth--) {
      const delimiter = `--${this.#open[depth]!.boundary}`;
      if (line === delimiter) return { depth, isClosing: false };
      if (line === `${delimiter}--`) return { depth, isClosing: true };
    }
    return undefined;
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
