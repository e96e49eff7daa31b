/**
 * A message of a mail file as other programs read it: RFC 5322 with LF line ends. Mail that came by SMTP goes as it came;
 * a message that never left the node gets the header it would have had. Source: RFC 5322 §3.6; tcpip-smtp.md §5.7.
 */
import type { MessageRecord } from '../../ports/mail-store.ts';
import { formatInternetDate } from '../../vms-time/index.ts';
import { parseAddress, splitSender } from '../addressing/index.ts';
import { mailboxes, unstructured } from '../outgoing-header.ts';
import { unixText } from './mbox-text.ts';

/** Pieces that end with a line each, as `unixText` gives them. @param hostName  what stands behind the `@` of users here */
export async function* exportedText(
  message: MessageRecord,
  text: AsyncIterable<Uint8Array>,
  hostName: string,
): AsyncGenerator<Uint8Array> {
  if (message.format === 'records') yield Buffer.from(headerOf(message, hostName));
  yield* unixText(text);
}

/** Who sent it, for the separator line: `jones@host`; '' where nobody can be written to. */
export function senderOf(message: MessageRecord, hostName: string): string {
  const { address } = splitSender(message.from);
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.kind === 'list') return '';
  const mailbox = mailboxes(address, hostName)[0] ?? '';
  // Users here sign in upper case, and write to other hosts in lower case.
  return parsed.kind === 'user' || parsed.kind === 'node' ? mailbox.toLowerCase() : mailbox;
}

/** With the empty line behind it. */
function headerOf(message: MessageRecord, hostName: string): string {
  const { personalName } = splitSender(message.from);
  const sender = senderOf(message, hostName);
  const name = personalName.replace(/["\\]/g, '\\$&');
  const to = mailboxes(message.to, hostName);
  const cc = mailboxes(message.cc, hostName);
  const lines = [
    `Date: ${formatInternetDate(message.receivedAt)}`,
    `Message-Id: <${message.receivedAt.toString(36)}.${message.id.toString(36)}@${hostName}>`,
    `From: ${name === '' ? sender : `"${name}" <${sender}>`}`,
    `To: ${to.length === 0 ? 'undisclosed-recipients:;' : to.join(',\r\n\t')}`,
    ...(cc.length === 0 ? [] : [`Cc: ${cc.join(',\r\n\t')}`]),
    unstructured('X-VMS-To', message.to),
    ...(message.cc === '' ? [] : [unstructured('X-VMS-Cc', message.cc)]),
    unstructured('Subject', message.subject),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return `${lines.join('\n').replaceAll('\r\n', '\n')}\n\n`;
}
