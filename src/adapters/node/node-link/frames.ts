/**
 * Frames of the node's wire: a JSON header and raw attachments, so that mail text crosses without being encoded.
 *
 *   frame       = length kind id header-length attachment-count *attachment-length header *attachment
 *   length, id, header-length, attachment-count, attachment-length = 32 bits, little-endian; kind = 1 byte
 *
 * `length` counts what follows it. Numbers are checked before anything is allocated or sliced.
 */
export const frameKinds = [
  'hello',
  'welcome',
  'refusal',
  'request',
  'answer',
  'failure',
  'notification',
] as const;
export type FrameKind = (typeof frameKinds)[number];

export interface Frame {
  readonly kind: FrameKind;
  /** Of the request, and of its answer. 0 where there is none. */
  readonly id: number;
  /** JSON value; undefined where the header is empty. */
  readonly header: unknown;
  readonly attachments: readonly Uint8Array[];
  /** Size on the wire. */
  readonly bytes: number;
}

const LENGTH_BYTES = 4;
const FIXED_BYTES = 13;
/** A batch of assignments with 256 texts of 64 KiB, and room. */
export const LONGEST_FRAME = 64 * 1024 * 1024;

/** Appends frames to buffers that are written together. Attachments beyond `COPIED_AT_MOST` are not copied. */
export class FrameWriter {
  #pieces: Uint8Array[] = [];
  #block = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the size of the frame. */
  append(kind: FrameKind, id: number, header: unknown, attachments: readonly Uint8Array[] = []): number {
    const text = header === undefined ? '' : JSON.stringify(header);
    const headerLength = Buffer.byteLength(text);
    const lengthsLength = 4 * attachments.length;
    const attached = attachments.reduce((sum, each) => sum + each.byteLength, 0);
    const length = FIXED_BYTES + lengthsLength + headerLength + attached;
    if (length > LONGEST_FRAME) throw new RangeError(`a frame of ${length} bytes is too long`);

    this.#room(LENGTH_BYTES + FIXED_BYTES + lengthsLength + headerLength);
    const block = this.#block;
    let at = block.writeUInt32LE(length, this.#end);
    at = block.writeUInt8(frameKinds.indexOf(kind), at);
    at = block.writeUInt32LE(id, at);
    at = block.writeUInt32LE(headerLength, at);
    at = block.writeUInt32LE(attachments.length, at);
    for (const each of attachments) at = block.writeUInt32LE(each.byteLength, at);
    this.#end = at + block.write(text, at);
    for (const each of attachments) this.#attach(each);
    this.#bytes += LENGTH_BYTES + length;
    return LENGTH_BYTES + length;
  }

  #attach(attachment: Uint8Array): void {
    if (attachment.byteLength > COPIED_AT_MOST) {
      this.#cut();
      this.#pieces.push(attachment);
      return;
    }
    this.#room(attachment.byteLength);
    this.#block.set(attachment, this.#end);
    this.#end += attachment.byteLength;
  }

  #room(bytes: number): void {
    if (this.#block.byteLength - this.#end >= bytes) return;
    this.#cut();
    this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes));
    this.#start = 0;
    this.#end = 0;
  }

  #cut(): void {
    if (this.#end > this.#start) this.#pieces.push(this.#block.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  /** All that was appended since the last call. */
  take(): readonly Uint8Array[] {
    this.#cut();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    return pieces;
  }

  /**
   * All that was taken has gone out: its memory is used again. A new block for every 128 KiB of mail is memory that the
   * collector does not see coming, and answers with marking the whole heap: 15 % of a receiver's processor time.
   */
  gone(): void {
    if (this.#pieces.length > 0 || this.#end > this.#start) return;
    this.#start = 0;
    this.#end = 0;
  }
}

const BLOCK_BYTES = 128 * 1024;
const COPIED_AT_MOST = 16 * 1024;

/** Cuts a byte stream into frames. A frame within one chunk is not copied; one across chunks is copied once. */
export class FrameReader {
  #longest: number;
  /** Bytes of an incomplete length. */
  #head = Buffer.alloc(0);
  /** An incomplete frame, without its length. */
  #frame: Buffer | undefined;
  #filled = 0;

  /** @param longest  frames beyond it are refused; raised once the peer is known */
  constructor(longest: number = LONGEST_FRAME) {
    this.#longest = longest;
  }

  set longest(bytes: number) {
    this.#longest = bytes;
  }

  /** Throws RangeError or SyntaxError for bytes that are no frame; the connection is of no use then. */
  *push(received: Buffer): Generator<Frame> {
    let chunk = received;
    while (chunk.byteLength > 0) {
      if (this.#frame !== undefined) {
        const taken = chunk.copy(this.#frame, this.#filled);
        this.#filled += taken;
        chunk = chunk.subarray(taken);
        if (this.#filled < this.#frame.byteLength) return;
        const whole = this.#frame;
        this.#frame = undefined;
        yield parseFrame(whole);
        continue;
      }
      if (this.#head.byteLength > 0) {
        chunk = Buffer.concat([this.#head, chunk]);
        this.#head = Buffer.alloc(0);
      }
      if (chunk.byteLength < LENGTH_BYTES) {
        this.#head = Buffer.from(chunk);
        return;
      }
      const length = chunk.readUInt32LE(0);
      if (length < FIXED_BYTES || length > this.#longest) throw new RangeError(`no frame: length ${length}`);
      const end = LENGTH_BYTES + length;
      if (chunk.byteLength >= end) {
        const frame = parseFrame(chunk.subarray(LENGTH_BYTES, end));
        chunk = chunk.subarray(end);
        yield frame;
        continue;
      }
      this.#frame = Buffer.allocUnsafeSlow(length);
      this.#filled = chunk.copy(this.#frame, 0, LENGTH_BYTES);
      return;
    }
  }
}

function parseFrame(body: Buffer): Frame {
  const kind = frameKinds[body.readUInt8(0)];
  if (kind === undefined) throw new RangeError(`no frame: kind ${body.readUInt8(0)}`);
  const id = body.readUInt32LE(1);
  const headerLength = body.readUInt32LE(5);
  const count = body.readUInt32LE(9);
  let at = FIXED_BYTES + 4 * count;
  if (at + headerLength > body.byteLength) throw new RangeError('no frame: header beyond its end');
  const text = body.toString('utf8', at, at + headerLength);
  at += headerLength;
  const attachments: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const length = body.readUInt32LE(FIXED_BYTES + 4 * index);
    if (at + length > body.byteLength) throw new RangeError('no frame: attachment beyond its end');
    attachments.push(body.subarray(at, at + length));
    at += length;
  }
  if (at !== body.byteLength) throw new RangeError('no frame: bytes left over');
  return {
    kind,
    id,
    header: text === '' ? undefined : JSON.parse(text),
    attachments,
    bytes: LENGTH_BYTES + body.byteLength,
  };
}
