/**
 * A message some of whose bodies go out in another encoding: their fields say so, and everything else stays as it came, byte for
 * byte. What is encoded, and how, whoever uses it has found out before. Memory does not grow with the message.
 * Source: RFC 2045 §5, §6.
 */
import type { PartHeader } from './part-header.ts';
import type { PartEvent, PartWalker } from './part-walker.ts';

export interface BodyEncoder {
  write(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

export interface BodyChange {
  /** Undefined: the body stays as it is. */
  readonly encoder?: BodyEncoder;
  /** Of the header, with its content: all others of that name go. */
  readonly encoding: string;
  /** Other fields that come into the header, without line ends. */
  readonly fields?: readonly string[];
}

export interface BodyChanges {
  /**
   * @param index  of the body, in the order of the message, those of containers not counted
   * @param isOfMessage  the header is that of a message, not of a part
   */
  body(index: number, header: PartHeader, isOfMessage: boolean): BodyChange | undefined;
  /** RFC 2045 §6.4: what a multipart or a message within the message says of what it holds. */
  container(header: PartHeader): string | undefined;
}

/** The message with these changes. @param walker  a new one, that was asked for the raw bytes */
export async function* rewritten(
  text: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  walker: PartWalker,
  changes: BodyChanges,
): AsyncIterable<Uint8Array> {
  const rewriter = new BodyRewriter(changes);
  for await (const chunk of text) {
    const pieces = [...walker.push(chunk)].flatMap((event) => [...rewriter.take(event)]);
    if (pieces.length > 0) yield joined(pieces);
  }
  const rest = [...walker.end()].flatMap((event) => [...rewriter.take(event)]);
  yield joined([...rest, ...rewriter.end()]);
}

/** A chunk of thousands of parts is one write. */
const joined = (pieces: readonly Uint8Array[]): Uint8Array =>
  pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);

/** A longer header is no header: it and its body stay as they are. */
const HEADER_BYTES = 1_048_576;

class BodyRewriter {
  readonly #changes: BodyChanges;
  #part = -1;
  /** Lines of the header that is being read, long ones in pieces. */
  #header: Uint8Array[] = [];
  #headerBytes = 0;
  #isOfMessage = false;
  /** The header is whole, and goes out with the raw bytes that follow; null: as it is. */
  #due: BodyChange | null | undefined;
  /** Of the body that is being read, if it is encoded anew. */
  #encoder: BodyEncoder | undefined;
  #hasData = false;

  constructor(changes: BodyChanges) {
    this.#changes = changes;
  }

  *take(event: PartEvent): Generator<Uint8Array> {
    switch (event.kind) {
      case 'message':
        this.#isOfMessage = true;
        return;
      case 'open':
      case 'openMessage': {
        const encoding = this.#isTooLong ? undefined : this.#changes.container(event.header);
        this.#due = encoding === undefined ? null : { encoding };
        return;
      }
      case 'part':
        this.#part++;
        this.#due = this.#isTooLong
          ? null
          : (this.#changes.body(this.#part, event.header, this.#isOfMessage) ?? null);
        this.#encoder = this.#due?.encoder;
        return;
      case 'data':
        this.#hasData = true;
        if (this.#encoder !== undefined) yield this.#encoder.write(event.bytes);
        return;
      case 'end':
        yield* this.#endHeader(new Uint8Array(0));
        if (this.#encoder !== undefined) yield this.#encoder.end();
        this.#encoder = undefined;
        return;
      case 'raw':
        yield* this.#raw(event);
        return;
      case 'close':
      case 'closeMessage':
        return;
    }
  }

  /** What is left when the text ends within a header. */
  *end(): Generator<Uint8Array> {
    yield* this.#endHeader(new Uint8Array(0));
    yield* this.#header;
  }

  get #isTooLong(): boolean {
    return this.#headerBytes > HEADER_BYTES;
  }

  *#raw({ bytes, inHeader }: Extract<PartEvent, { kind: 'raw' }>): Generator<Uint8Array> {
    if (this.#due !== undefined) return yield* this.#endHeader(bytes);
    const isEncoded = this.#hasData && this.#encoder !== undefined;
    this.#hasData = false;
    if (isEncoded) return;
    if (!inHeader) return yield bytes;
    this.#headerBytes += bytes.byteLength;
    // Copied: the chunk is the sender's again.
    this.#header.push(Uint8Array.from(bytes));
    if (!this.#isTooLong) return;
    yield* this.#header;
    this.#header = [];
  }

  /** @param last  the empty line that ends it; nothing where a body follows at once */
  *#endHeader(last: Uint8Array): Generator<Uint8Array> {
    if (this.#due === undefined) return;
    yield* this.#due === null ? this.#header : headerWith(this.#header, this.#due);
    yield this.#due !== null && last.byteLength === 0 ? latin1('\r\n') : last;
    this.#header = [];
    this.#headerBytes = 0;
    this.#isOfMessage = false;
    this.#due = undefined;
  }
}

const LF = 0x0a;

/** The lines with these fields behind them, and no other Content-Transfer-Encoding. */
function* headerWith(
  lines: readonly Uint8Array[],
  { fields = [], encoding }: BodyChange,
): Generator<Uint8Array> {
  let isDropped = false;
  let isLineStart = true;
  for (const line of lines) {
    const text = Buffer.from(line.buffer, line.byteOffset, Math.min(line.byteLength, 60)).toString('latin1');
    if (isLineStart && !/^[ \t]/.test(text)) isDropped = /^Content-Transfer-Encoding[ \t]*:/i.test(text);
    if (!isDropped) yield line;
    isLineStart = line.at(-1) === LF;
  }
  const all = [...fields, `Content-Transfer-Encoding: ${encoding}`];
  yield latin1((isLineStart || isDropped ? '' : '\r\n') + all.map((field) => `${field}\r\n`).join(''));
}

/** RFC 2045 §4, §5.2: the fields that make MIME of a body that was none. @param charset  of it, in case it is text */
export function mimeFields({ fields }: PartHeader, isOfMessage: boolean, charset: string): readonly string[] {
  const has = (name: string): boolean => fields.some((each) => each.name === name);
  return [
    ...(isOfMessage && !has('mime-version') ? ['MIME-Version: 1.0'] : []),
    ...(has('content-type') ? [] : [`Content-Type: text/plain; charset=${charset}`]),
  ];
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
