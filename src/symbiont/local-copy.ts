/**
 * A message as it goes into a mail file: MAIL's From, To, CC and Subj, and the text with Return-Path in front.
 * Where headers stand when it is read (HEADERS, TOP_HEADERS, NOHEADERS) is MAIL's affair: the text is kept as it came.
 * Source: tcpip-smtp.md §5.2, §5.6, §5.7; RFC 5321 §4.4.
 */
import { jacketLocal, type MailHeader, mailHeader } from '../mail/index.ts';
import type { HeaderBlock } from '../mime/header-block.ts';
import { without } from '../mime/header-fields.ts';
import type { MessageText } from '../ports/message-text.ts';

export interface LocalCopy extends MailHeader {
  readonly text: MessageText;
}

export async function localCopy(message: {
  readonly header: HeaderBlock;
  readonly text: MessageText;
  readonly reversePath: string;
  readonly inboundNoXvms: boolean;
  /** JACKET_LOCAL: who is local then stands in a jacket. */
  readonly jacketed?: Parameters<typeof jacketLocal>[1] | undefined;
}): Promise<LocalCopy> {
  const { header, reversePath, jacketed } = message;
  const made = mailHeader(header, reversePath, { withoutXvms: message.inboundNoXvms });
  const list = async (text: string): Promise<string> =>
    jacketed === undefined ? text : jacketLocal(text, jacketed);
  return {
    ...made,
    to: await list(made.to),
    cc: await list(made.cc),
    text: withReturnPath(message.text, header, reversePath),
  };
}

const NOTHING = new Uint8Array(0);

/** A text in the spool stays where it is: the mail file gets a name of its own for it, and the new beginning beside. */
function withReturnPath(text: MessageText, header: HeaderBlock, reversePath: string): MessageText {
  // An empty header section needs no line of its own: the text then starts with its empty line.
  const line = Buffer.from(`Return-Path: <${reversePath}>\r\n`);
  if (text.kind === 'inline')
    return { kind: 'inline', bytes: Buffer.concat([line, ...without(text.bytes, header.returnPaths)]) };
  const { beginning, known, spoolId } = text;
  const end = header.returnPaths.at(-1)?.end ?? 0;
  const before = Buffer.concat([line, header.beforeReturnPaths]);
  const head = beginning?.head ?? NOTHING;
  return {
    kind: 'file',
    spoolId,
    sizeBytes: text.sizeBytes - end + before.byteLength,
    beginning: {
      head: Buffer.concat([before, head.subarray(end)]),
      from: (beginning?.from ?? 0) + Math.max(end - head.byteLength, 0),
    },
    ...(end === 0 && known !== undefined
      ? { known: { start: Buffer.concat([line, known.start]), lines: known.lines + 1 } }
      : {}),
  };
}
