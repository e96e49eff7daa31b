/**
 * Mail files and profile of a user under another name; inside a transaction. Deliveries of other processes remember folders
 * by the owner's name: so the folders get new ids, and the old ones are stale there.
 */
import type { Database } from 'better-sqlite3';

export function renameOwner(database: Database, owner: string, newOwner: string): boolean {
  const from = owner.toUpperCase();
  const to = newOwner.toUpperCase();
  const isTaken = database
    .prepare('SELECT 1 FROM mail_file WHERE owner = ? UNION ALL SELECT 1 FROM profile WHERE user_name = ?')
    .get(to, to);
  if (isTaken !== undefined) return false;
  const files = database
    .prepare<[string], number>('SELECT id FROM mail_file WHERE owner = ?')
    .pluck()
    .all(from);
  const copyFile = database.prepare(
    `INSERT INTO mail_file (owner, name, wastebasket, deleted_bytes)
       SELECT ?, name, wastebasket, deleted_bytes FROM mail_file WHERE id = ?`,
  );
  const foldersOf = database.prepare<[number], number>('SELECT id FROM folder WHERE mail_file = ?').pluck();
  const copyFolder = database.prepare(
    `INSERT INTO folder (mail_file, name, count, new_count, bytes, next_uid, modseq, kept, client_name)
       SELECT ?, name, count, new_count, bytes, next_uid, modseq, kept, client_name FROM folder WHERE id = ?`,
  );
  const moveMessages = database.prepare('UPDATE message SET folder = ? WHERE folder = ?');
  const removeFolder = database.prepare('DELETE FROM folder WHERE id = ?');
  const forgetVanished = database.prepare('DELETE FROM vanished WHERE folder = ?');
  const giveSubscriptions = database.prepare('UPDATE subscription SET mail_file = ? WHERE mail_file = ?');
  const removeFile = database.prepare('DELETE FROM mail_file WHERE id = ?');
  for (const file of files) {
    const newFile = copyFile.run(to, file).lastInsertRowid;
    for (const folder of foldersOf.all(file)) {
      moveMessages.run(copyFolder.run(newFile, folder).lastInsertRowid, folder);
      forgetVanished.run(folder);
      removeFolder.run(folder);
    }
    giveSubscriptions.run(newFile, file);
    removeFile.run(file);
  }
  database.prepare('UPDATE profile SET user_name = ? WHERE user_name = ?').run(to, from);
  return true;
}
