/** Names of mailboxes as clients write and read them. Source: RFC 9051 §5.1, Appendix A.1; RFC 3501 §5.1.3; RFC 6855 §3. */
import { isUtf8 } from 'node:buffer';
import { folderName, INBOX } from './folder-name.ts';
import { type Session, speaksUtf8 } from './session.ts';
import { type Cursor, SyntaxFault } from './syntax/cursor.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './syntax/modified-utf7.ts';

/** mailbox = "INBOX" / astring: as a name, not yet of a folder. Clients that speak UTF-8 write it so; others may, too. */
export const mailboxArgument = (session: Pick<Session, 'enabled'>, cursor: Cursor): string =>
  writtenMailbox(session, cursor).name;

/** With what the client wrote, which may be the same name in other characters. RFC 9051 §5.1 */
export function writtenMailbox(
  session: Pick<Session, 'enabled'>,
  cursor: Cursor,
): { readonly name: string; readonly written: string } {
  cursor.space();
  const octets = cursor.astring();
  if (!isUtf8(octets)) throw new SyntaxFault('The name of a mailbox is not UTF-8.');
  const text = octets.toString();
  const name = decoded(session, text);
  if (name === undefined) throw new SyntaxFault('The name of a mailbox is not modified UTF-7.');
  return { name, written: isPlain(session, text) ? text : name };
}

/** Of LIST and LSUB, or the reference in front of one: what no name looks like is found nowhere. */
export function patternText(session: Pick<Session, 'enabled'>, octets: Buffer): string {
  const text = octets.toString();
  return decoded(session, text) ?? text;
}

const decoded = (session: Pick<Session, 'enabled'>, text: string): string | undefined =>
  isPlain(session, text) ? text.normalize('NFC') : decodeModifiedUtf7(text);

const isPlain = (session: Pick<Session, 'enabled'>, text: string): boolean =>
  speaksUtf8(session) || /[^\x00-\x7f]/.test(text);

/** The folder of a name: where nobody has one yet, CREATE and APPEND check it. */
export const folderArgument = (session: Pick<Session, 'enabled'>, cursor: Cursor): string =>
  folderName(mailboxArgument(session, cursor));

/** A name as it is said to a client. */
export function nameText(session: Pick<Session, 'enabled'>, name: string): string {
  if (name === INBOX) return name;
  const text = speaksUtf8(session) ? name : encodeModifiedUtf7(name);
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
