/** Opens VMSMAIL.DAT: write-ahead log, `synchronous=FULL`, one connection per process. DESIGN §4 */

import { chmodSync, existsSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { condition, RMS } from '../../../condition/index.ts';
import { opening } from '../opening.ts';
import { migrate } from './schema.ts';

/** Somebody else's transaction is awaited that long; none of ours is longer than a second. */
const BUSY_TIMEOUT_MS = 60_000;
/** Pages of the log before they are copied into the file: 32 MB. */
const CHECKPOINT_PAGES = 8_192;

export function openDatabase(file: string): Database {
  return opening(file, () =>
    withStoreFailures(() => {
      const isNew = !existsSync(file);
      const database = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS });
      try {
        // Only who made the file may change its mode; other processes of the node may run as somebody else.
        if (isNew) chmodSync(file, 0o600);
        database.pragma('journal_mode = WAL');
        database.pragma('synchronous = FULL');
        database.pragma('cache_size = -32000');
        database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
        database.pragma(`journal_size_limit = ${CHECKPOINT_PAGES * 4096}`);
        migrate(database);
        return database;
      } catch (error) {
        database.close();
        throw error;
      }
    }),
  );
}

/** Codes under which SQLite and the system report that there is no room. */
const fullCodes = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_SHMOPEN',
  'ENOSPC',
  'EDQUOT',
]);

/** An error as callers of the store know it: no room becomes RMS FUL, anything else passes as it is. */
export function storeFailure(error: unknown): unknown {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  if (typeof code !== 'string' || !fullCodes.has(code)) return error;
  const full = condition(RMS.FUL);
  full.cause = error;
  return full;
}

export function withStoreFailures<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error);
  }
}

/** One writing transaction: the lock is taken at once, so that it never has to be given up half-way. */
export const inTransaction = <T>(database: Database, work: () => T): T =>
  withStoreFailures(() => database.transaction(work).immediate());
