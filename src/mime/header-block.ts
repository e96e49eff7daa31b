/**
 * The header section of mail data, parsed once per message: what routing, hop count and delivery need of it.
 * Source: RFC 5322 §2.2.
 */
import { isUtf8 } from 'node:buffer';
import type { MessageText, Spool } from '../ports/message-text.ts';
import { type ByteRange, headerFields, without } from './header-fields.ts';

/** A header section longer than this is cut for parsing; the text itself stays whole. */
const HEADER_LIMIT = 1_048_576;

export interface HeaderBlock {
  /** Bytes up to and with the CRLF before the empty line. */
  readonly sizeBytes: number;
  /** Unfolded value of the first field of that name (lower case), trimmed. */
  first(name: string): string | undefined;
  /** Values of all fields of that name, joined with `, `: To and Cc may be repeated by mistake. */
  joined(name: string): string | undefined;
  /** Whether there is anything that is not ASCII in it. */
  hasEighthBit(): boolean;
  /** `Received:` fields. RFC 5321 §6.3 */
  readonly hops: number;
  /** Byte ranges of `Return-Path:` fields: a sender's own does not count. RFC 5321 §4.4 */
  readonly returnPaths: readonly ByteRange[];
  /** What stands before the end of the last of them, without them. */
  readonly beforeReturnPaths: Uint8Array;
}

export async function readHeaderBlock(text: MessageText, spool: Spool): Promise<HeaderBlock> {
  if (text.kind === 'inline') return parseHeaderBlock(text.bytes);
  if (text.known !== undefined) return parseHeaderBlock(text.known.start);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of spool.read(text)) {
    chunks.push(chunk);
    size += chunk.byteLength;
    const known = Buffer.concat(chunks);
    if (size > HEADER_LIMIT || known.includes('\r\n\r\n')) return parseHeaderBlock(known);
    chunks.splice(0, chunks.length, known);
  }
  return parseHeaderBlock(Buffer.concat(chunks));
}

export function parseHeaderBlock(bytes: Uint8Array): HeaderBlock {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = headerSize(text);
  // latin1 keeps one character per byte: offsets stay true. Values are decoded where they are asked for.
  const block = text.toString('latin1', 0, size);
  const fields = new Map<string, string[]>();
  const returnPaths: ByteRange[] = [];
  let hops = 0;
  for (const { name, value, start, end } of headerFields(block)) {
    if (name === 'received') hops++;
    else {
      if (name === 'return-path') returnPaths.push({ start, end });
      const values = fields.get(name);
      if (values === undefined) fields.set(name, [value]);
      else values.push(value);
    }
  }
  return {
    sizeBytes: size,
    hops,
    returnPaths,
    beforeReturnPaths: Buffer.concat(without(text.subarray(0, returnPaths.at(-1)?.end ?? 0), returnPaths)),
    hasEighthBit: () => /[\x80-\xff]/.test(block),
    first: (name) => {
      const value = fields.get(name)?.[0];
      return value === undefined ? undefined : unfold(value);
    },
    joined: (name) => {
      const values = fields.get(name);
      return values?.map(unfold).join(', ');
    },
  };
}

function headerSize(text: Buffer): number {
  if (text.length >= 2 && text[0] === 0x0d && text[1] === 0x0a) return 0;
  const end = text.indexOf('\r\n\r\n');
  return end === -1 ? Math.min(text.length, HEADER_LIMIT) : end + 2;
}

function unfold(value: string): string {
  const line = value.replace(/\r?\n(?=[ \t])/g, '').trim();
  // Unencoded 8-bit in headers is UTF-8 today (RFC 6532); anything else is left for the reader's eye.
  if (!/[\x80-\xff]/.test(line)) return line;
  const bytes = Buffer.from(line, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : line;
}
