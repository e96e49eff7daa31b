/** Messages of a mail file: reading, flags, moving, copying, removing. */
import type { Database } from 'better-sqlite3';
import type { MailFileId, MessageFlags, MessageId, MessageRecord } from '../../../ports/mail-store.ts';
import { inTransaction } from './database.ts';
import type { Delivery } from './delivery.ts';
import type { Folders } from './folders.ts';
import { FLAG_NEW, flagMasks, type MessageRow, messageRecord } from './rows.ts';

export interface Messages {
  get(id: MailFileId, ids: Iterable<MessageId>): readonly (MessageRecord | undefined)[];
  text(
    id: MailFileId,
    message: MessageId,
  ): { readonly external: string | null; readonly bytes: Uint8Array | null } | undefined;
  shortTexts(id: MailFileId, ids: readonly MessageId[]): readonly (Uint8Array | undefined)[];
  setFlags(id: MailFileId, ids: readonly MessageId[], flags: Partial<MessageFlags>): number;
  move(
    id: MailFileId,
    ids: readonly MessageId[],
    from: string,
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
}
export interface Removed {
  readonly messages: number;
  readonly bytes: number;
  readonly externalIds: readonly string[];
}

interface Standing {
  readonly id: number;
  readonly folder: number;
  readonly flags: number;
  readonly size: number;
  readonly text: number;
}

export function createMessages(database: Database, folders: Folders, delivery: Delivery): Messages {
  const selectMessage = database.prepare<[number, number], MessageRow>(
    `SELECT message.id, folder.name AS folder, uid, received, flags, format, size, records, from_text, to_text,
       cc_text, subject, text.external FROM message JOIN folder ON folder.id = message.folder
       JOIN text ON text.id = message.text WHERE message.id = ? AND folder.mail_file = ?`,
  );
  const selectText = database.prepare<
    [number, number],
    { readonly external: string | null; readonly bytes: Uint8Array | null }
  >(
    `SELECT external, bytes FROM message JOIN folder ON folder.id = message.folder JOIN text ON text.id = message.text
     WHERE message.id = ? AND folder.mail_file = ?`,
  );
  const selectStanding = database.prepare<[number, number], Standing>(
    `SELECT message.id, folder, flags, size, text FROM message JOIN folder ON folder.id = message.folder
     WHERE message.id = ? AND folder.mail_file = ?`,
  );
  const setFlags = database.prepare('UPDATE message SET flags = (flags & ~?) | ? WHERE id = ?');
  const place = database.prepare('UPDATE message SET folder = ?, uid = ?, flags = flags & ~1 WHERE id = ?');
  const copyMessage = database.prepare(
    `INSERT INTO message (id, folder, uid, received, flags, format, size, records, text, from_text, to_text, cc_text,
       subject) SELECT ?, ?, ?, received, flags & ~1, format, size, records, text, from_text, to_text, cc_text, subject
     FROM message WHERE id = ?`,
  );
  const share = database.prepare('UPDATE text SET messages = messages + 1 WHERE id = ?');
  const unshare = database.prepare<[number], { readonly messages: number; readonly external: string | null }>(
    'UPDATE text SET messages = messages - 1 WHERE id = ? RETURNING messages, external',
  );
  const deleteText = database.prepare('DELETE FROM text WHERE id = ?');
  const deleteMessage = database.prepare('DELETE FROM message WHERE id = ?');
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

  /** Takes messages off their folders' counts. */
  const leave = (messages: readonly Standing[]): void => {
    for (const [folder, sums] of sumByFolder(messages))
      folders.change(folder, 0, -sums.count, -sums.newCount);
  };

  const moveTo = (messages: readonly Standing[], to: string, toFile: MailFileId): void => {
    leave(messages);
    let uid = folders.change(folders.ensureFolder(toFile, to).id, messages.length, messages.length, 0);
    const target = folders.folder(toFile, to)!.id;
    for (const each of messages) place.run(target, uid++, each.id);
  };

  const removeAll = (messages: readonly Standing[]): Removed => {
    leave(messages);
    const externalIds: string[] = [];
    let bytes = 0;
    for (const each of messages) {
      bytes += each.size;
      deleteMessage.run(each.id);
      const text = unshare.get(each.text)!;
      if (text.messages > 0) continue;
      deleteText.run(each.text);
      if (text.external !== null) externalIds.push(text.external);
    }
    return { messages: messages.length, bytes, externalIds };
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
      ids.map((each) => selectText.get(each, id)?.bytes ?? undefined),
    ).deferred,
    setFlags: (id, ids, flags) =>
      inTransaction(database, () => {
        const { set, clear } = flagMasks(flags);
        const messages = standing(id, ids);
        const newBefore = sumByFolder(messages);
        for (const each of messages) setFlags.run(clear, set, each.id);
        if (((set | clear) & FLAG_NEW) === 0) return messages.length;
        for (const [folder, sums] of newBefore) {
          folders.change(folder, 0, 0, (set & FLAG_NEW) === 0 ? -sums.newCount : sums.count - sums.newCount);
        }
        return messages.length;
      }),
    move: (id, ids, from, to, toFile) =>
      inTransaction(database, () => {
        const source = folders.folder(id, from)?.id;
        const messages = standing(id, ids).filter((each) => each.folder === source);
        if (messages.length > 0) moveTo(messages, to, toFile);
        return messages.map((each) => each.id);
      }),
    moveRead: (id, from, to, limit) =>
      inTransaction(database, () => {
        const source = folders.folder(id, from);
        if (source === undefined || source.count === source.new_count) return 0;
        const messages = standing(id, selectRead.all(source.id, limit));
        if (messages.length > 0) moveTo(messages, to, id);
        return messages.length;
      }),
    copy: (id, ids, to, toFile) =>
      inTransaction(database, () => {
        const messages = standing(id, ids);
        if (messages.length === 0) return 0;
        const target = folders.ensureFolder(toFile, to).id;
        let uid = folders.change(target, messages.length, messages.length, 0);
        let next = delivery.reserve('message', messages.length);
        for (const each of messages) {
          copyMessage.run(next++, target, uid++, each.id);
          share.run(each.text);
        }
        return messages.length;
      }),
    remove: (id, ids) => inTransaction(database, () => removeAll(standing(id, ids))),
    purge: (id, folder, limit) =>
      inTransaction(database, () => {
        const found = folders.folder(id, folder);
        if (found === undefined || found.count === 0) return { messages: 0, bytes: 0, externalIds: [] };
        const removed = removeAll(standing(id, selectSome.all(found.id, limit)));
        countDeleted.run(removed.bytes, id);
        return removed;
      }),
  };
}

function sumByFolder(messages: readonly Standing[]): Map<number, { count: number; newCount: number }> {
  const sums = new Map<number, { count: number; newCount: number }>();
  for (const each of messages) {
    const sum = sums.get(each.folder) ?? { count: 0, newCount: 0 };
    sum.count++;
    if ((each.flags & FLAG_NEW) !== 0) sum.newCount++;
    sums.set(each.folder, sum);
  }
  return sums;
}
