/**
 * A message as it goes into a mail file: MAIL's From, To, CC and Subj, and the text with Return-Path in front.
 * Where headers stand when it is read (HEADERS, TOP_HEADERS, NOHEADERS) is MAIL's affair: the text is kept as it came.
 * Source: tcpip-smtp.md §5.2, §5.6, §5.7; RFC 5321 §4.4.
 */
import { senderText, smtpJacket } from '../mail/addressing/index.ts';
import { INLINE_TEXT_LIMIT, type MessageText, type Spool } from '../ports/message-text.ts';
import type { HeaderBlock } from './header-block.ts';

/** MAIL's To: and CC: hold that much. vms-mail.md §5.1 */
const HEADER_TEXT_LIMIT = 998;
/** Before its encoded words are decoded, which for a megabyte of them takes seconds. The whole stays in the text. */
const SUBJECT_LIMIT = 4_000;

export interface LocalCopy {
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly text: MessageText;
}

export async function localCopy(
  message: {
    readonly header: HeaderBlock;
    readonly text: MessageText;
    readonly reversePath: string;
    readonly inboundNoXvms: boolean;
  },
  spool: Spool,
): Promise<LocalCopy> {
  const { header } = message;
  const xvms = (name: string): string | undefined => (message.inboundNoXvms ? undefined : header.first(name));
  return {
    from: mailFrom(header, message.reversePath),
    to: (xvms('x-vms-to') ?? header.joined('to') ?? '').slice(0, HEADER_TEXT_LIMIT),
    cc: (xvms('x-vms-cc') ?? header.joined('cc') ?? '').slice(0, HEADER_TEXT_LIMIT),
    subject: (header.first('subject') ?? '').slice(0, SUBJECT_LIMIT),
    text: await withReturnPath(message.text, header, message.reversePath, spool),
  };
}

/** tcpip-smtp.md §5.6; `From` after `Reply-To`. */
const senderFields = [
  'resent-reply-to',
  'resent-from',
  'reply-to',
  'from',
  'resent-sender',
  'sender',
  'return-path',
];

/** `SMTP%"user@host"`, and the personal name in quotes behind it when the header has one. */
export function mailFrom(header: HeaderBlock, reversePath: string): string {
  for (const name of senderFields) {
    const value = header.first(name);
    const sender = value === undefined ? undefined : firstMailbox(value);
    if (sender !== undefined) return jacket(sender);
  }
  return reversePath === '' ? 'SMTP%"<>"' : jacket({ address: reversePath, name: '' });
}

const jacket = ({ address, name }: { address: string; name: string }): string =>
  senderText(smtpJacket(address), name);

/** `"Name" <a@b>`, `a@b (Name)`, `a@b`; of several mailboxes and of a group the first. RFC 5322 §3.4 */
export function firstMailbox(value: string): { readonly address: string; readonly name: string } | undefined {
  // A group's name says nothing about its members; an endless field is cut.
  const text = value.slice(0, 2_000).replace(/^[^<"@,;:()]*:/, '');
  const angle = /^((?:"(?:[^"\\]|\\.)*"|[^<",])*)<\s*((?:"(?:[^"\\]|\\.)*"|[^<>"\s])+)\s*>/.exec(text);
  if (angle !== null) {
    const [, display = '', address = ''] = angle;
    return { address: address.trim(), name: plainName(display) };
  }
  const bare = /^\s*((?:"(?:[^"\\]|\\.)*"|[^\s()<>,;"])+)\s*(?:\(([^()]*)\))?/.exec(text);
  const address = bare?.[1];
  if (address === undefined || !address.includes('@')) return undefined;
  return { address, name: plainName(bare?.[2] ?? '') };
}

const plainName = (text: string): string => {
  const trimmed = text.trim();
  const inner =
    trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"')
      ? trimmed.slice(1, -1).replace(/\\(.)/g, '$1')
      : trimmed;
  return inner.trim();
};

async function withReturnPath(
  text: MessageText,
  header: HeaderBlock,
  reversePath: string,
  spool: Spool,
): Promise<MessageText> {
  const line = Buffer.from(`Return-Path: <${reversePath}>\r\n`);
  // An empty header section needs no line of its own: the text then starts with its empty line.
  if (text.kind === 'inline') {
    const parts = [line, ...without(text.bytes, header.returnPaths)];
    const sizeBytes = parts.reduce((sum, each) => sum + each.byteLength, 0);
    if (sizeBytes <= INLINE_TEXT_LIMIT) return { kind: 'inline', bytes: Buffer.concat(parts, sizeBytes) };
    return spooled(parts, spool);
  }
  return spooled(longText(line, spool.read(text.spoolId), header), spool);
}

async function* longText(
  line: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
  header: HeaderBlock,
): AsyncIterable<Uint8Array> {
  yield line;
  let position = 0;
  for await (const chunk of chunks) {
    yield* without(chunk, header.returnPaths, position);
    position += chunk.byteLength;
  }
}

async function spooled(
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  spool: Spool,
): Promise<MessageText> {
  const writer = await spool.create();
  try {
    let sizeBytes = 0;
    for await (const part of parts) {
      sizeBytes += part.byteLength;
      await writer.write(part);
    }
    return { kind: 'file', spoolId: await writer.commit(), sizeBytes };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** `bytes`, which stand at `offset` of the text, without the given ranges of the text. */
export function without(
  bytes: Uint8Array,
  ranges: readonly { readonly start: number; readonly end: number }[],
  offset = 0,
): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let position = 0;
  for (const range of ranges) {
    const start = Math.min(Math.max(range.start - offset, position), bytes.byteLength);
    if (start > position) parts.push(bytes.subarray(position, start));
    position = Math.min(Math.max(range.end - offset, position), bytes.byteLength);
  }
  if (position < bytes.byteLength) parts.push(position === 0 ? bytes : bytes.subarray(position));
  return parts;
}
