/**
 * MAIL's From, To, CC and Subj of an Internet message: as it came, where encoded words are still encoded, and as mail files keep them.
 * Source: tcpip-smtp.md §5.2, §5.6, §5.7; RFC 5322 §3.6.
 */
import type { HeaderBlock } from '../mime/header-block.ts';
import { headerText } from '../mime/header-text.ts';
import { ADDRESS_TEXT_LIMIT, senderText, smtpJacket, splitSender } from './addressing/index.ts';

/** Before its encoded words are decoded, which for a megabyte of them takes seconds. The whole stays in the text. */
const SUBJECT_LIMIT = 4_000;

export interface MailHeader {
  /** `SMTP%"user@host"`, and the personal name in quotes behind it when the header has one. */
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
}

/**
 * @param reversePath  who sent it where the header does not say; '' is the null reverse-path
 * @param options.withoutXvms  INBOUND_NOXVMS: To: and Cc: even where X-VMS-To: says what was typed. Default false
 */
export function mailHeader(
  header: HeaderBlock,
  reversePath: string,
  options: { readonly withoutXvms?: boolean } = {},
): MailHeader {
  const xvms = (name: string): string | undefined =>
    options.withoutXvms === true ? undefined : header.first(name);
  return {
    from: mailFrom(header, reversePath),
    to: (xvms('x-vms-to') ?? header.joined('to') ?? '').slice(0, ADDRESS_TEXT_LIMIT),
    cc: (xvms('x-vms-cc') ?? header.joined('cc') ?? '').slice(0, ADDRESS_TEXT_LIMIT),
    subject: (header.first('subject') ?? '').slice(0, SUBJECT_LIMIT),
  };
}

/** As mail files keep it. A quotation mark of an encoded personal name becomes an apostrophe, as any other does. */
export function decodedHeader({ from, to, cc, subject }: MailHeader): MailHeader {
  const { address, personalName } = splitSender(from);
  return {
    from: senderText(headerText(address), headerText(personalName)),
    to: headerText(to),
    cc: headerText(cc),
    subject: headerText(subject),
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
    const sender = value === undefined ? undefined : (firstMailbox(value) ?? looseMailbox(value));
    if (sender !== undefined) return jacket(sender);
  }
  return reversePath === '' ? 'SMTP%"<>"' : jacket({ address: reversePath, name: '' });
}

const jacket = ({ address, name }: { address: string; name: string }): string =>
  senderText(smtpJacket(address), name);

/** `"Name" <a@b>`, `a@b (Name)`, `a@b`; of several mailboxes and of a group the first. Without a host it is none. RFC 5322 §3.4 */
export function firstMailbox(value: string): { readonly address: string; readonly name: string } | undefined {
  // A group's name says nothing about its members; an endless field is cut.
  const text = value.slice(0, 2_000).replace(/^[^<"@,;:()]*:/, '');
  const angle = /^((?:"(?:[^"\\]|\\.)*"|[^<",])*)<\s*((?:"(?:[^"\\]|\\.)*"|[^<>"\s])+)\s*>/.exec(text);
  if (angle !== null) return mailbox(angle[1]!, angle[2]!);
  const bare = /^\s*((?:"(?:[^"\\]|\\.)*"|[^\s()<>,;"])+)\s*(?:\(([^()]*)\))?/.exec(text);
  return bare === null ? undefined : mailbox(bare[2] ?? '', bare[1]!);
}

/**
 * What people write although it is none: `Doe, John <a@b>`, `(Name) a@b`. Whoever answers means him, and not the reverse-path, which
 * for mail of a list or a service is a program.
 */
function looseMailbox(value: string): ReturnType<typeof firstMailbox> {
  const text = value.slice(0, 2_000);
  const angle = /^([^<>@]*)<\s*([^<>"\s]+)\s*>/.exec(text);
  if (angle !== null) return mailbox(angle[1]!, angle[2]!);
  const commented = /^\s*\(([^()]*)\)\s*([^\s()<>,;"]+)/.exec(text);
  return commented === null ? undefined : mailbox(commented[1]!, commented[2]!);
}

/** RFC 5322 §4.4: a source route in front of the address counts for nothing. */
function mailbox(name: string, written: string): ReturnType<typeof firstMailbox> {
  const address = written.replace(/^@[^:"]*:/, '');
  return address.includes('@') ? { address, name: plainName(name) } : undefined;
}

const plainName = (text: string): string => {
  const trimmed = text.trim();
  const inner =
    trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"')
      ? trimmed.slice(1, -1).replace(/\\(.)/g, '$1')
      : trimmed;
  return inner.trim();
};
