/**
 * One database file of the system store: opened, checked, brought to the newest schema, and its SQLite errors turned
 * into conditions. Every file has its own schema version (`PRAGMA user_version`) and numbered migrations. DESIGN §4.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Condition, condition, defineFacility, RMS } from '../../../condition/index.ts';
import { isFull } from '../failures.ts';
import { useWriteAheadLog } from '../write-ahead-log.ts';

const STORE = defineFacility({
  name: 'SYSTEM',
  number: 2010,
  messages: {
    OPENIN: { number: 1, severity: 'E', text: 'error opening !AS as input', source: 'dcl.md §19.5' },
    WRITEERR: { number: 2, severity: 'E', text: 'error writing !AS', source: 'dcl.md §19.5' },
    READERR: { number: 3, severity: 'E', text: 'error reading !AS', source: 'dcl.md §19.5' },
    NOTDATABASE: { number: 4, severity: 'E', text: 'file is not a database or is damaged', source: 'own' },
    NEWERFORMAT: {
      number: 5,
      severity: 'E',
      text: 'file has format !UL, this program knows up to !UL: install a newer vmsmail',
      source: 'own',
    },
  },
});

const BUSY_TIMEOUT_MS = 5_000;

const DATA_VERSION = 'PRAGMA data_version';

export class SystemDatabase {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /**
   * Opens or creates the file.
   * @param migrations  SQL by number: the first makes version 1 from an empty file; never edited once landed
   * @param options.synchronous  NORMAL: a power failure may take back the last commits, never damage the file
   * Throws a condition that names the file when it cannot be opened, is no database, or is newer than this program.
   */
  constructor(
    path: string,
    migrations: readonly string[],
    options: { readonly synchronous?: 'FULL' | 'NORMAL' } = {},
  ) {
    this.path = path;
    let database: Database.Database | undefined;
    try {
      // Created before SQLite does: password hashes are nobody else's to read; -wal and -shm take over the mode.
      closeSync(openSync(path, 'a', 0o600));
      database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
      useWriteAheadLog(database, BUSY_TIMEOUT_MS);
      database.pragma(`synchronous = ${options.synchronous ?? 'FULL'}`);
      migrate(database, migrations);
    } catch (error) {
      database?.close();
      throw this.#condition(STORE.OPENIN, error);
    }
    this.#database = database;
  }

  all(sql: string, ...parameters: readonly unknown[]): readonly Record<string, unknown>[] {
    return this.#translated(STORE.READERR, () => this.#statement(sql).all(...parameters)) as readonly Record<
      string,
      unknown
    >[];
  }

  /** Runs one durable statement; the number of records it changed. */
  run(sql: string, ...parameters: readonly unknown[]): number {
    return this.#translated(STORE.WRITEERR, () => this.#statement(sql).run(...parameters).changes);
  }

  /** Runs `work`, which must not wait, as one step: nobody writes meanwhile. What it throws undoes it, and is thrown as it is. */
  transaction<T>(work: () => T): T {
    let thrown: unknown;
    const step = (): T => {
      try {
        return work();
      } catch (error) {
        thrown = error;
        throw error;
      }
    };
    try {
      return this.#database.transaction(step).immediate();
    } catch (error) {
      throw error === thrown ? error : this.#condition(STORE.WRITEERR, error);
    }
  }

  /** Grows with every commit of another connection, in this process or any other. */
  dataVersion(): number {
    // Asked with every batch of mail: a prepared statement takes a fifth of the time of `pragma`.
    return this.#translated(STORE.READERR, () => this.#statement(DATA_VERSION).pluck().get() as number);
  }

  close(): void {
    this.#database.close();
  }

  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #translated<T>(message: (typeof STORE)[keyof typeof STORE], work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#condition(message, error);
    }
  }

  /** What an operator can act on; a bug (misuse, wrong SQL) stays the error it is. */
  #condition(message: (typeof STORE)[keyof typeof STORE], error: unknown): unknown {
    const cause = causeOf(error);
    return cause === undefined
      ? error
      : new Condition(message, [this.path], { secondary: [cause], cause: error });
  }
}

function migrate(database: Database.Database, migrations: readonly string[]): void {
  const version = (): number => database.pragma('user_version', { simple: true }) as number;
  if (version() > migrations.length) {
    throw condition(STORE.NEWERFORMAT, version(), migrations.length);
  }
  if (version() === migrations.length) return;
  database
    .transaction(() => {
      // Asked again under the write lock: another process may have migrated meanwhile.
      for (const sql of migrations.slice(version())) database.exec(sql);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

function causeOf(error: unknown): Condition | undefined {
  if (error instanceof Condition) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return undefined;
  if (/^SQLITE_(NOTADB|CORRUPT|FORMAT)/.test(code)) return condition(STORE.NOTDATABASE);
  if (isFull(error)) return condition(RMS.FUL);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return condition(RMS.FLK);
  if (/^SQLITE_(READONLY|PERM|AUTH)/.test(code) || /^(EACCES|EPERM|EROFS)$/.test(code)) {
    return condition(RMS.PRV);
  }
  if (/^(ENOENT|ENOTDIR)$/.test(code)) return condition(RMS.DNF);
  if (/^(EISDIR|SQLITE_CANTOPEN|SQLITE_IOERR)/.test(code)) return condition(STORE.NOTDATABASE);
  return undefined;
}

/** Files of an earlier umask or a copy: made private when the owner opens them. */
export function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Not the owner (a process that dropped its privileges): the owner has done it.
  }
}
