/**
 * A message of a mail file as other programs read it: RFC 5322 with LF line ends. Mail that came by SMTP goes as it came;
 * a message that never left the node gets the header it would have had. Source: RFC 5322 §3.6; tcpip-smtp.md §5.7.
 */
import type { MessageRecord } from '../../ports/mail-store.ts';
import { formatInternetDate } from '../../vms-time/index.ts';
import { parseAddress, splitSender } from '../addressing/index.ts';
import { foreignBytes } from '../foreign-text.ts';
import { mailboxes, unstructured } from '../outgoing-header.ts';
import { unixText } from './mbox-text.ts';

/** Pieces that end with a line each, as `unixText` gives them. @param hostName  what stands behind the `@` of users here */
export async function* exportedText(
  message: MessageRecord,
  text: AsyncIterable<Uint8Array>,
  hostName: string,
): AsyncGenerator<Uint8Array> {
  if (message.format === 'records') yield Buffer.from(headerOf(message, hostName));
  if (message.flags.foreign) yield* base64Lines(foreignBytes(text));
  else yield* unixText(text);
}

/** RFC 2045 §6.8: lines of 76 characters, 57 bytes each. */
async function* base64Lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const LINE = 57;
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of bytes) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const whole = held.length - (held.length % LINE);
    for (let at = 0; at < whole; at += LINE) yield base64Line(held.subarray(at, at + LINE));
    held = held.slice(whole);
  }
  if (held.length > 0) yield base64Line(held);
}

const base64Line = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(`${Buffer.from(bytes).toString('base64')}\n`);

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
    ...(message.flags.foreign
      ? ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64']
      : ['Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit']),
  ];
  return `${lines.join('\n').replaceAll('\r\n', '\n')}\n\n`;
}
