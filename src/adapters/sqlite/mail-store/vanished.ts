/** Numbers of messages that left folders which clients watch: so many that a client that was away for a while need not compare. */
import type { Database } from 'better-sqlite3';

/** Of each folder. */
const MOST_NUMBERS = 10_000;
/** Changes of a folder between two looks at how many there are. */
const LOOK_EVERY = 64;

export interface Vanished {
  /** From now on, if not since before. Inside a transaction. */
  watch(folder: number, modseq: number): void;
  /** Whether what vanishes is remembered. */
  isWatched(folder: number): boolean;
  /** Inside a transaction. @param modseq  of the folder, with their leaving */
  note(folder: number, modseq: number, uids: readonly number[]): void;
  /** Ascending; undefined when not all of them are known. */
  after(folder: number, modseq: number): readonly number[] | undefined;
}

export function createVanished(database: Database): Vanished {
  const watch = database.prepare(
    'UPDATE folder SET vanished_since = ? WHERE id = ? AND vanished_since IS NULL',
  );
  const since = database
    .prepare<[number], number | null>('SELECT vanished_since FROM folder WHERE id = ?')
    .pluck();
  const insert = database.prepare('INSERT OR IGNORE INTO vanished (folder, modseq, uid) VALUES (?, ?, ?)');
  const select = database
    .prepare<[number, number], number>(
      'SELECT uid FROM vanished WHERE folder = ? AND modseq > ? ORDER BY uid',
    )
    .pluck();
  const oldestKept = database
    .prepare<[number, number], number>(
      'SELECT modseq FROM vanished WHERE folder = ? ORDER BY modseq DESC LIMIT 1 OFFSET ?',
    )
    .pluck();
  const forget = database.prepare('DELETE FROM vanished WHERE folder = ? AND modseq <= ?');
  const setSince = database.prepare('UPDATE folder SET vanished_since = ? WHERE id = ?');

  const forgetUntil = (folder: number, modseq: number): void => {
    forget.run(folder, modseq);
    setSince.run(modseq, folder);
  };

  const isWatched = (folder: number): boolean => (since.get(folder) ?? null) !== null;

  return {
    watch: (folder, modseq) => void watch.run(modseq, folder),
    isWatched: (folder) => isWatched(folder),
    note(folder, modseq, uids) {
      if (uids.length === 0 || !isWatched(folder)) return;
      if (uids.length > MOST_NUMBERS) return forgetUntil(folder, modseq);
      for (const uid of uids) insert.run(folder, modseq, uid);
      if (modseq % LOOK_EVERY !== 0 && uids.length < LOOK_EVERY) return;
      const tooOld = oldestKept.get(folder, MOST_NUMBERS);
      if (tooOld !== undefined) forgetUntil(folder, tooOld);
    },
    after(folder, modseq) {
      const known = since.get(folder) ?? null;
      return known === null || modseq < known ? undefined : select.all(folder, modseq);
    },
  };
}
