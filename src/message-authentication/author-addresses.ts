/** Whom readers will see as the author of a message. Source: RFC 5322 §3.6.2; RFC 9989 §11.5. */
import { withoutLongBlanks } from '../mime/header-fields.ts';
import { mailboxList } from '../mime/mailbox-list.ts';
import { toALabels } from '../smtp/idna.ts';
import type { HeaderRow } from './header-rows.ts';
import type { AskDns, Mailauth } from './mailauth.ts';

/**
 * Addresses in fields From:, their domains in A-labels. Blanks and comments around dots and `@` are not theirs. What cannot be read
 * to its end is read as mailauth does: it takes much for an address, as mail programs do.
 */
export async function authorAddresses(
  mailauth: Mailauth,
  authors: readonly HeaderRow[],
  resolver: AskDns,
): Promise<readonly string[]> {
  const [author] = authors;
  if (author === undefined) return [];
  const own = authors.length === 1 ? mailboxList(unicodeOf(author)) : undefined;
  if (own !== undefined && own.length > 0 && own.every((each) => each.includes('@')))
    return own.map(inALabels);
  const reader = new mailauth.DkimVerifier({ resolver, sender: '', rejectRsaSha1: true });
  await reader.messageHeaders({
    parsed: authors.map(({ name, text }) => ({
      key: name,
      line: withoutLongBlanks(Buffer.from(text, 'latin1')),
    })),
  });
  return reader.headerFrom.map(inALabels);
}

/** Domains may be U-labels, in UTF-8. RFC 6532 §3.2 */
const unicodeOf = ({ text, colon }: HeaderRow): string =>
  Buffer.from(text.slice(colon + 1), 'latin1').toString();

/** A domain that IDNA does not know stays as it is. */
function inALabels(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return `${address.slice(0, at)}${toALabels(address.slice(at)) ?? address.slice(at)}`;
}

/** Several fields, or domains, are nobody's message: one of them is shown, and nobody knows which. */
export const areTwofaced = (authors: readonly HeaderRow[], addresses: readonly string[]): boolean =>
  authors.length > 1 ||
  new Set(addresses.map((each) => each.slice(each.lastIndexOf('@') + 1).toLowerCase())).size > 1;
