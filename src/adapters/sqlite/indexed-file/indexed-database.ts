/**
 * One indexed file: its records, and an entry for each key of each record. All streams of this process on one file share
 * the connection and its transaction, which is committed when the turn of the event loop ends: a loop of WRITEs waits for
 * the disk a few times, not each time.
 */
import Database from 'better-sqlite3';
import { condition, RMS } from '../../../condition/index.ts';
import type { IndexedFileDefinition } from '../../../ports/record-stream.ts';
import { isFull } from '../failures.ts';

/** PRAGMA user_version. */
const FORMAT = 1;
/** How long another process that is writing is waited for. */
const BUSY_TIMEOUT_MS = 2_000;

const SCHEMA = `
  CREATE TABLE file (definition TEXT NOT NULL) STRICT;
  CREATE TABLE record (number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL) STRICT;
  CREATE TABLE entry (
    key INTEGER NOT NULL,
    value TEXT NOT NULL,
    arrival INTEGER NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (key, value, arrival)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entry_by_record ON entry (record, key);
`;

export class IndexedDatabase {
  readonly definition: IndexedFileDefinition;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  #isWriting = false;
  /** Why what was written could not be kept; the next to write or to close is told. */
  #failure: unknown;
  #users = 0;

  private constructor(database: Database.Database, definition: IndexedFileDefinition) {
    this.#database = database;
    this.definition = definition;
  }

  /** @param path  an empty file */
  static create(path: string, definition: IndexedFileDefinition): void {
    translated(() => {
      const database = connect(path);
      try {
        database
          .transaction(() => {
            database.exec(SCHEMA);
            database.prepare('INSERT INTO file (definition) VALUES (?)').run(JSON.stringify(definition));
            database.pragma(`user_version = ${FORMAT}`);
          })
          .immediate();
      } finally {
        database.close();
      }
    });
  }

  /** Throws RMS PRV for a file that is no such database. */
  static open(path: string): IndexedDatabase {
    return translated(() => {
      const database = connect(path);
      try {
        if (database.pragma('user_version', { simple: true }) !== FORMAT) throw condition(RMS.PRV);
        const row = database.prepare('SELECT definition FROM file').get() as { definition: string };
        return new IndexedDatabase(database, JSON.parse(row.definition) as IndexedFileDefinition);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  get<T>(sql: string, ...parameters: readonly unknown[]): T | undefined {
    return translated(() => this.#statement(sql).get(...parameters) as T | undefined);
  }

  all<T>(sql: string, ...parameters: readonly unknown[]): readonly T[] {
    return translated(() => this.#statement(sql).all(...parameters) as T[]);
  }

  /** Changes that belong together; a failure takes them back. */
  change(work: (run: (sql: string, ...parameters: readonly unknown[]) => number) => void): void {
    translated(() => {
      this.#begin();
      this.#database.exec('SAVEPOINT change');
      try {
        work((sql, ...parameters) => Number(this.#statement(sql).run(...parameters).lastInsertRowid));
        this.#database.exec('RELEASE change');
      } catch (error) {
        this.#database.exec('ROLLBACK TO change; RELEASE change');
        throw error;
      }
    });
  }

  share(): void {
    this.#users += 1;
  }

  /** True when that was the last stream: the connection is closed. */
  release(): boolean {
    this.#users -= 1;
    if (this.#users > 0) return false;
    this.#commit();
    this.#database.close();
    translated(() => this.#tellFailure());
    return true;
  }

  #begin(): void {
    this.#tellFailure();
    if (this.#isWriting) return;
    this.#database.exec('BEGIN IMMEDIATE');
    this.#isWriting = true;
    setImmediate(() => {
      if (this.#users > 0) this.#commit();
    });
  }

  #commit(): void {
    if (!this.#isWriting) return;
    this.#isWriting = false;
    try {
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#failure = error;
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    }
  }

  #tellFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

function connect(path: string): Database.Database {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  // One file on the disk, as the one file it is to its users.
  database.pragma('journal_mode = DELETE');
  database.pragma('synchronous = NORMAL');
  return database;
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (isFull(error)) throw condition(RMS.FUL);
    if (typeof code !== 'string') throw error;
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) throw condition(RMS.FLK);
    if (/^SQLITE_(NOTADB|CORRUPT|READONLY|PERM|CANTOPEN)/.test(code)) throw condition(RMS.PRV);
    throw error;
  }
}
