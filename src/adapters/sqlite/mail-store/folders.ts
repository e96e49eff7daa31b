/** Mail files and folders: rows, counts, numbers. All functions that write run inside a transaction of the caller. */
import type { Database } from 'better-sqlite3';
import { DEFAULT_MAIL_FILE, type FolderRecord, type MailFileId } from '../../../ports/mail-store.ts';
import type { FolderRef } from '../../../ports/mailboxes.ts';
import type { Profiles } from './profiles.ts';
import type { MailFileRow } from './rows.ts';

/** The folder whose unread messages the profile counts. vms-mail.md §4.2, §6.1 */
export const NEWMAIL = 'NEWMAIL';

export interface FolderRow {
  readonly id: number;
  readonly mail_file: number;
  readonly name: string;
  readonly count: number;
  readonly new_count: number;
  readonly next_uid: number;
  readonly modseq: number;
  readonly kept: number;
  /** Null: the id of the mail file. */
  readonly uid_validity: number | null;
}

/** What is added to a folder; less than 0: taken away. Default 0. */
export interface FolderAmounts {
  /** Numbers that are reserved. */
  readonly added?: number;
  readonly count?: number;
  readonly newCount?: number;
  readonly bytes?: number;
}

export interface FolderChange {
  /** The first number of those reserved. */
  readonly firstUid: number;
  /** Modification sequence of this change. */
  readonly modseq: number;
}

export interface Folders {
  mailFile(owner: string, name: string): MailFileRow | undefined;
  mailFileById(id: MailFileId): MailFileRow | undefined;
  /** The one there is, or a new one. */
  ensureMailFile(owner: string, name: string): MailFileRow;
  folder(id: MailFileId, folder: FolderRef): FolderRow | undefined;
  /** Row of a folder that may not exist yet. */
  ensureFolder(id: MailFileId, name: string): FolderRow;
  /**
   * Adds to the counts, reserves numbers and a modification sequence, keeps the profile's new-mail count.
   * @param name  that by which the caller remembered the folder: throws StaleFolder where it is called otherwise now
   */
  change(folder: number, amounts: FolderAmounts, name?: string): FolderChange;
  /** Counts anew. */
  repair(folder: number): void;
}

export const FOLDER_COLUMNS = 'id, mail_file, name, count, new_count, next_uid, modseq, kept, uid_validity';

export const folderRecord = (row: FolderRow): FolderRecord => ({
  name: row.name,
  count: row.count,
  newCount: row.new_count,
  nextUid: row.next_uid,
});

export function createFolders(database: Database, profiles: Profiles): Folders {
  const selectFile = database.prepare<[string, string], MailFileRow>(
    'SELECT * FROM mail_file WHERE owner = ? AND name = ?',
  );
  const selectFileById = database.prepare<[number], MailFileRow>('SELECT * FROM mail_file WHERE id = ?');
  const insertFile = database.prepare('INSERT INTO mail_file (owner, name) VALUES (?, ?)');
  const selectFolder = database.prepare<[number, string], FolderRow>(
    `SELECT ${FOLDER_COLUMNS} FROM folder WHERE mail_file = ? AND name = ?`,
  );
  const selectFolderById = database.prepare<[number, number], FolderRow>(
    `SELECT ${FOLDER_COLUMNS} FROM folder WHERE mail_file = ? AND id = ?`,
  );
  const insertFolder = database.prepare('INSERT INTO folder (mail_file, name, bytes) VALUES (?, ?, 0)');
  const changeFolder = database.prepare<
    [number, number, number, number, number],
    {
      readonly name: string;
      readonly mail_file: number;
      readonly new_count: number;
      readonly next_uid: number;
      readonly modseq: number;
    }
  >(
    `UPDATE folder SET next_uid = next_uid + ?, count = count + ?, new_count = new_count + ?, bytes = bytes + ?, modseq = modseq + 1
     WHERE id = ? RETURNING name, mail_file, new_count, next_uid, modseq`,
  );
  const repairFolder = database.prepare(
    `UPDATE folder SET count = (SELECT count(*) FROM message WHERE folder = folder.id),
       new_count = (SELECT count(*) FROM message WHERE folder = folder.id AND flags & 1), bytes = NULL WHERE id = ?`,
  );

  const self: Folders = {
    mailFile: (owner, name) => selectFile.get(owner, name),
    mailFileById: (id) => selectFileById.get(id),
    ensureMailFile(owner, name) {
      const found = selectFile.get(owner, name);
      if (found !== undefined) return found;
      insertFile.run(owner, name);
      return selectFile.get(owner, name)!;
    },
    folder: (id, folder) =>
      typeof folder === 'number' ? selectFolderById.get(id, folder) : selectFolder.get(id, folder),
    ensureFolder(id, name) {
      const found = selectFolder.get(id, name);
      if (found !== undefined) return found;
      insertFolder.run(id, name);
      return selectFolder.get(id, name)!;
    },
    change(folder, { added = 0, count = 0, newCount = 0, bytes = 0 }, name) {
      const row = changeFolder.get(added, count, newCount, bytes, folder);
      if (row === undefined || (name !== undefined && row.name !== name)) throw new StaleFolder();
      if (newCount !== 0) countNewMail(row.mail_file, row.name, row.new_count);
      return { firstUid: row.next_uid - added, modseq: row.modseq };
    },
    repair(folder) {
      repairFolder.run(folder);
      self.change(folder, {});
    },
  };
  const countNewMail = (mailFile: number, name: string, newCount: number): void => {
    if (name !== NEWMAIL) return;
    const file = selectFileById.get(mailFile);
    if (file?.name === DEFAULT_MAIL_FILE) profiles.setNewMail(file.owner, newCount);
  };
  return self;
}

/** A folder id was remembered whose mail file another process has removed, or that has another name now. */
export class StaleFolder extends Error {}
