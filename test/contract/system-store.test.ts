/** The system store contract on both adapters, and what only files can do wrong. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemorySystemStore } from '../../src/adapters/memory/system-store.ts';
import { openSqliteSystemStore } from '../../src/adapters/sqlite/system-store/index.ts';
import { Condition, conditionLines } from '../../src/condition/index.ts';
import { describeSystemStore } from './system-store.ts';

describeSystemStore('memory', async () => {
  const store = createMemorySystemStore();
  return { store, close: () => store.close() };
});

describeSystemStore('sqlite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'system-store-'));
  const store = openSqliteSystemStore(directory);
  return {
    store,
    other: () => openSqliteSystemStore(directory),
    async close() {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
});

describe('system store files', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'system-store-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const failure = (): string => {
    try {
      openSqliteSystemStore(directory);
    } catch (error) {
      if (error instanceof Condition) return conditionLines(error).join('\n');
      throw error;
    }
    return 'opened';
  };

  it.each(['SYSUAF.DAT', 'TCPIP$SERVICE.DAT', 'TCPIP$CONFIGURATION.DAT', 'LNM$SYSTEM.DAT'])(
    'names %s when it is not a database, and leaves it alone',
    (fileName) => {
      const path = join(directory, fileName);
      const text = 'This is not a database, it only lies where one should be.\n'.repeat(40);
      writeFileSync(path, text);
      expect(failure()).toBe(
        `%SYSTEM-E-OPENIN, error opening ${path} as input\n-SYSTEM-E-NOTDATABASE, file is not a database or is damaged`,
      );
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('refuses a file of a later version', async () => {
    await openSqliteSystemStore(directory).close();
    const database = new Database(join(directory, 'SYSUAF.DAT'));
    database.pragma('user_version = 99');
    database.close();
    expect(failure()).toMatch(
      /-SYSTEM-E-NEWERFORMAT, file has format 99, this program knows up to 2: install a newer vmsmail$/,
    );
  });

  it('brings the accounts of the first version along', async () => {
    const old = new Database(join(directory, 'SYSUAF.DAT'));
    old.exec('CREATE TABLE account (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID');
    old.prepare('INSERT INTO account VALUES (?, ?)').run('JONES', '{"userName":"JONES","flags":["DISMAIL"]}');
    old.pragma('user_version = 1');
    old.close();
    const store = openSqliteSystemStore(directory);
    expect(await store.account('JONES')).toEqual({ userName: 'JONES', flags: ['DISMAIL'] });
    expect(await store.identifiers()).toEqual([]);
    await store.close();
  });

  it('gives the services of submission of the first version their flag, once', async () => {
    const path = join(directory, 'TCPIP$SERVICE.DAT');
    const old = new Database(path);
    old.exec('CREATE TABLE service (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID');
    const insert = old.prepare('INSERT INTO service VALUES (?, ?)');
    for (const name of ['SMTP', 'SMTP_SUBMISSION'])
      insert.run(name, JSON.stringify({ name, flags: ['LISTEN'] }));
    old.pragma('user_version = 1');
    old.close();
    const store = openSqliteSystemStore(directory);
    expect(await store.service('SMTP')).toEqual({ name: 'SMTP', flags: ['LISTEN'] });
    const submission = (await store.service('SMTP_SUBMISSION'))!;
    expect(submission.flags).toEqual(['LISTEN', 'SUBMISSION']);
    await store.putService({ ...submission, flags: ['LISTEN'] });
    await store.close();
    const again = openSqliteSystemStore(directory);
    expect((await again.service('SMTP_SUBMISSION'))?.flags).toEqual(['LISTEN']);
    await again.close();
  });

  it('says that the directory is not there', () => {
    rmSync(directory, { recursive: true });
    expect(failure()).toMatch(/-RMS-E-DNF, directory not found$/);
    execFileSync('mkdir', [directory]);
  });

  it('keeps what was written, in files that only the owner reads', async () => {
    const first = openSqliteSystemStore(directory);
    await first.putSetting('ZONE', 'example.com');
    expect(statSync(join(directory, 'SYSUAF.DAT')).mode & 0o777).toBe(0o600);
    await first.close();
    const second = openSqliteSystemStore(directory);
    expect(await second.setting('ZONE')).toBe('example.com');
    await second.close();
  });
});
