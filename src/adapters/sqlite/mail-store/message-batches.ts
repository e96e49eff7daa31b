/**
 * Messages of a folder that are asked for together: one statement reads them all, at a third of what one by one costs. Each call is one
 * reading transaction.
 */
import type { Database } from 'better-sqlite3';
import type { MailFileId } from '../../../ports/mail-store.ts';
import type { FolderRef, Mailboxes, NumberedMessage } from '../../../ports/mailboxes.ts';
import { areClose } from '../../../system/are-close.ts';
import type { Folders } from './folders.ts';
import {
  HEADER_COLUMNS,
  IN_FILE,
  type MessageRow,
  messageRecord,
  NUMBERED_COLUMNS,
  type NumberedRow,
  numberedMessage,
} from './rows.ts';

export interface MessageBatches extends Pick<Mailboxes, 'messages' | 'headers' | 'findings'> {
  /** Inside a transaction: as `messages`. @param folder  the row's id */
  numbered(folder: number, uids: readonly number[]): readonly (NumberedMessage | undefined)[];
}

export function createMessageBatches(database: Database, folders: Folders): MessageBatches {
  const selectOne = database.prepare<[number, number], NumberedRow>(
    `SELECT ${NUMBERED_COLUMNS} FROM message WHERE folder = ? AND uid = ?`,
  );
  const selectRange = database.prepare<[number, number, number], NumberedRow>(
    `SELECT ${NUMBERED_COLUMNS} FROM message WHERE folder = ? AND uid BETWEEN ? AND ?`,
  );
  const selectHeaders = database.prepare<[string, number], MessageRow>(
    `SELECT ${HEADER_COLUMNS}, NULL AS external FROM json_each(?) AS wanted CROSS JOIN message ON message.id = wanted.value
     WHERE ${IN_FILE}`,
  );
  const selectFindings = database
    .prepare<[string, number], [id: number, value: string]>(
      `SELECT message.id, finding.value FROM json_each(?) AS wanted CROSS JOIN message ON message.id = wanted.value
       CROSS JOIN finding ON finding.text = message.text WHERE ${IN_FILE}`,
    )
    .raw();

  const numbered = (folder: number, uids: readonly number[]): (NumberedMessage | undefined)[] => {
    if (uids.length === 0) return [];
    const first = uids.reduce((least, uid) => Math.min(least, uid), Number.POSITIVE_INFINITY);
    const last = uids.reduce((greatest, uid) => Math.max(greatest, uid), 0);
    if (!areClose(uids.length, first, last)) {
      return uids.map((uid) => {
        const row = selectOne.get(folder, uid);
        return row === undefined ? undefined : numberedMessage(row);
      });
    }
    const found = new Map(selectRange.all(folder, first, last).map((row) => [row.uid, row]));
    return uids.map((uid) => {
      const row = found.get(uid);
      return row === undefined ? undefined : numberedMessage(row);
    });
  };

  return {
    numbered,
    messages: async (file: MailFileId, ref: FolderRef, uids: readonly number[]) =>
      database
        .transaction((): readonly (NumberedMessage | undefined)[] => {
          const folder = folders.folder(file, ref);
          return folder === undefined ? uids.map(() => undefined) : numbered(folder.id, uids);
        })
        .deferred(),
    async headers(file, ids) {
      const rows = selectHeaders.all(JSON.stringify(ids), file);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => {
        const row = found.get(id);
        return row === undefined ? undefined : messageRecord(row);
      });
    },
    async findings(file, ids) {
      const found = new Map(selectFindings.all(JSON.stringify(ids), file));
      return ids.map((id) => found.get(id));
    },
  };
}
