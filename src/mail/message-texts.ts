/**
 * The text of a message being sent, read once and written in the two forms it travels in: records for mail files here,
 * the body of an RFC 5322 message for other hosts. Streamed; nothing of it is visible before `commit`.
 */
import { committedText } from '../mime/committed-text.ts';
import { quotedPrintableLine } from '../mime/quoted-printable.ts';
import type { MailStore, StoredText, TextWriter } from '../ports/mail-store.ts';
import { INLINE_TEXT_LIMIT, type MessageText, type Spool, type SpoolWriter } from '../ports/message-text.ts';

/** A line that needs no encoding on the way. RFC 5321 §4.5.3.1.6: 1000 octets with CRLF. */
export const isPlainLine = (line: string): boolean => line.length <= 998 && /^[\t\x0c\x20-\x7e]*$/.test(line);

/** Records, UTF-8, each ended by LF. A record holds no line end itself. */
export async function writeRecords(
  store: Pick<MailStore, 'createText'>,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<MessageText | StoredText> {
  const writer: TextWriter = store.createText();
  try {
    for await (const some of lineBatches(lines)) await writer.write(Buffer.from(`${some.join('\n')}\n`));
    return await writer.commit();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/**
 * Header and body with CRLF. The body is sent as it is when its first 64 KiB and all the rest, as far as known, are plain
 * ASCII in lines of at most 998 characters; else in quoted-printable.
 * @param header  for the encoding found
 */
export async function writeMailData(
  spool: Spool | undefined,
  lines: AsyncIterable<string> | Iterable<string>,
  header: (encoding: '7bit' | 'quoted-printable') => string,
): Promise<MessageText> {
  const held: string[] = [];
  let heldBytes = 0;
  let writer: SpoolWriter | undefined;
  let sizeBytes = 0;
  let beginning = '';
  const write = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    sizeBytes += bytes.length;
    await writer!.write(bytes);
  };
  try {
    for await (const some of lineBatches(lines)) {
      if (writer !== undefined) {
        await write(encode(some, 'quoted-printable'));
        continue;
      }
      held.push(...some);
      heldBytes += some.reduce((sum, each) => sum + Buffer.byteLength(each) + 2, 0);
      if (heldBytes <= INLINE_TEXT_LIMIT || spool === undefined) continue;
      // Longer than is held: what is still to come is not known, and quoted-printable carries anything.
      writer = spool.create();
      beginning = header('quoted-printable');
      await write(beginning + encode(held.splice(0), 'quoted-printable'));
    }
    if (writer !== undefined) return await committedText(writer, sizeBytes, Buffer.from(beginning));
  } catch (error) {
    await writer?.abandon();
    throw error;
  }
  const encoding = held.every(isPlainLine) ? '7bit' : 'quoted-printable';
  const bytes = Buffer.from(header(encoding) + encode(held, encoding));
  if (bytes.length <= INLINE_TEXT_LIMIT || spool === undefined) return { kind: 'inline', bytes };
  return spooled(spool, bytes);
}

/** Bytes for mail files or for other hosts, in memory or in a file by their length. */
export async function writeBytes(
  writer: Pick<TextWriter | SpoolWriter, 'write' | 'abandon'>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  let sizeBytes = 0;
  try {
    for await (const chunk of bytes) {
      sizeBytes += chunk.byteLength;
      await writer.write(chunk);
    }
    return sizeBytes;
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function spooled(spool: Spool, bytes: Uint8Array): Promise<MessageText> {
  const writer = spool.create();
  try {
    await writer.write(bytes);
    return await committedText(writer, bytes.byteLength, bytes);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

const encode = (lines: readonly string[], encoding: '7bit' | 'quoted-printable'): string =>
  lines.map((line) => `${encoding === '7bit' ? line : quotedPrintableLine(line)}\r\n`).join('');

/** Lines by the hundred; a record with a line end inside is several. */
export async function* lineBatches(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string[]> {
  let some: string[] = [];
  let length = 0;
  for await (const line of lines) {
    const parts = /[\r\n]/.test(line) ? line.split(/\r\n|\r|\n/) : [line];
    some.push(...parts);
    length += line.length;
    if (some.length < 100 && length < INLINE_TEXT_LIMIT) continue;
    yield some;
    some = [];
    length = 0;
  }
  if (some.length > 0) yield some;
}

/** One source read twice, at the pace of the slower reader: at most so many items are held. */
export function twice<T>(
  source: AsyncIterable<T> | Iterable<T>,
  heldAtMost = 500,
): readonly [AsyncIterable<T>, AsyncIterable<T>] {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const ahead: T[][] = [[], []];
  const waiting: (() => void)[][] = [[], []];
  let reading: Promise<void> | undefined;
  let isEnded = false;
  const left = [false, false];
  const wake = (reader: number): void => {
    for (const each of waiting[reader]!.splice(0)) each();
  };
  const readNext = async (): Promise<void> => {
    const next = await iterator.next();
    if (next.done === true) isEnded = true;
    else for (const reader of [0, 1]) if (!left[reader]) ahead[reader]!.push(next.value);
  };
  const reader = (self: number): AsyncIterable<T> => ({
    async *[Symbol.asyncIterator]() {
      const other = 1 - self;
      try {
        for (;;) {
          while (ahead[self]!.length > 0) {
            yield ahead[self]!.shift()!;
            wake(other);
          }
          if (isEnded) return;
          if (ahead[other]!.length > heldAtMost && !left[other]) {
            await new Promise<void>((resolve) => waiting[self]!.push(resolve));
            continue;
          }
          reading ??= readNext().finally(() => {
            reading = undefined;
          });
          await reading;
        }
      } finally {
        left[self] = true;
        ahead[self] = [];
        wake(other);
      }
    },
  });
  return [reader(0), reader(1)];
}
