/**
 * The header of mail to other hosts, in the order the product writes it: Date, Message-Id, From, To, Cc, X-VMS-To,
 * X-VMS-Cc, Subject. Source: tcpip-smtp.md §5.6, §5.7; RFC 5322 §3.3, §3.6; RFC 2047.
 */
import { libmime } from '../mime/libmime.ts';
import { formatInternetDate } from '../vms-time/index.ts';
import { parseAddress, splitList, withAsciiDomain } from './addressing/index.ts';

export interface OutgoingHeader {
  readonly userName: string;
  readonly personalName: string;
  readonly toText: string;
  readonly ccText: string;
  readonly subject: string;
  /** Host, or the substitute domain. */
  readonly domain: string;
  readonly hostName: string;
  readonly sentAt: number;
  /** `yymmddhhmmsscc_pidhex` */
  readonly messageId: string;
  /** TCPIP$SMTP_FROM, Outbound-Alias: the first that makes sense counts. */
  readonly outboundAliases: readonly (string | undefined)[];
  /** Of the text, or the media type of a body that is a multipart. */
  readonly encoding: '7bit' | 'quoted-printable' | { readonly contentType: string };
}

/** Lines with CRLF, and the empty line behind them. */
export function outgoingHeader(header: OutgoingHeader): string {
  const to = mailboxes(header.toText, header.domain);
  const cc = mailboxes(header.ccText, header.domain);
  const lines = [
    `Date: ${formatInternetDate(header.sentAt)}`,
    `Message-Id: <${header.messageId}@${header.hostName}>`,
    `From: ${namedMailbox(header.personalName, senderMailbox(header))}`,
    `To: ${to.length === 0 ? 'undisclosed-recipients:;' : folded(to)}`,
    ...(cc.length === 0 ? [] : [`Cc: ${folded(cc)}`]),
    unstructured('X-VMS-To', header.toText),
    ...(header.ccText.trim() === '' ? [] : [unstructured('X-VMS-Cc', header.ccText)]),
    unstructured('Subject', header.subject),
    ...encodingLines(header.encoding),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function encodingLines(encoding: OutgoingHeader['encoding']): readonly string[] {
  if (encoding === '7bit') return [];
  if (typeof encoding === 'object') return ['MIME-Version: 1.0', `Content-Type: ${encoding.contentType}`];
  return [
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: quoted-printable',
  ];
}

/** Reverse-path of what a user sends. */
export function senderMailbox({
  userName,
  domain,
  outboundAliases,
}: Pick<OutgoingHeader, 'userName' | 'domain' | 'outboundAliases'>): string {
  for (const alias of outboundAliases) {
    const mailbox = aliasMailbox(alias, domain);
    if (mailbox !== undefined) return mailbox;
  }
  return `${userName.toLowerCase()}@${domain}`;
}

/** tcpip-smtp.md §5.6: 7-bit, `user` or `user@domain`; anything else is ignored. */
function aliasMailbox(alias: string | undefined, domain: string): string | undefined {
  const found = /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)(?:@([A-Za-z0-9.-]+))?$/.exec(alias?.trim() ?? '');
  return found === null ? undefined : `${found[1]}@${found[2] ?? domain}`;
}

/** `"Steven M. Schweda" <sms@host>`, folded where it is long. @param personalName  as it was typed; '' is none */
export function namedMailbox(personalName: string, mailbox: string): string {
  const name = personalName.trim();
  if (name === '') return mailbox;
  const phrase = phraseOf(name);
  // RFC 2047 §2: no line with an encoded-word is longer than 76 characters.
  const isLong = phrase.length - phrase.lastIndexOf('\n') + mailbox.length > 66;
  return `${phrase}${isLong ? '\r\n' : ''} <${mailbox}>`;
}

/** RFC 2047 §5 (3): what is not ASCII in encoded words, each on a line of its own. */
const phraseOf = (name: string): string =>
  /^[\x20-\x7e]*$/.test(name)
    ? `"${name.replace(/["\\]/g, '\\$&')}"`
    : libmime().encodeWord(name, 'Q', 52).replaceAll('?= =?', '?=\r\n =?');

/** What stands in RFC 5322 fields for the text typed: lists are groups without members. */
export function mailboxes(text: string, domain: string): string[] {
  return splitList(text).flatMap((element) => {
    const address = parseAddress(element);
    switch (address?.kind) {
      case 'user':
        return [`${address.userName}@${domain}`];
      case 'ambiguous':
        return [withAsciiDomain(`${address.user}@${address.host}`)];
      case 'transport':
        return address.addresses.map((each) =>
          each.includes('@') ? withAsciiDomain(each) : `${each}@${domain}`,
        );
      case 'node':
        return mailboxes(address.rest, domain);
      case 'list':
        return [`${phraseOf(address.file.replace(/["\\]/g, ''))}:;`];
      default:
        return [];
    }
  });
}

const folded = (items: readonly string[]): string => items.join(',\r\n\t');

/** RFC 5322 §2.1.1: at most 998 characters a line; longer words are encoded, which breaks them. */
export function unstructured(name: string, value: string): string {
  const text = value.replace(/[\x00-\x1f\x7f]+/g, ' ').trimEnd();
  const isPlain = /^[\x20-\x7e]*$/.test(text) && !text.includes('=?') && !/\S{900}/.test(text);
  const fold = (content: string): string => libmime().foldLines(`${name}: ${content}`, 76, false);
  const plain = isPlain ? fold(text) : undefined;
  // RFC 5322 §3.2.2: no line of a field is blanks alone. Many blanks in a row are encoded.
  const isFoldable = plain?.split('\r\n').every((line) => line.trim() !== '');
  return plain !== undefined && isFoldable ? plain : fold(libmime().encodeWord(text, 'Q', 52));
}
