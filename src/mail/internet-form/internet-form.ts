/**
 * A message of a mail file as programs read it, by POP, IMAP or from an export: RFC 5322 with CRLF line ends. Mail that came by
 * SMTP goes as it came, byte for byte; a message that never left the node gets the header it would have had.
 * Source: RFC 5322 §2.1; vms-mail.md §4; tcpip-smtp.md §7.1.
 */
import { Base64Lines, base64LinesLength } from '../../mime/base64-lines.ts';
import type { MessageRecord } from '../../ports/mail-store.ts';
import { parseAddress, splitSender } from '../addressing/index.ts';
import { foreignBytes } from '../foreign-text.ts';
import { encodingFields, type HeaderSource, headerFields } from './header-fields.ts';

export interface InternetForm {
  /** Octets of `bytes`, exactly. */
  readonly sizeBytes: number;
  /** What stands in front of the text; of no octets where that goes as it came. */
  readonly header: Uint8Array;
  /** How the text follows: as it is stored, its lines ended with CRLF, in base64, or not at all. */
  readonly body: 'stored' | 'lines' | 'base64' | 'none';
  /** Each time from the beginning. */
  bytes(): AsyncIterable<Uint8Array>;
}

export type StoredMessage = HeaderSource & Pick<MessageRecord, 'format' | 'sizeBytes' | 'records'>;

/**
 * Reads of the text at most its beginning, and for most messages nothing: sizes of a folder are known from its records.
 * @param open  the stored text, each time from its beginning
 * @param domain  what stands behind the `@` of users here
 * @param isBare  what `isBareText` says of the text, where that is known: its beginning need not be read then
 */
export async function internetForm(
  message: StoredMessage,
  open: () => AsyncIterable<Uint8Array>,
  domain: string,
  isBare?: boolean,
): Promise<InternetForm> {
  if (message.format === 'records') {
    const header = bytesOf([...headerFields(message, domain), ...encodingFields(message), '']);
    if (message.flags.foreign) return foreignForm(message, open, header);
    // Each record ends with LF, and CRLF is one octet more.
    return withHeader(header, 'lines', message.sizeBytes + message.records, () => withCrlf(open()));
  }
  if (isBare !== false && mayBeBare(message) && (isBare ?? describesOnly.test(await beginning(open))))
    return withHeader(bytesOf(headerFields(message, domain)), 'stored', message.sizeBytes, open);
  return { sizeBytes: message.sizeBytes, header: new Uint8Array(0), body: 'stored', bytes: open };
}

/** Whether its form depends on how the text begins. */
export const mayBeBare = (message: Pick<StoredMessage, 'format' | 'from'>): boolean =>
  message.format === 'rfc5322' && isOfThisNode(message);

/** A text whose header says only how it is encoded. @param bytes  its beginning, LOOKED_AT_BYTES or all of it */
export const isBareText = (bytes: Uint8Array): boolean =>
  describesOnly.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, LOOKED_AT_BYTES)).toString(
      'latin1',
    ),
  );

/** Lines of ours in place of the text, under the header of the message. */
export function noteForm(message: StoredMessage, note: readonly string[], domain: string): InternetForm {
  const plain = { ...message, flags: { ...message.flags, foreign: false } };
  const bytes = bytesOf([...headerFields(message, domain), ...encodingFields(plain), '', ...note]);
  return withHeader(bytes, 'none', 0, async function* () {});
}

async function foreignForm(
  message: StoredMessage,
  open: () => AsyncIterable<Uint8Array>,
  header: Uint8Array,
): Promise<InternetForm> {
  const described = Buffer.from(await beginning(open), 'latin1');
  const [first] = await firstOf(foreignBytes(once(described)));
  const fileBytes = message.sizeBytes - (described.byteLength - (first?.byteLength ?? 0));
  return withHeader(header, 'base64', base64LinesLength(fileBytes), () => inBase64(foreignBytes(open())));
}

function withHeader(
  header: Uint8Array,
  body: InternetForm['body'],
  bodyBytes: number,
  open: () => AsyncIterable<Uint8Array>,
): InternetForm {
  return {
    sizeBytes: header.byteLength + bodyBytes,
    header,
    body,
    async *bytes() {
      yield header;
      yield* open();
    },
  };
}

const bytesOf = (lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\r\n')}\r\n`);

async function* withCrlf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    yield Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
  }
}

async function* inBase64(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const lines = new Base64Lines();
  for await (const chunk of bytes) yield lines.write(chunk);
  yield lines.end();
}

/** A header that says nothing but how the text is encoded: the sender used an attachment, and is of this node. */
const describesOnly = /^(?:(?:mime-version|content-[a-z-]+):[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n/i;
/** What MAIL writes in front of a text with attachments, or of a file, is shorter. */
const LOOKED_AT_BYTES = 1_000;

/** Mail of other hosts is signed with a transport: `SMTP%"user@host"`. */
function isOfThisNode({ from }: Pick<HeaderSource, 'from'>): boolean {
  // What nearly all mail is; of a folder of a million each is looked at.
  if (/^SMTP%"[^"]*"(?: |$)/.test(from)) return false;
  const kind = parseAddress(splitSender(from).address)?.kind;
  return kind !== 'transport' && kind !== 'ambiguous';
}

async function beginning(open: () => AsyncIterable<Uint8Array>): Promise<string> {
  let found = '';
  for await (const chunk of open()) {
    found += Buffer.from(chunk.subarray(0, LOOKED_AT_BYTES)).toString('latin1');
    if (found.length >= LOOKED_AT_BYTES) break;
  }
  return found.slice(0, LOOKED_AT_BYTES);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function firstOf(chunks: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  for await (const chunk of chunks) return [chunk];
  return [];
}
