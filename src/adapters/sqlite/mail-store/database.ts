/** Opens VMSMAIL.DAT: write-ahead log, `synchronous=FULL`, one connection per process. DESIGN §4 */

import { chmodSync, existsSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { askAgain } from '../ask-again.ts';
import { opening, withStoreFailures } from '../failures.ts';
import { useWriteAheadLog } from '../write-ahead-log.ts';
import { migrate } from './schema.ts';

/** Somebody else's transaction is awaited that long; none of ours is longer than a second. */
const BUSY_TIMEOUT_MS = 60_000;
/** SQLite looks after 1, 2, 5, 10 and 15 ms. */
const LOCK_WAIT_MS = 30;
const LOCK_PAUSE_MS = 1;
/** A session that goes through a large mailbox gains nothing from a larger one. */
const CACHE_MIB = 4;
/** Pages of the log before they are copied into the file: 32 MB. */
const CHECKPOINT_PAGES = 8_192;

export function openDatabase(file: string, cacheMiB = CACHE_MIB): Database {
  return opening(file, () => {
    const isNew = !existsSync(file);
    const database = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      // Only who made the file may change its mode; other processes of the node may run as somebody else.
      if (isNew) chmodSync(file, 0o600);
      useWriteAheadLog(database, BUSY_TIMEOUT_MS);
      database.pragma('synchronous = FULL');
      database.pragma(`cache_size = -${cacheMiB * 1024}`);
      database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      database.pragma(`journal_size_limit = ${CHECKPOINT_PAGES * 4096}`);
      migrate(database);
      addFunctions(database);
      // From here on only writing ever waits, and that asks again: see inTransaction.
      database.pragma(`busy_timeout = ${LOCK_WAIT_MS}`);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Another connection to an open database, which reads only. */
export function openReader(database: Database): Database {
  return withStoreFailures(() => {
    const reader = new Sqlite(database.name, { timeout: BUSY_TIMEOUT_MS });
    reader.pragma('query_only = ON');
    // It goes through the database once.
    reader.pragma('cache_size = -1024');
    addFunctions(reader);
    return reader;
  });
}

/** LIKE folds ASCII only. */
function addFunctions(database: Database): void {
  database.function('folded', { deterministic: true }, (text) => String(text).toLowerCase());
}

/**
 * One writing transaction: the lock is taken at once, so that it never has to be given up half-way. SQLite's own waiting
 * soon looks only every 100 ms whether it is free; beside a process that delivers at full rate, which holds it nearly all
 * the time, that took seconds. In short waits, which begin anew, it comes within a few transactions of others.
 */
export const inTransaction = <T>(database: Database, work: () => T): T =>
  // Busy is only the taking of the lock: whoever has it is never refused.
  withStoreFailures(() => askAgain(BUSY_TIMEOUT_MS, LOCK_PAUSE_MS, database.transaction(work).immediate));
