/**
 * How long the oldest entries of a queue database have waited: read beside the queue manager, by somebody else's process
 * and time. Nothing is written, and nobody waits for it: readers of a write-ahead log hold up no writer.
 */
import Sqlite, { type Statement } from 'better-sqlite3';
import { pendingConditions } from './entry-search.ts';

export interface OldestEntries {
  /** Submission of the oldest entry, milliseconds since 1970; undefined without any. */
  readonly pending: number | undefined;
  /** Of those that hold until a time: retries, and /AFTER. */
  readonly holdingUntil: number | undefined;
}

export interface EntryAges {
  /** Throws the errors of SQLite. */
  read(): OldestEntries;
  close(): void;
}

const BUSY_TIMEOUT_MS = 500;

/** @param file  is there */
export function openEntryAges(file: string): EntryAges {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  database.pragma('cache_size = -1024');
  // The indexes are in the order of priority, then age: the first entry of each priority is its oldest.
  const first = (which: string): Statement<[number], { priority: number; submitted_at: number }> =>
    database.prepare(
      `SELECT priority, submitted_at FROM entries WHERE ${which} AND priority < ?
       ORDER BY priority DESC, submitted_at LIMIT 1`,
    );
  const pending = pendingConditions.map(first);
  const held = database
    .prepare<[], number | null>('SELECT min(submitted_at) FROM entries WHERE state = 3')
    .pluck();
  const oldestOf = (statement: (typeof pending)[number]): number => {
    let oldest = Number.POSITIVE_INFINITY;
    for (let below = Number.MAX_SAFE_INTEGER; ; ) {
      const row = statement.get(below);
      if (row === undefined) return oldest;
      oldest = Math.min(oldest, row.submitted_at);
      below = row.priority;
    }
  };
  return {
    read() {
      const oldest = Math.min(...pending.map(oldestOf));
      return { pending: Number.isFinite(oldest) ? oldest : undefined, holdingUntil: held.get() ?? undefined };
    },
    close: () => database.close(),
  };
}
