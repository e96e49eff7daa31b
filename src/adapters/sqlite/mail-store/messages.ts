/** Messages of a mail file: reading, flags, moving, copying, removing. */
import type { Database } from 'better-sqlite3';
import type {
  AgedMessages,
  MailFileId,
  MessageFlags,
  MessageId,
  MessageRecord,
} from '../../../ports/mail-store.ts';
import type { FolderRef } from '../../../ports/mailboxes.ts';
import type { AgedMessageRows } from './aged-messages.ts';
import { inTransaction } from './database.ts';
import type { Folders } from './folders.ts';
import { flagMasks, HEADER_COLUMNS, IN_FILE, type MessageRow, messageRecord } from './rows.ts';
import { CLEARED_BY_MAIL, type Standing, type Transfers } from './transfers.ts';

export interface Messages {
  get(id: MailFileId, ids: Iterable<MessageId>): readonly (MessageRecord | undefined)[];
  text(id: MailFileId, message: MessageId): TextRow | undefined;
  shortTexts(id: MailFileId, ids: readonly MessageId[]): readonly (Uint8Array | undefined)[];
  setFlags(id: MailFileId, ids: readonly MessageId[], flags: Partial<MessageFlags>): number;
  move(
    id: MailFileId,
    ids: readonly MessageId[],
    from: FolderRef,
    to: string,
    toFile: MailFileId,
  ): readonly MessageId[];
  /** At most `limit` messages. */
  moveRead(id: MailFileId, from: string, to: string, limit: number): number;
  copy(id: MailFileId, ids: readonly MessageId[], to: string, toFile: MailFileId): number;
  /** Returns the sizes of what was removed, and the files that no text names any more. */
  remove(id: MailFileId, ids: readonly MessageId[]): Removed;
  /** At most `limit` messages of a folder; their bytes count as deleted. */
  purge(id: MailFileId, folder: string, limit: number): Removed;
  /** As `purge`, of those alone. */
  removeAged(aged: AgedMessages, limit: number): Removed;
}
export interface TextRow {
  readonly external: string | null;
  /** Octets of the file that `bytes` stand for. */
  readonly external_from: number;
  /** All of it; of a text in a file its beginning, where that is not in the file. */
  readonly bytes: Uint8Array | null;
}
export interface Removed {
  readonly messages: number;
  readonly bytes: number;
  readonly externalIds: readonly string[];
}

export function createMessages(
  database: Database,
  folders: Folders,
  transfers: Transfers,
  agedMessages: Pick<AgedMessageRows, 'standing'>,
): Messages {
  const selectMessage = database.prepare<[number, number], MessageRow>(
    `SELECT ${HEADER_COLUMNS}, (SELECT external FROM text WHERE id = message.text) AS external FROM message
       WHERE message.id = ? AND ${IN_FILE}`,
  );
  const selectText = database.prepare<[number, number], TextRow>(
    `SELECT external, external_from, bytes FROM text WHERE id = (SELECT text FROM message WHERE message.id = ? AND ${IN_FILE})`,
  );
  const selectStanding = database.prepare<[number, number], Standing>(
    `SELECT message.id, folder, uid, flags, size, text, keywords FROM message WHERE message.id = ? AND ${IN_FILE}`,
  );
  const countDeleted = database.prepare(
    'UPDATE mail_file SET deleted_bytes = deleted_bytes + ? WHERE id = ?',
  );
  const selectRead = database
    .prepare<[number, number], number>(
      'SELECT id FROM message WHERE folder = ? AND flags & 1 = 0 ORDER BY received, id LIMIT ?',
    )
    .pluck();
  const selectSome = database
    .prepare<[number, number], number>('SELECT id FROM message WHERE folder = ? LIMIT ?')
    .pluck();

  const standing = (id: MailFileId, ids: readonly MessageId[]): Standing[] =>
    [...new Set(ids)].flatMap((each) => selectStanding.get(each, id) ?? []);

  const removeAll = (messages: readonly Standing[]): Removed => ({
    messages: messages.length,
    ...transfers.remove(messages),
  });

  const purged = (id: MailFileId, ids: readonly MessageId[]): Removed => {
    const removed = removeAll(standing(id, ids));
    if (removed.messages > 0) countDeleted.run(removed.bytes, id);
    return removed;
  };

  return {
    // In one reading transaction: taking and giving back its lock costs more than a message.
    get: database.transaction((id: MailFileId, ids: Iterable<MessageId>) =>
      Array.from(ids, (each) => {
        const row = selectMessage.get(each, id);
        return row === undefined ? undefined : messageRecord(row);
      }),
    ).deferred,
    text: (id, message) => selectText.get(message, id),
    shortTexts: database.transaction((id: MailFileId, ids: readonly MessageId[]) =>
      ids.map((each) => {
        const text = selectText.get(each, id);
        return text?.external === null ? (text.bytes ?? undefined) : undefined;
      }),
    ).deferred,
    setFlags: (id, ids, flags) =>
      inTransaction(database, () => {
        const { set, clear } = flagMasks(flags);
        const messages = standing(id, ids);
        transfers.change(messages, (each) => ({
          flags: (each.flags & ~clear) | set,
          keywords: each.keywords,
        }));
        return messages.length;
      }),
    move: (id, ids, from, to, toFile) =>
      inTransaction(database, () => {
        const source = folders.folder(id, from)?.id;
        const messages = standing(id, ids).filter((each) => each.folder === source);
        if (messages.length > 0)
          transfers.move(messages, folders.ensureFolder(toFile, to).id, CLEARED_BY_MAIL);
        return messages.map((each) => each.id);
      }),
    moveRead: (id, from, to, limit) =>
      inTransaction(database, () => {
        const source = folders.folder(id, from);
        if (source === undefined || source.count === source.new_count) return 0;
        const messages = standing(id, selectRead.all(source.id, limit));
        if (messages.length > 0) transfers.move(messages, folders.ensureFolder(id, to).id, CLEARED_BY_MAIL);
        return messages.length;
      }),
    copy: (id, ids, to, toFile) =>
      inTransaction(database, () => {
        const messages = standing(id, ids);
        if (messages.length > 0)
          transfers.copy(messages, folders.ensureFolder(toFile, to).id, CLEARED_BY_MAIL);
        return messages.length;
      }),
    remove: (id, ids) => inTransaction(database, () => removeAll(standing(id, ids))),
    purge: (id, folder, limit) =>
      inTransaction(database, () => {
        const found = folders.folder(id, folder);
        if (found === undefined || found.count === 0) return { messages: 0, bytes: 0, externalIds: [] };
        return purged(id, selectSome.all(found.id, limit));
      }),
    removeAged: (aged, limit) =>
      inTransaction(database, () => purged(aged.file, agedMessages.standing(aged, limit))),
  };
}
