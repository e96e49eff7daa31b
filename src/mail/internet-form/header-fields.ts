/**
 * The header of a message that never left the node, as programs read it: what it would have had on its way to another host.
 * Source: RFC 5322 §3.6; tcpip-smtp.md §5.7, §7.1.
 */
import type { MessageRecord } from '../../ports/mail-store.ts';
import { formatInternetDate } from '../../vms-time/index.ts';
import { parseAddress, splitSender } from '../addressing/index.ts';
import { mailboxes, namedMailbox, unstructured } from '../outgoing-header.ts';

/** What the fields are made of. */
export type HeaderSource = Pick<
  MessageRecord,
  'id' | 'receivedAt' | 'from' | 'to' | 'cc' | 'subject' | 'flags'
>;

/** Who sent it: `jones@host`; '' where nobody can be written to. @param domain  what stands behind the `@` of users here */
export function senderOf({ from }: Pick<HeaderSource, 'from'>, domain: string): string {
  const { address } = splitSender(from);
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.kind === 'list') return '';
  const mailbox = mailboxes(address, domain)[0] ?? '';
  // Users here sign in upper case, and write to other hosts in lower case.
  return parsed.kind === 'user' || parsed.kind === 'node' ? mailbox.toLowerCase() : mailbox;
}

/** Without CRLF at the end of each; one that is folded has CRLF in it. */
export function headerFields(message: HeaderSource, domain: string): readonly string[] {
  const { personalName } = splitSender(message.from);
  const to = mailboxes(message.to, domain);
  const cc = mailboxes(message.cc, domain);
  return [
    `Date: ${formatInternetDate(message.receivedAt)}`,
    `Message-Id: <${message.receivedAt.toString(36)}.${message.id.toString(36)}@${domain}>`,
    `From: ${namedMailbox(personalName, senderOf(message, domain))}`,
    `To: ${to.length === 0 ? 'undisclosed-recipients:;' : to.join(',\r\n\t')}`,
    ...(cc.length === 0 ? [] : [`Cc: ${cc.join(',\r\n\t')}`]),
    unstructured('X-VMS-To', message.to),
    ...(message.cc === '' ? [] : [unstructured('X-VMS-Cc', message.cc)]),
    unstructured('Subject', message.subject),
  ];
}

/** The header the POP server of the product makes: Date is that of arrival. tcpip-smtp.md §7.1 */
export function mail11Header(message: HeaderSource, domain: string): readonly string[] {
  const fields = headerFields(message, domain).filter(
    (field) => !/^(?:Message-Id|X-VMS-(?:To|Cc)):/i.test(field),
  );
  return [...fields, unstructured('X-VMS-From', message.from)];
}

/** How the text of a message in records follows. */
export const encodingFields = ({ flags }: Pick<HeaderSource, 'flags'>): readonly string[] => [
  'MIME-Version: 1.0',
  ...(flags.foreign
    ? ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64']
    : ['Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit']),
];
