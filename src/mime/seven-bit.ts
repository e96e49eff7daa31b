/**
 * A message without its eighth bit, for hosts that take none: bodies that need it become quoted-printable (text) or base64, and
 * the fields say so. The headers themselves stay as they are, and so do bodies that are encoded already. A signature over a
 * body that is encoded anew does not hold any more. Source: RFC 6152 §3; RFC 2045 §6; RFC 1428 §3 (what has no MIME).
 */
import { TextDecoder } from 'node:util';
import { Base64Lines } from './base64-lines.ts';
import type { PartHeader } from './part-header.ts';
import { type PartEvent, PartWalker } from './part-walker.ts';
import { quotedPrintableBytes } from './quoted-printable.ts';

type Text = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** By the order of the bodies in the message: the character set of one that has 8-bit bytes, undefined for others. */
export type EightBitParts = readonly ('utf-8' | 'unknown-8bit' | undefined)[];

/** Looks where the eighth bit is used. @returns undefined where no body needs it */
export async function findEightBitParts(text: Text): Promise<EightBitParts | undefined> {
  const walker = new PartWalker();
  const parts: ('utf-8' | 'unknown-8bit' | undefined)[] = [];
  let decoder = new TextDecoder('utf-8', { fatal: true });
  const look = (event: PartEvent): void => {
    if (event.kind === 'part') {
      parts.push(undefined);
      decoder = new TextDecoder('utf-8', { fatal: true });
      return;
    }
    const index = parts.length - 1;
    if (event.kind === 'end' && parts[index] === 'utf-8' && !isDecoded(decoder, undefined))
      parts[index] = 'unknown-8bit';
    if (event.kind !== 'data' || parts[index] === 'unknown-8bit') return;
    if (parts[index] === undefined && !event.bytes.some((byte) => byte > 0x7f)) return;
    parts[index] = isDecoded(decoder, event.bytes) ? 'utf-8' : 'unknown-8bit';
  };
  for await (const chunk of text) for (const event of walker.push(chunk)) look(event);
  for (const event of walker.end()) look(event);
  return parts.some((each) => each !== undefined) ? parts : undefined;
}

/** @param bytes  undefined: the end */
function isDecoded(decoder: TextDecoder, bytes: Uint8Array | undefined): boolean {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** The message without the eighth bit in its bodies. @param parts  what findEightBitParts said of the same text */
export async function* toSevenBit(text: Text, parts: EightBitParts): AsyncIterable<Uint8Array> {
  const walker = new PartWalker({ raw: true });
  const rewriting = new Rewriting(parts);
  for await (const chunk of text) {
    for (const event of walker.push(chunk)) yield* rewriting.take(event);
  }
  for (const event of walker.end()) yield* rewriting.take(event);
  yield* rewriting.end();
}

/** A longer header is no header: it and its body stay as they are. */
const HEADER_BYTES = 1_048_576;

class Rewriting {
  readonly #parts: EightBitParts;
  #part = -1;
  /** Lines of the header that is being read. */
  #header: Uint8Array[] = [];
  #headerBytes = 0;
  #isMessageHeader = false;
  /** The header is whole, and these fields come into it; with the raw bytes that follow it goes out. */
  #fields: readonly string[] | undefined;
  /** Of the body that is being read, if it is encoded anew. */
  #encoder: BodyEncoder | undefined;
  #hasData = false;

  constructor(parts: EightBitParts) {
    this.#parts = parts;
  }

  *take(event: PartEvent): Generator<Uint8Array> {
    switch (event.kind) {
      case 'message':
        this.#isMessageHeader = true;
        return;
      case 'open':
      case 'openMessage':
        // RFC 2045 §6.4: what holds others says the least they need.
        this.#fields = /8bit|binary/i.test(event.header.encoding ?? '') ? [encodingField('7bit')] : [];
        return;
      case 'part': {
        const charset = this.#headerBytes > HEADER_BYTES ? undefined : this.#parts[this.#part + 1];
        this.#part++;
        this.#encoder = charset === undefined ? undefined : encoderFor(event.header);
        this.#fields =
          this.#encoder === undefined
            ? []
            : newFields(event.header, this.#encoder, charset, this.#isMessageHeader);
        return;
      }
      case 'data':
        this.#hasData = true;
        if (this.#encoder !== undefined) yield latin1(this.#encoder.write(event.bytes));
        return;
      case 'end':
        yield* this.#endHeader(new Uint8Array(0));
        if (this.#encoder !== undefined) yield latin1(this.#encoder.end());
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

  *#raw({ bytes, inHeader }: Extract<PartEvent, { kind: 'raw' }>): Generator<Uint8Array> {
    if (this.#fields !== undefined) return yield* this.#endHeader(bytes);
    const isEncoded = this.#hasData && this.#encoder !== undefined;
    this.#hasData = false;
    if (isEncoded) return;
    if (!inHeader) return yield bytes;
    this.#headerBytes += bytes.byteLength;
    // Copied: the chunk is the sender's again.
    this.#header.push(Uint8Array.from(bytes));
    if (this.#headerBytes <= HEADER_BYTES) return;
    yield* this.#header;
    this.#header = [];
  }

  /** @param last  the empty line that ends it; nothing where a body follows at once */
  *#endHeader(last: Uint8Array): Generator<Uint8Array> {
    if (this.#fields === undefined) return;
    const isChanged = this.#fields.length > 0;
    yield* isChanged ? headerWith(this.#header, this.#fields) : this.#header;
    yield isChanged && last.byteLength === 0 ? latin1('\r\n') : last;
    this.#header = [];
    this.#headerBytes = 0;
    this.#isMessageHeader = false;
    this.#fields = undefined;
  }
}

interface BodyEncoder {
  readonly encoding: 'quoted-printable' | 'base64';
  write(bytes: Uint8Array): string;
  end(): string;
}

/** @returns undefined where the body says that it is encoded already */
function encoderFor({ type, encoding }: PartHeader): BodyEncoder | undefined {
  if (/base64|quoted-printable/i.test(encoding ?? '')) return undefined;
  if (type.startsWith('text/') || type.startsWith('message/')) return new QuotedPrintableBody();
  const lines = new Base64Lines();
  return { encoding: 'base64', write: (bytes) => lines.write(bytes), end: () => lines.end() };
}

/** A line that is longer goes out in pieces. */
const LINE_BYTES = 65_536;

class QuotedPrintableBody implements BodyEncoder {
  readonly encoding = 'quoted-printable';
  #held = Buffer.alloc(0);

  write(bytes: Uint8Array): string {
    const all = Buffer.concat([this.#held, bytes]);
    let encoded = '';
    let start = 0;
    for (let end = all.indexOf(0x0a); end !== -1; end = all.indexOf(0x0a, start)) {
      const hasReturn = end > start && all[end - 1] === 0x0d;
      encoded += `${quotedPrintableBytes(all.subarray(start, hasReturn ? end - 1 : end))}\r\n`;
      start = end + 1;
    }
    this.#held = Buffer.from(all.subarray(start));
    if (this.#held.byteLength <= LINE_BYTES) return encoded;
    // A CR at the end may be the first half of a line end.
    const piece = this.#held.subarray(0, -1);
    this.#held = Buffer.from(this.#held.subarray(-1));
    return `${encoded}${quotedPrintableBytes(piece)}=\r\n`;
  }

  end(): string {
    return quotedPrintableBytes(this.#held);
  }
}

const encodingField = (encoding: string): string => `Content-Transfer-Encoding: ${encoding}`;

function newFields(
  { fields }: PartHeader,
  { encoding }: BodyEncoder,
  charset: string | undefined,
  isMessageHeader: boolean,
): string[] {
  const has = (name: string): boolean => fields.some((each) => each.name === name);
  return [
    ...(isMessageHeader && !has('mime-version') ? ['MIME-Version: 1.0'] : []),
    ...(has('content-type') ? [] : [`Content-Type: text/plain; charset=${charset}`]),
    encodingField(encoding),
  ];
}

/** The lines with these fields behind them, and no other Content-Transfer-Encoding. */
function* headerWith(lines: readonly Uint8Array[], fields: readonly string[]): Generator<Uint8Array> {
  let isDropped = false;
  for (const line of lines) {
    const text = Buffer.from(line.buffer, line.byteOffset, Math.min(line.byteLength, 60)).toString('latin1');
    if (!/^[ \t]/.test(text)) isDropped = /^Content-Transfer-Encoding[ \t]*:/i.test(text);
    if (!isDropped) yield line;
  }
  yield latin1(fields.map((field) => `${field}\r\n`).join(''));
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
