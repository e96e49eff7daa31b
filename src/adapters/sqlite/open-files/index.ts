/**
 * Which files procedures of the node have open, and the records they hold: locks between all its processes. A database of its
 * own beside INDEXF.SYS, under a name no specification has; what a process that died has left counts no more.
 *
 * Only OPEN is entered here. Who reads or adds to a file for a moment (TYPE, COPY, APPEND) asks, and is not entered.
 * Source: dcl.md §10.1, §19.3; HELP OPEN, /SHARE.
 */
import { existsSync, readFileSync } from 'node:fs';
import { RMS, signal } from '../../../condition/index.ts';
import type { FileSharing } from '../../../ports/record-stream.ts';
import { makePrivate, SystemDatabase } from '../system-store/system-database.ts';

const migrations = [
  `CREATE TABLE open_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started TEXT NOT NULL,
    writes INTEGER NOT NULL,
    readers INTEGER NOT NULL,
    writers INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX open_file_by_file ON open_file (file);
  CREATE TABLE locked_record (
    file TEXT NOT NULL,
    record INTEGER NOT NULL,
    opener INTEGER NOT NULL,
    PRIMARY KEY (file, record)
  ) STRICT, WITHOUT ROWID;`,
] as const;

/** One opening of a file by this process. */
export interface OpenFileLock {
  /** Holds a record until the next one, or until `free`. Throws RMS RLK. */
  hold(record: number): void;
  /** Throws RMS RLK where another one holds the record. */
  look(record: number): void;
  free(): void;
  release(): void;
}

interface Opener {
  readonly id: number;
  readonly pid: number;
  readonly started: string;
  readonly writes: number;
  readonly readers: number;
  readonly writers: number;
}

export class OpenFiles {
  readonly #path: string;
  #database: SystemDatabase | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @param file  device and inode. Throws RMS FLK where another one does not share the file for this. */
  check(file: string, writes: boolean): void {
    for (const each of this.#openers(file)) if (!(writes ? each.writers : each.readers)) signal(RMS.FLK);
  }

  /** Nobody has it open. Throws RMS FLK. */
  checkFree(file: string): void {
    if (this.#openers(file).length > 0) signal(RMS.FLK);
  }

  open(file: string, writes: boolean, sharing: FileSharing): OpenFileLock {
    const database = this.#open();
    const ours = {
      writes: Number(writes),
      readers: Number(sharing.readers),
      writers: Number(sharing.writers),
    };
    // Entered first, and taken back where there is somebody else: of two at once at least one sees the other.
    database.run(
      'INSERT INTO open_file (file, pid, started, writes, readers, writers) VALUES (?, ?, ?, ?, ?, ?)',
      file,
      process.pid,
      startOf(process.pid),
      ours.writes,
      ours.readers,
      ours.writers,
    );
    const id = Number(database.all('SELECT last_insert_rowid() AS id')[0]!['id']);
    const release = (): void => {
      database.run('DELETE FROM locked_record WHERE opener = ?', id);
      database.run('DELETE FROM open_file WHERE id = ?', id);
    };
    const isRefused = this.#openers(file).some(
      (each) =>
        each.id !== id &&
        (!(writes ? each.writers : each.readers) || !(each.writes ? ours.writers : ours.readers)),
    );
    if (isRefused) {
      release();
      signal(RMS.FLK);
    }
    const free = (): void => void database.run('DELETE FROM locked_record WHERE opener = ?', id);
    const look = (record: number): void => this.#look(file, record, id);
    return {
      look,
      free,
      release,
      hold(record) {
        free();
        look(record);
        const sql = 'INSERT OR IGNORE INTO locked_record (file, record, opener) VALUES (?, ?, ?)';
        if (database.run(sql, file, record, id) === 0) signal(RMS.RLK);
      },
    };
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #look(file: string, record: number, own: number): void {
    const sql = 'SELECT opener FROM locked_record WHERE file = ? AND record = ?';
    const holder = this.#open().all(sql, file, record)[0]?.['opener'] as number | undefined;
    if (holder === undefined || holder === own) return;
    if (this.#openers(file).some(({ id }) => id === holder)) signal(RMS.RLK);
    this.#open().run('DELETE FROM locked_record WHERE opener = ?', holder);
  }

  /** Those that are still there. */
  #openers(file: string): readonly Opener[] {
    if (this.#database === undefined && !existsSync(this.#path)) return [];
    const database = this.#open();
    const all = database.all('SELECT * FROM open_file WHERE file = ?', file) as unknown as readonly Opener[];
    return all.filter(({ id, pid, started }) => {
      if (startOf(pid) === started) return true;
      database.run('DELETE FROM locked_record WHERE opener = ?', id);
      database.run('DELETE FROM open_file WHERE id = ?', id);
      return false;
    });
  }

  #open(): SystemDatabase {
    if (this.#database === undefined) {
      this.#database = new SystemDatabase(this.#path, migrations, { synchronous: 'NORMAL' });
      makePrivate(this.#path);
    }
    return this.#database;
  }
}

/** When a process of the host began, in the kernel's own count: a number that is used again is another process. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return 'gone';
  }
}
