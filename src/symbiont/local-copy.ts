/**
 * A message as it goes into a mail file: MAIL's From, To, CC and Subj, and the text with Return-Path in front.
 * Where headers stand when it is read (HEADERS, TOP_HEADERS, NOHEADERS) is MAIL's affair: the text is kept as it came.
 * Source: tcpip-smtp.md §5.2, §5.6, §5.7; RFC 5321 §4.4.
 */
import { jacketLocal, type MailHeader, mailHeader } from '../mail/index.ts';
import type { HeaderBlock } from '../mime/header-block.ts';
import { without } from '../mime/header-fields.ts';
import { INLINE_TEXT_LIMIT, type MessageText, type Spool } from '../ports/message-text.ts';

export interface LocalCopy extends MailHeader {
  readonly text: MessageText;
}

export async function localCopy(
  message: {
    readonly header: HeaderBlock;
    readonly text: MessageText;
    readonly reversePath: string;
    readonly inboundNoXvms: boolean;
    /** JACKET_LOCAL: who is local then stands in a jacket. */
    readonly jacketed?: Parameters<typeof jacketLocal>[1] | undefined;
  },
  spool: Spool,
): Promise<LocalCopy> {
  const { header, reversePath, jacketed } = message;
  const made = mailHeader(header, reversePath, { withoutXvms: message.inboundNoXvms });
  const list = async (text: string): Promise<string> =>
    jacketed === undefined ? text : jacketLocal(text, jacketed);
  return {
    ...made,
    to: await list(made.to),
    cc: await list(made.cc),
    text: await withReturnPath(message.text, header, reversePath, spool),
  };
}

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
  const writer = spool.create();
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
