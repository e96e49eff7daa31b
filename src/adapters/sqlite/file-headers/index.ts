/**
 * INDEXF.SYS: headers of files, by full specification. A version keeps its number for life, so the name is the key; a file
 * that another program put there has no header until somebody gives it one.
 */
import { existsSync } from 'node:fs';
import type { NewFileHeader } from '../../../ports/file-system.ts';
import { makePrivate, SystemDatabase } from '../system-store/system-database.ts';

/** Numbered from 1; append only. */
const migrations = [
  'CREATE TABLE header (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
] as const;

/**
 * Headers below one root. The database is made with the first header; who only looks at a root without one makes none.
 * Names are upper-case specifications: `DKA0:[JONES]A.TXT;3`, and `DKA0:[JONES]` for a directory.
 */
export class FileHeaders {
  readonly #path: string;
  #database: SystemDatabase | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get(name: string): NewFileHeader | undefined {
    const [found] = this.#existing()?.all('SELECT record FROM header WHERE name = ?', name) ?? [];
    return found === undefined ? undefined : parsed(found);
  }

  /** Headers of the files in `DKA0:[JONES]`, by name. */
  inDirectory(directory: string): ReadonlyMap<string, NewFileHeader> {
    const rows = this.#existing()?.all(
      'SELECT name, record FROM header WHERE name >= ? AND name < ?',
      ...range(directory),
    );
    return new Map((rows ?? []).map((each) => [each['name'] as string, parsed(each)]));
  }

  put(name: string, record: NewFileHeader): void {
    this.#open().run(
      'INSERT OR REPLACE INTO header (name, record) VALUES (?, ?)',
      name,
      JSON.stringify(record),
    );
  }

  remove(name: string): void {
    this.#existing()?.run('DELETE FROM header WHERE name = ?', name);
  }

  /** Where `from` has no header, `to` has none either. */
  copy(from: string, to: string): void {
    const record = this.get(from);
    if (record === undefined) this.remove(to);
    else this.put(to, record);
  }

  /** `DKA0:[A.B]` and what is in it and below, for `DKA0:[A.C]`. */
  copyDirectory(from: string, to: string): void {
    this.removeDirectory(to);
    for (const [before, after, first, last] of movements(from, to)) {
      this.#existing()?.run(
        'INSERT OR REPLACE INTO header SELECT ? || substr(name, ?), record FROM header WHERE name >= ? AND name < ?',
        after,
        before.length + 1,
        first,
        last,
      );
    }
  }

  removeDirectory(name: string): void {
    for (const [, , first, last] of movements(name, name))
      this.#existing()?.run('DELETE FROM header WHERE name >= ? AND name < ?', first, last);
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #existing(): SystemDatabase | undefined {
    if (this.#database === undefined && !existsSync(this.#path)) return undefined;
    return this.#open();
  }

  #open(): SystemDatabase {
    if (this.#database === undefined) {
      // A header that a power failure takes back is that of a file made in the last moment.
      this.#database = new SystemDatabase(this.#path, migrations, { synchronous: 'NORMAL' });
      makePrivate(this.#path);
    }
    return this.#database;
  }
}

const parsed = (row: Record<string, unknown>): NewFileHeader =>
  JSON.parse(row['record'] as string) as NewFileHeader;

/** The directory with its files, and the directories below it: prefixes before and after, and their range. */
function movements(from: string, to: string): readonly (readonly [string, string, string, string])[] {
  const [inside, outside] = [from.slice(0, -1), to.slice(0, -1)];
  return [
    [from, to, ...range(from)],
    [inside, outside, ...range(`${inside}.`)],
  ];
}

/** Every text that begins with `prefix`. */
const range = (prefix: string): readonly [string, string] => [
  prefix,
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1),
];
