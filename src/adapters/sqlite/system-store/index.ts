/**
 * The system store on SQLite: SYSUAF.DAT, TCPIP$SERVICE.DAT, TCPIP$CONFIGURATION.DAT and LNM$SYSTEM.DAT in one directory.
 * Each record is its key and the record as JSON: every process of the node reads it whole, nothing searches inside.
 */
import { join } from 'node:path';
import type { Account, LogicalNameRecord, Service, SystemStore } from '../../../ports/system-store.ts';
import { matchesNamePattern } from '../../../system/name-pattern.ts';
import { makePrivate, SystemDatabase } from './system-database.ts';

/** Numbered from 1; append only. */
const migrations = {
  SYSUAF: ['CREATE TABLE account (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID'],
  TCPIP$SERVICE: ['CREATE TABLE service (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID'],
  TCPIP$CONFIGURATION: [
    'CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  ],
  LNM$SYSTEM: [
    'CREATE TABLE logical_name (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
  ],
} as const;

/**
 * Opens the four files, creating those that are not there.
 * @param directory  exists and is writable
 * Throws a Condition that names the file when one cannot be used.
 */
export function openSqliteSystemStore(directory: string): SystemStore {
  const opened: SystemDatabase[] = [];
  const open = (fileName: string, steps: readonly string[]): SystemDatabase => {
    const path = join(directory, fileName);
    const database = new SystemDatabase(path, steps);
    opened.push(database);
    makePrivate(path);
    return database;
  };
  try {
    return new SqliteSystemStore({
      accounts: open('SYSUAF.DAT', migrations.SYSUAF),
      services: open('TCPIP$SERVICE.DAT', migrations.TCPIP$SERVICE),
      settings: open('TCPIP$CONFIGURATION.DAT', migrations.TCPIP$CONFIGURATION),
      logicalNames: open('LNM$SYSTEM.DAT', migrations.LNM$SYSTEM),
    });
  } catch (error) {
    for (const database of opened) database.close();
    throw error;
  }
}

interface Databases {
  readonly accounts: SystemDatabase;
  readonly services: SystemDatabase;
  readonly settings: SystemDatabase;
  readonly logicalNames: SystemDatabase;
}

class SqliteSystemStore implements SystemStore {
  readonly #databases: Databases;
  #ownWrites = 0;

  constructor(databases: Databases) {
    this.#databases = databases;
  }

  async account(userName: string): Promise<Account | undefined> {
    return this.#record<Account>(this.#databases.accounts, 'account', userName);
  }
  async accounts(pattern = '*'): Promise<readonly Account[]> {
    return this.#records<Account>(this.#databases.accounts, 'account', pattern);
  }
  async putAccount(account: Account): Promise<void> {
    const userName = account.userName.toUpperCase();
    this.#put(this.#databases.accounts, 'account', userName, { ...account, userName });
  }
  async removeAccount(userName: string): Promise<boolean> {
    return this.#remove(this.#databases.accounts, 'account', userName);
  }

  async service(name: string): Promise<Service | undefined> {
    return this.#record<Service>(this.#databases.services, 'service', name);
  }
  async services(pattern = '*'): Promise<readonly Service[]> {
    return this.#records<Service>(this.#databases.services, 'service', pattern);
  }
  async putService(service: Service): Promise<void> {
    const name = service.name.toUpperCase();
    this.#put(this.#databases.services, 'service', name, { ...service, name });
  }
  async removeService(name: string): Promise<boolean> {
    return this.#remove(this.#databases.services, 'service', name);
  }

  async setting(name: string): Promise<string | undefined> {
    const [found] = this.#databases.settings.all(
      'SELECT value FROM setting WHERE name = ?',
      settingKey(name),
    );
    return found?.['value'] as string | undefined;
  }
  async settings(): Promise<ReadonlyMap<string, string>> {
    const found = this.#databases.settings.all('SELECT name, value FROM setting ORDER BY name');
    return new Map(found.map((each) => [each['name'] as string, each['value'] as string]));
  }
  async putSetting(name: string, value: string | undefined): Promise<void> {
    const { settings } = this.#databases;
    if (value === undefined) settings.run('DELETE FROM setting WHERE name = ?', settingKey(name));
    else settings.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', settingKey(name), value);
    this.#ownWrites += 1;
  }

  async systemLogicalNames(): Promise<readonly LogicalNameRecord[]> {
    return this.#records<LogicalNameRecord>(this.#databases.logicalNames, 'logical_name', '*');
  }
  async putSystemLogicalName(record: LogicalNameRecord): Promise<void> {
    const name = record.name.toUpperCase();
    this.#put(this.#databases.logicalNames, 'logical_name', name, { ...record, name });
  }
  async removeSystemLogicalName(name: string): Promise<boolean> {
    return this.#remove(this.#databases.logicalNames, 'logical_name', name);
  }

  changeCounter(): number {
    const { accounts, services, settings, logicalNames } = this.#databases;
    return [accounts, services, settings, logicalNames].reduce(
      (sum, database) => sum + database.dataVersion(),
      this.#ownWrites,
    );
  }

  async close(): Promise<void> {
    const { accounts, services, settings, logicalNames } = this.#databases;
    for (const database of [accounts, services, settings, logicalNames]) database.close();
  }

  #record<T>(database: SystemDatabase, table: string, name: string): T | undefined {
    const [found] = database.all(`SELECT record FROM ${table} WHERE name = ?`, name.toUpperCase());
    return found === undefined ? undefined : (JSON.parse(found['record'] as string) as T);
  }
  #records<T>(database: SystemDatabase, table: string, pattern: string): readonly T[] {
    return database
      .all(`SELECT name, record FROM ${table} ORDER BY name`)
      .filter((each) => matchesNamePattern(each['name'] as string, pattern))
      .map((each) => JSON.parse(each['record'] as string) as T);
  }
  #put(database: SystemDatabase, table: string, name: string, record: unknown): void {
    database.run(
      `INSERT OR REPLACE INTO ${table} (name, record) VALUES (?, ?)`,
      name,
      JSON.stringify(record),
    );
    this.#ownWrites += 1;
  }
  #remove(database: SystemDatabase, table: string, name: string): boolean {
    const removed = database.run(`DELETE FROM ${table} WHERE name = ?`, name.toUpperCase()) > 0;
    if (removed) this.#ownWrites += 1;
    return removed;
  }
}

/** Setting names are case-blind: kept in upper case. */
const settingKey = (name: string): string => name.toUpperCase();
