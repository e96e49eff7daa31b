/**
 * Switching a database file to the write-ahead log while other processes open it too.
 *
 * SQLite waits for locks as long as its busy timeout says, except where waiting could be for ever: a connection that
 * already reads and wants to write is told SQLITE_BUSY at once. The switch of a new file is such an upgrade. Of two
 * processes that open a new file in the same moment, one was told "database is locked"; it only has to ask again.
 */
import type { Database } from 'better-sqlite3';
import { askAgain } from './ask-again.ts';

const PAUSE_MS = 5;

/** @param patienceMs  the busy timeout of the connection: how long others are waited for */
export function useWriteAheadLog(database: Database, patienceMs: number): void {
  askAgain(patienceMs, PAUSE_MS, () => database.pragma('journal_mode = WAL'));
}
