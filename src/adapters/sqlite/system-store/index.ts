/**
 * The system store on SQLite: SYSUAF.DAT, TCPIP$SERVICE.DAT, TCPIP$CONFIGURATION.DAT, LNM$SYSTEM.DAT and INTRUSION.DAT in one
 * directory.
 * Each record is its key and the record as JSON: every process of the node reads it whole, nothing searches inside.
 */
import { join } from 'node:path';
import type { IntrusionKey, IntrusionRecord } from '../../../ports/intrusion-records.ts';
import type {
  Account,
  LogicalNameRecord,
  LoginKind,
  RightsIdentifier,
  Service,
  SystemStore,
} from '../../../ports/system-store.ts';
import { matchesNamePattern } from '../../../system/name-pattern.ts';
import { IntrusionDatabase } from './intrusion-database.ts';
import { makePrivate, SystemDatabase } from './system-database.ts';

/** Numbered from 1; append only. */
const migrations = {
  SYSUAF: [
    'CREATE TABLE account (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
    // The rights database: with the accounts, which say who holds what.
    'CREATE TABLE identifier (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
  ],
  TCPIP$SERVICE: [
    'CREATE TABLE service (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
    // The services of submission have a flag; before it they were as SMTP is.
    `UPDATE service SET record = json_set(record, '$.flags[#]', 'SUBMISSION')
      WHERE name IN ('SMTP_SUBMISSION', 'SMTPS') AND json_extract(record, '$.flags') NOT LIKE '%SUBMISSION%'`,
  ],
  TCPIP$CONFIGURATION: [
    'CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  ],
  LNM$SYSTEM: [
    'CREATE TABLE logical_name (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
  ],
} as const;

export interface SystemStoreOptions {
  /**
   * How old an answer may be, milliseconds: within this time the databases are not asked again whether another process
   * changed something. What this process changes counts at once. Default 0. For processes that serve connections:
   * asking for each would cost more than the connection.
   */
  readonly freshMs?: number;
}

/**
 * Opens the four files, creating those that are not there.
 * @param directory  exists and is writable
 * Throws a Condition that names the file when one cannot be used.
 */
export function openSqliteSystemStore(directory: string, options: SystemStoreOptions = {}): SystemStore {
  const opened: SystemDatabase[] = [];
  const open = (fileName: string, steps: readonly string[]): SystemDatabase => {
    const path = join(directory, fileName);
    const database = new SystemDatabase(path, steps);
    opened.push(database);
    makePrivate(path);
    return database;
  };
  try {
    const databases = {
      accounts: open('SYSUAF.DAT', migrations.SYSUAF),
      services: open('TCPIP$SERVICE.DAT', migrations.TCPIP$SERVICE),
      settings: open('TCPIP$CONFIGURATION.DAT', migrations.TCPIP$CONFIGURATION),
      logicalNames: open('LNM$SYSTEM.DAT', migrations.LNM$SYSTEM),
    };
    const intrusions = new IntrusionDatabase(join(directory, 'INTRUSION.DAT'));
    return new SqliteSystemStore(databases, intrusions, options.freshMs ?? 0);
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

/** Accounts remembered between two changes. */
const REMEMBERED_ACCOUNTS = 10_000;

class SqliteSystemStore implements SystemStore {
  readonly #databases: Databases;
  readonly #intrusions: IntrusionDatabase;
  readonly #freshMs: number;
  #ownWrites = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Sum of the databases' own counters when they were last asked. */
  #versions = 0;
  readonly #accounts = new Map<string, Account>();
  #accountsAsOf: number | undefined;

  constructor(databases: Databases, intrusions: IntrusionDatabase, freshMs: number) {
    this.#databases = databases;
    this.#intrusions = intrusions;
    this.#freshMs = freshMs;
  }

  async account(userName: string): Promise<Account | undefined> {
    const { accounts } = this.#databases;
    if (this.#freshMs === 0) return this.#record<Account>(accounts, 'account', userName);
    const counter = this.changeCounter();
    if (counter !== this.#accountsAsOf || this.#accounts.size >= REMEMBERED_ACCOUNTS) {
      this.#accounts.clear();
      this.#accountsAsOf = counter;
    }
    const known = this.#accounts.get(userName);
    if (known !== undefined) return known;
    const account = this.#record<Account>(accounts, 'account', userName);
    // Who is not there may be added in the next moment, and 550 is for ever.
    if (account !== undefined) this.#accounts.set(userName, account);
    return account;
  }
  async accounts(pattern = '*'): Promise<readonly Account[]> {
    return this.#records<Account>(this.#databases.accounts, 'account', pattern);
  }
  async putAccount(account: Account): Promise<void> {
    const userName = account.userName.toUpperCase();
    this.#put(this.#databases.accounts, 'account', userName, { ...account, userName });
  }
  async changeAccount(userName: string, change: (account: Account) => Account): Promise<Account | undefined> {
    const { accounts } = this.#databases;
    return accounts.transaction(() => {
      const account = this.#record<Account>(accounts, 'account', userName);
      if (account === undefined) return undefined;
      const changed = change(account);
      if (changed !== account) this.#put(accounts, 'account', account.userName, changed);
      return changed;
    });
  }
  async removeAccount(userName: string): Promise<boolean> {
    return this.#remove(this.#databases.accounts, 'account', userName);
  }
  async noteLogin(userName: string, kind: LoginKind, instant: number): Promise<void> {
    this.#databases.accounts.run(
      "UPDATE account SET record = json_set(json_remove(record, '$.loginFailures'), ?, CAST(? AS INTEGER)) WHERE name = ?",
      kind === 'interactive' ? '$.lastInteractive' : '$.lastNonInteractive',
      instant,
      userName.toUpperCase(),
    );
    this.#ownWrites += 1;
  }
  async replacePasswordHash(userName: string, from: string, to: string): Promise<boolean> {
    const changed = this.#databases.accounts.run(
      "UPDATE account SET record = json_set(record, '$.passwordHash', ?) WHERE name = ? AND json_extract(record, '$.passwordHash') = ?",
      to,
      userName.toUpperCase(),
      from,
    );
    if (changed > 0) this.#ownWrites += 1;
    return changed > 0;
  }
  async noteLoginFailure(userName: string): Promise<void> {
    const noted = this.#databases.accounts.run(
      "UPDATE account SET record = json_set(record, '$.loginFailures', COALESCE(json_extract(record, '$.loginFailures'), 0) + 1) WHERE name = ?",
      userName.toUpperCase(),
    );
    if (noted === 0) this.#commitNothing();
    this.#ownWrites += 1;
  }

  /** What takes as long as a change does; SQLite writes nothing that is as it was. */
  #commitNothing(): void {
    const { accounts } = this.#databases;
    accounts.transaction(() => {
      accounts.run("INSERT INTO account VALUES ('', '{}')");
      accounts.run("DELETE FROM account WHERE name = ''");
    });
  }

  async intrusions(): Promise<readonly IntrusionRecord[]> {
    return this.#intrusions.all();
  }
  async intrusion(key: IntrusionKey): Promise<IntrusionRecord | undefined> {
    return this.#intrusions.find(key);
  }
  async changeIntrusion(
    key: IntrusionKey,
    now: number,
    change: (before: IntrusionRecord | undefined) => IntrusionRecord | undefined,
  ): Promise<IntrusionRecord | undefined> {
    return this.#intrusions.change(key, now, change);
  }

  async identifier(name: string): Promise<RightsIdentifier | undefined> {
    return this.#record<RightsIdentifier>(this.#databases.accounts, 'identifier', name);
  }
  async identifiers(pattern = '*'): Promise<readonly RightsIdentifier[]> {
    return this.#records<RightsIdentifier>(this.#databases.accounts, 'identifier', pattern);
  }
  async putIdentifier(identifier: RightsIdentifier): Promise<void> {
    const name = identifier.name.toUpperCase();
    this.#put(this.#databases.accounts, 'identifier', name, { ...identifier, name });
  }
  async removeIdentifier(name: string): Promise<boolean> {
    return this.#remove(this.#databases.accounts, 'identifier', name);
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
    return this.#allSettings();
  }
  #allSettings(): ReadonlyMap<string, string> {
    const found = this.#databases.settings.all('SELECT name, value FROM setting ORDER BY name');
    return new Map(found.map((each) => [each['name'] as string, each['value'] as string]));
  }
  async putSetting(name: string, value: string | undefined): Promise<void> {
    this.#putSetting(name, value);
    this.#ownWrites += 1;
  }
  async changeSettings(
    change: (before: ReadonlyMap<string, string>) => ReadonlyMap<string, string | undefined>,
  ): Promise<void> {
    this.#databases.settings.transaction(() => {
      for (const [name, value] of change(this.#allSettings())) this.#putSetting(name, value);
    });
    this.#ownWrites += 1;
  }
  #putSetting(name: string, value: string | undefined): void {
    const { settings } = this.#databases;
    if (value === undefined) settings.run('DELETE FROM setting WHERE name = ?', settingKey(name));
    else settings.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', settingKey(name), value);
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

  changeCounter(isUrgent = false): number {
    const now = performance.now();
    if (isUrgent || now - this.#askedAt >= this.#freshMs) {
      const { accounts, services, settings, logicalNames } = this.#databases;
      this.#versions = [accounts, services, settings, logicalNames].reduce(
        (sum, database) => sum + database.dataVersion(),
        0,
      );
      this.#askedAt = now;
    }
    return this.#versions + this.#ownWrites;
  }

  async close(): Promise<void> {
    const { accounts, services, settings, logicalNames } = this.#databases;
    for (const database of [accounts, services, settings, logicalNames]) database.close();
    this.#intrusions.close();
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
