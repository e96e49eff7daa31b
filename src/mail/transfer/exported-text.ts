/**
 * A message of a mail file as other programs read it: RFC 5322 with LF line ends. Mail that came by SMTP goes as it came;
 * a message that never left the node gets the header it would have had. Source: RFC 5322 §3.6; tcpip-smtp.md §5.7.
 */
import { Base64Lines } from '../../mime/base64-lines.ts';
import type { MessageRecord } from '../../ports/mail-store.ts';
import { formatInternetDate } from '../../vms-time/index.ts';
import { parseAddress, splitSender } from '../addressing/index.ts';
import { foreignBytes } from '../foreign-text.ts';
import { mailboxes, namedMailbox, unstructured } from '../outgoing-header.ts';
import { unixText } from './mbox-text.ts';

/** Pieces that end with a line each, as `unixText` gives them. @param hostName  what stands behind the `@` of users here */
export async function* exportedText(
  message: MessageRecord,
  text: AsyncIterable<Uint8Array>,
  hostName: string,
): AsyncGenerator<Uint8Array> {
  if (message.format === 'records') {
    yield Buffer.from(`${[...headerLines(message, hostName), ...encodingLines(message)].join('\n')}\n\n`);
    if (message.flags.foreign) yield* base64Lines(foreignBytes(text));
    else yield* unixText(text);
    return;
  }
  let isFirst = true;
  for await (const piece of unixText(text)) {
    if (isFirst && describesOnly.test(Buffer.from(piece.subarray(0, LOCAL_HEADER_BYTES)).toString('latin1')))
      yield Buffer.from(`${headerLines(message, hostName).join('\n')}\n`);
    isFirst = false;
    yield piece;
  }
}

async function* base64Lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const lines = new Base64Lines();
  const withLf = (text: string): Uint8Array => Buffer.from(text.replaceAll('\r\n', '\n'));
  for await (const chunk of bytes) yield withLf(lines.write(chunk));
  yield withLf(lines.end());
}

/** A header that says nothing but how the text is encoded: the sender used an attachment, and is of this node. */
const describesOnly = /^(?:(?:mime-version|content-[a-z-]+):[^\n]*\n(?:[ \t][^\n]*\n)*)+\n/i;
/** What MAIL writes in front of a text with attachments is shorter. */
const LOCAL_HEADER_BYTES = 1_000;

/** Who sent it, for the separator line: `jones@host`; '' where nobody can be written to. */
export function senderOf(message: MessageRecord, hostName: string): string {
  const { address } = splitSender(message.from);
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.kind === 'list') return '';
  const mailbox = mailboxes(address, hostName)[0] ?? '';
  // Users here sign in upper case, and write to other hosts in lower case.
  return parsed.kind === 'user' || parsed.kind === 'node' ? mailbox.toLowerCase() : mailbox;
}

function headerLines(message: MessageRecord, hostName: string): readonly string[] {
  const { personalName } = splitSender(message.from);
  const to = mailboxes(message.to, hostName);
  const cc = mailboxes(message.cc, hostName);
  const lines = [
    `Date: ${formatInternetDate(message.receivedAt)}`,
    `Message-Id: <${message.receivedAt.toString(36)}.${message.id.toString(36)}@${hostName}>`,
    `From: ${namedMailbox(personalName, senderOf(message, hostName))}`,
    `To: ${to.length === 0 ? 'undisclosed-recipients:;' : to.join(',\r\n\t')}`,
    ...(cc.length === 0 ? [] : [`Cc: ${cc.join(',\r\n\t')}`]),
    unstructured('X-VMS-To', message.to),
    ...(message.cc === '' ? [] : [unstructured('X-VMS-Cc', message.cc)]),
    unstructured('Subject', message.subject),
  ];
  return lines.map((line) => line.replaceAll('\r\n', '\n'));
}

const encodingLines = ({ flags }: MessageRecord): readonly string[] => [
  'MIME-Version: 1.0',
  ...(flags.foreign
    ? ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64']
    : ['Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit']),
];
