/**
 * A folder under another name; inside a transaction. It keeps its row, and all that is known by it. Other processes remember rows by
 * names: a delivery sees by the name that a row is no longer the one meant.
 */
import type { Database } from 'better-sqlite3';
import type { FolderRename } from '../../../ports/mailboxes.ts';
import type { FolderRow, Folders } from './folders.ts';

/** @param standing  the row of a folder that is there */
export function createRenameFolder(
  database: Database,
  standing: (file: number, name: string) => FolderRow | undefined,
  folders: Pick<Folders, 'folder'>,
): (file: number, names: FolderRename) => boolean {
  const removeFolder = database.prepare('DELETE FROM folder WHERE id = ?');
  const forgetVanished = database.prepare('DELETE FROM vanished WHERE folder = ?');
  // One of those that mail files are numbered with: no folder has had it, nor will one that is made.
  const takeValidity = database
    .prepare<[], number>(`UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'mail_file' RETURNING seq`)
    .pluck();
  const setName = database.prepare(
    'UPDATE folder SET name = ?, client_name = ?, kept = 1, uid_validity = ? WHERE id = ?',
  );
  const insertFormer = database.prepare(
    'INSERT INTO folder (mail_file, name, next_uid, modseq, uid_validity, bytes) VALUES (?, ?, ?, ?, ?, 0)',
  );

  return (file, { from, to, clientName = null }) => {
    const row = standing(file, from);
    if (row === undefined) return false;
    if (from === to) {
      setName.run(to, clientName, row.uid_validity, row.id);
      return true;
    }
    if (standing(file, to) !== undefined) return false;
    const former = folders.folder(file, to);
    if (former !== undefined) {
      forgetVanished.run(former.id);
      removeFolder.run(former.id);
    }
    setName.run(to, clientName, former === undefined ? row.uid_validity : takeValidity.get()!, row.id);
    // Who comes to the old name again must not meet numbers that meant something else.
    insertFormer.run(file, from, row.next_uid, row.modseq + 1, row.uid_validity);
    return true;
  };
}
