/**
 * Messages that have been in a folder for so many days. Nothing in a message says since when it is where it is; but numbers of a folder
 * ascend in the order messages came into it: once a day, the look, the next number of each such folder is written down where it
 * is another one than before, and what has a number below that of the look some days ago has been there all the time.
 * The days are counted, not reckoned: a clock that jumps makes no message older.
 */
import type { Database } from 'better-sqlite3';
import type { AgedMessages, AgeLimits } from '../../../ports/mail-store.ts';
import { inTransaction } from './database.ts';
import type { FolderRow, Folders } from './folders.ts';

const DAY_MS = 86_400_000;

/** Folders that messages leave by age, as they are called now, and after how many days. */
const AGED = `aged (folder, file, name, count, next_uid, days) AS (
  SELECT folder.id, mail_file.id, folder.name, count, next_uid,
    iif(:wastebasketDays > 0 AND folder.name = wastebasket, :wastebasketDays, :junkDays)
  FROM folder JOIN mail_file ON mail_file.id = folder.mail_file
  WHERE (:wastebasketDays > 0 AND folder.name = wastebasket)
    OR (:junkDays > 0 AND folder.name = :junk AND mail_file.name = 'MAIL.MAI'))`;
/** The look that counts for a folder of `aged`: the last one `days` ago or earlier at which it had got another next number. */
const COUNTING = 'SELECT max(look) FROM folder_look WHERE folder = aged.folder AND look <= :look - days';

interface Parameters {
  readonly wastebasketDays: number;
  readonly junk: string;
  readonly junkDays: number;
  readonly look: number;
}

export interface AgedMessageRows {
  look(limits: AgeLimits, now: number): readonly AgedMessages[];
  /** Inside a transaction: the row of the folder, and ids, where it is the same folder still. */
  standing(aged: AgedMessages, limit: number): readonly number[];
}

export function createAgedMessages(database: Database, folders: Folders): AgedMessageRows {
  const counter = database.prepare<[string], number>('SELECT next FROM counter WHERE name = ?').pluck();
  const setCounter = database.prepare('INSERT OR REPLACE INTO counter VALUES (?, ?)');
  const forgetAll = database.prepare('DELETE FROM folder_look');
  const forgetOthers = database.prepare<[Parameters]>(
    `WITH ${AGED} DELETE FROM folder_look WHERE folder NOT IN (SELECT folder FROM aged)`,
  );
  const note = database.prepare<[Parameters]>(
    `WITH ${AGED} INSERT INTO folder_look SELECT folder, :look, next_uid FROM aged
     WHERE next_uid IS NOT (SELECT next_uid FROM folder_look WHERE folder = aged.folder ORDER BY look DESC LIMIT 1)`,
  );
  const forgetOld = database.prepare<[Parameters]>(
    `WITH ${AGED} DELETE FROM folder_look WHERE look < (SELECT (${COUNTING}) FROM aged WHERE folder = folder_look.folder)`,
  );
  const select = database.prepare<[Parameters], AgedMessages>(
    `WITH ${AGED} SELECT file, aged.folder, name, folder_look.next_uid AS below FROM aged
       JOIN folder_look ON folder_look.folder = aged.folder AND look = (${COUNTING})
     WHERE count > 0 AND EXISTS (SELECT 1 FROM message WHERE folder = aged.folder AND uid < folder_look.next_uid)`,
  );
  const selectBelow = database
    .prepare<[number, number, number], number>('SELECT id FROM message WHERE folder = ? AND uid < ? LIMIT ?')
    .pluck();

  /** The number of the look of today; `isFresh`: with this one it begins. */
  const lookOf = (now: number): { readonly look: number; readonly isFresh: boolean } => {
    const last = counter.get('look') ?? 0;
    const at = counter.get('look at');
    if (at !== undefined && Math.abs(now - at) < DAY_MS) return { look: last, isFresh: false };
    setCounter.run('look', last + 1);
    setCounter.run('look at', now);
    return { look: last + 1, isFresh: true };
  };

  return {
    look: ({ wastebasketDays, junk }, now) =>
      inTransaction(database, () => {
        if (wastebasketDays === 0 && junk.days === 0) {
          forgetAll.run();
          return [];
        }
        const { look, isFresh } = lookOf(now);
        const parameters = { wastebasketDays, junk: junk.folder, junkDays: junk.days, look };
        forgetOthers.run(parameters);
        // Not of a folder that is one of them since an hour: its first day begins with the next look.
        if (isFresh) note.run(parameters);
        forgetOld.run(parameters);
        return select.all(parameters);
      }),
    standing({ file, folder, name, below }, limit) {
      const row: FolderRow | undefined = folders.folder(file, folder);
      return row?.name === name ? selectBelow.all(folder, below, limit) : [];
    },
  };
}
