/**
 * A message with attachments as its multipart body: the text, then each attachment in base64, messages as they are. Streamed.
 * Sources: RFC 2046 §5.1.3, RFC 2183, RFC 2045 §6.8.
 */
import { isUtf8 } from 'node:buffer';
import { Base64Lines } from '../mime/base64-lines.ts';
import { headerParameter } from '../mime/header-parameter.ts';
import { quotedPrintableLine } from '../mime/quoted-printable.ts';
import { INLINE_TEXT_LIMIT } from '../ports/message-text.ts';
import { ATTACHED_MESSAGE_BYTES, attachedMessage } from './attached-message.ts';
import { isPlainLine, lineBatches } from './message-texts.ts';

export interface OutgoingAttachment {
  readonly name: string | undefined;
  /** `application/pdf` */
  readonly type: string;
  /** Of a text; undefined: found out from its first bytes. */
  readonly charset?: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Nobody who writes a text knows it beforehand, so that no text ends a part. */
export const newBoundary = (): string =>
  `----=_${Buffer.from(crypto.getRandomValues(new Uint8Array(15))).toString('base64url')}`;

export const multipartType = (boundary: string): string => `multipart/mixed;\r\n\tboundary="${boundary}"`;

/** Everything behind the header of the message. */
export async function* multipartText(
  text: AsyncIterable<string> | Iterable<string>,
  attachments: AsyncIterable<OutgoingAttachment>,
  boundary: string,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`--${boundary}\r\n`);
  yield* textPart(text);
  for await (const attachment of attachments) {
    yield Buffer.from(`\r\n--${boundary}\r\n`);
    yield* attachment.type === 'message/rfc822' ? messagePart(attachment) : attachmentPart(attachment);
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

/** As it is when all of it is plain and short, else in quoted-printable. */
async function* textPart(text: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoded = (lines: readonly string[]): Uint8Array =>
    Buffer.from(lines.map((line) => `${quotedPrintableLine(line)}\r\n`).join(''));
  let held: string[] | undefined = [];
  let heldLength = 0;
  for await (const lines of lineBatches(text)) {
    if (held === undefined) {
      yield encoded(lines);
      continue;
    }
    held.push(...lines);
    heldLength += lines.reduce((sum, line) => sum + line.length + 2, 0);
    if (heldLength < INLINE_TEXT_LIMIT && lines.every(isPlainLine)) continue;
    yield Buffer.from(textHeader('quoted-printable'));
    yield encoded(held);
    held = undefined;
  }
  if (held === undefined) return;
  yield Buffer.from(`${textHeader('7bit')}${held.map((line) => `${line}\r\n`).join('')}`);
}

const textHeader = (encoding: '7bit' | 'quoted-printable'): string =>
  `Content-Type: text/plain; charset=${encoding === '7bit' ? 'us-ascii' : 'UTF-8'}\r\n` +
  `Content-Transfer-Encoding: ${encoding}\r\n\r\n`;

/** As it is, or when it is no message by the letter as a file. */
async function* messagePart(message: OutgoingAttachment): AsyncGenerator<Uint8Array> {
  const pieces = message.bytes[Symbol.asyncIterator]();
  try {
    const { held, isWhole } = await beginningOf(pieces);
    const asItIs = isWhole ? attachedMessage(Buffer.concat(held)) : undefined;
    if (asItIs === undefined) {
      yield* attachmentPart({ ...message, bytes: chained(held, pieces) });
    } else {
      yield Buffer.from(partHeader(message.name, message.type, '7bit'));
      yield asItIs;
    }
  } finally {
    await pieces.return?.();
  }
}

/** No more than is looked at before any of it goes. */
async function beginningOf(pieces: AsyncIterator<Uint8Array>) {
  const held: Uint8Array[] = [];
  for (let size = 0; size <= ATTACHED_MESSAGE_BYTES; size += held.at(-1)!.byteLength) {
    const piece = await pieces.next();
    if (piece.done === true) return { held, isWhole: true };
    // The chunk is its source's again when the next one is asked for.
    held.push(Uint8Array.from(piece.value));
  }
  return { held, isWhole: false };
}

async function* chained(
  held: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* held;
  for (let piece = await rest.next(); piece.done !== true; piece = await rest.next()) yield piece.value;
}

async function* attachmentPart({
  name,
  type,
  charset,
  bytes,
}: OutgoingAttachment): AsyncGenerator<Uint8Array> {
  const base64 = new Base64Lines();
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst) yield Buffer.from(attachmentHeader(name, type, charset ?? charsetOf(chunk)));
    isFirst = false;
    yield base64.write(chunk);
  }
  if (isFirst) yield Buffer.from(attachmentHeader(name, type, charset));
  yield base64.end();
}

function attachmentHeader(name: string | undefined, type: string, charset: string | undefined): string {
  // RFC 2046 §5.2: what is called a message may not be encoded.
  const shownType = /^(?:message|multipart)\//.test(type) ? 'application/octet-stream' : type;
  const hasCharset = shownType.startsWith('text/') && charset !== undefined && /^[\w.:+-]+$/.test(charset);
  return partHeader(name, `${shownType}${hasCharset ? `; charset=${charset}` : ''}`, 'base64');
}

function partHeader(name: string | undefined, type: string, encoding: 'base64' | '7bit'): string {
  const called = name?.replace(/\p{C}+/gu, '_').slice(0, 200);
  return [
    `Content-Type: ${type}`,
    called === undefined ? '' : headerParameter('name', called),
    '\r\nContent-Disposition: attachment',
    called === undefined ? '' : headerParameter('filename', called),
    `\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
  ].join('');
}

/** Judged by its first bytes, of which the last character may be cut. */
function charsetOf(bytes: Uint8Array): string {
  const whole = bytes.subarray(0, bytes.byteLength < 4_096 ? bytes.byteLength : bytes.lastIndexOf(0x0a) + 1);
  return isUtf8(whole) ? 'UTF-8' : 'ISO-8859-1';
}
