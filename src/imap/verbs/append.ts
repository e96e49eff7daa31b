/** APPEND, of several messages as one. Source: RFC 9051 §6.3.12; RFC 3502; RFC 6855 §4. */
import { type ClientMessage, checkFolderName } from '../../mail/index.ts';
import { textSizeBytes } from '../../ports/message-text.ts';
import { parseDateTime } from '../date-time.ts';
import { type NamedFlags, parseFlagList } from '../flags.ts';
import { folderArgument } from '../mailbox-argument.ts';
import type { UploadedMessage } from '../message-upload.ts';
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { formatNumbers } from '../syntax/number-set.ts';
import { overQuota } from './quota.ts';
import { authenticated, type ImapVerb, mailboxesOf, no, ok } from './verb.ts';

const append: ImapVerb = {
  states: authenticated,
  async obey(session, cursor) {
    const folder = folderArgument(session, cursor);
    const messages: ClientMessage[] = [];
    do messages.push(parseMessage(cursor, session.dependencies.clock.now()));
    while (!cursor.isAtEnd);
    // RFC 3502 §3: so a client gives up that cannot go on. Dovecot takes none either.
    if (messages.some(({ text }) => textOctets(text) === 0))
      return no('A message has no octets: nothing is kept.');
    checkFolderName(folder);
    const mailboxes = mailboxesOf(session);
    const { fileId } = mailboxes;
    if (!(await mailboxes.has(folder))) return no('There is no such mailbox.', 'TRYCREATE');
    const octets = messages.reduce((sum, { text }) => sum + textOctets(text), 0);
    const tooMuch = await overQuota(session, async () => octets);
    if (tooMuch !== undefined) return tooMuch;
    const uids = await mailboxes.append(folder, messages);
    const record = await mailboxes.store.mailboxes.find(fileId, folder);
    return ok('APPEND completed', record && `APPENDUID ${record.uidValidity} ${formatNumbers(uids)}`);
  },
};

const textOctets = (text: ClientMessage['text']): number =>
  text.kind === 'stored' ? text.sizeBytes : textSizeBytes(text);

/** append-message = [SP flag-list] [SP date-time] SP append-data */
function parseMessage(cursor: Cursor, now: number): ClientMessage {
  cursor.space();
  let flags: NamedFlags | undefined;
  if (cursor.peek() === '(') {
    flags = parseFlagList(cursor);
    cursor.space();
  }
  let receivedAt = now;
  if (cursor.peek() === '"') {
    receivedAt = parseDateTime(cursor);
    cursor.space();
  }
  // append-data =/ "UTF8" SP "(" literal8 ")"
  const isUtf8 = cursor.takes('UTF8 (');
  const message = cursor.upload();
  if (message === undefined) throw new SyntaxFault('The message is missing.');
  if (isUtf8) cursor.expect(')');
  const { text, header } = message.content as UploadedMessage;
  return {
    text,
    header,
    receivedAt,
    flags: {
      isNew: flags?.isSeen !== true,
      isReplied: flags?.isAnswered,
      isMarked: flags?.isFlagged,
      isDeleted: flags?.isDeleted,
      isDraft: flags?.isDraft,
      keywords: flags?.keywords,
    },
  };
}

export const appendVerbs = { APPEND: append } as const;
