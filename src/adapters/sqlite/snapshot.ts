/**
 * Several databases as they were in one instant, while others go on writing to them: for a backup.
 *
 * The writers of the first ones are held up for as long as it takes to begin a reading transaction in each. What is copied
 * is then what a crash of the machine in that instant would have left: entries and delivery keys belong together, which
 * is what keeps mail from being lost, or delivered twice. One database after the other would do neither: a message that
 * moves on between the two copies is in none, and a delivery key is forgotten when its entry is gone.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { askAgain } from './ask-again.ts';
import { withStoreFailures } from './failures.ts';

/** How long other writers are waited for. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 30;
const PAUSE_MS = 1;
/** Pages copied between two turns of the event loop: 4 MB. */
const PAGES_AT_ONCE = 1_024;

export interface Snapshot {
  /** About; the copy has as many bytes as the pages that were there. */
  sizeBytes(file: string): number;
  /** Writes one of the files, as it was, into a new file; it is released then. What `onProgress` throws ends it. */
  copy(file: string, target: string, onProgress?: (bytes: number) => void): Promise<void>;
  close(): void;
}

/**
 * @param together  whose writers are held up at the same time; in the order their locks are taken
 * @param others    beside them
 * @param meanwhile  what has to be done in the instant itself; nobody writes to `together` before it returns
 */
export function takeSnapshot(
  together: readonly string[],
  others: readonly string[],
  meanwhile: () => void = () => {},
): Snapshot {
  const readers = new Map<string, Database>();
  const writers: Database[] = [];
  const close = (): void => {
    for (const each of [...writers.splice(0), ...readers.values()]) each.close();
    readers.clear();
  };
  try {
    return withStoreFailures(() => {
      for (const file of [...together, ...others]) readers.set(file, connect(file));
      for (const file of together) {
        const writer = connect(file);
        writers.push(writer);
        askAgain(PATIENCE_MS, PAUSE_MS, () => writer.exec('BEGIN IMMEDIATE'));
      }
      meanwhile();
      for (const reader of readers.values()) {
        reader.exec('BEGIN');
        // The transaction begins with the first look.
        askAgain(PATIENCE_MS, PAUSE_MS, () => reader.prepare('SELECT count(*) FROM sqlite_schema').get());
      }
      for (const writer of writers.splice(0)) writer.close();
      return {
        sizeBytes: (file) => sizeOf(readerOf(file)),
        async copy(file, target, onProgress = () => {}) {
          const reader = readerOf(file);
          const pageBytes = reader.pragma('page_size', { simple: true }) as number;
          await reader.backup(target, {
            progress: ({ totalPages, remainingPages }) => {
              onProgress((totalPages - remainingPages) * pageBytes);
              return PAGES_AT_ONCE;
            },
          });
          reader.close();
          readers.delete(file);
        },
        close,
      };
    });
  } catch (error) {
    close();
    throw error;
  }

  function readerOf(file: string): Database {
    const reader = readers.get(file);
    if (reader === undefined) throw new Error(`${file} is not in the snapshot`);
    return reader;
  }
}

function connect(file: string): Database {
  const database = new Sqlite(file, { fileMustExist: true, timeout: LOOK_MS });
  database.pragma('cache_size = -2048');
  return database;
}

const sizeOf = (database: Database): number =>
  (database.pragma('page_count', { simple: true }) as number) *
  (database.pragma('page_size', { simple: true }) as number);

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/** By its first bytes. Throws the file system's error. */
export function isDatabase(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const first = Buffer.alloc(MAGIC.byteLength);
    return readSync(descriptor, first, 0, first.byteLength, 0) === first.byteLength && first.equals(MAGIC);
  } finally {
    closeSync(descriptor);
  }
}
