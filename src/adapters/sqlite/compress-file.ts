/**
 * A database without the holes that what was deleted has left. SQLite uses them again, and gives none of them back to the file system but
 * by writing the whole file anew: one transaction, which a crash leaves undone. It takes as much room again, twice, for as long as it lasts.
 */
import { statSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { opening } from './failures.ts';

export interface CompressedFile {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Less is not worth the time. */
const LEAST_BYTES = 1_048_576;
/** Sessions without a node read and write, too: what lasts longer is in use. */
const PATIENCE_MS = 5_000;

/**
 * @param directory  where the new text of it may stand meanwhile: not where temporary files are, which may be in memory
 * @returns undefined where there is next to nothing to be given back. Throws SQLITE_BUSY while somebody else uses it, RMS FUL without room
 */
export function compressFile(file: string, directory: string): CompressedFile | undefined {
  process.env['SQLITE_TMPDIR'] = directory;
  return opening(file, () => {
    const database = new Sqlite(file, { fileMustExist: true, timeout: PATIENCE_MS });
    try {
      if (holesOf(database) < LEAST_BYTES) return undefined;
      shortenLog(database);
      const bytesBefore = statSync(file).size;
      database.exec('VACUUM');
      shortenLog(database);
      return { bytesBefore, bytesAfter: statSync(file).size };
    } finally {
      database.close();
    }
  });
}

const numberOf = (database: Database, pragma: string): number =>
  database.pragma(pragma, { simple: true }) as number;

const holesOf = (database: Database): number =>
  numberOf(database, 'freelist_count') * numberOf(database, 'page_size');

/** What is in the write-ahead log becomes part of the file. */
function shortenLog(database: Database): void {
  database.pragma('wal_checkpoint(TRUNCATE)');
}
