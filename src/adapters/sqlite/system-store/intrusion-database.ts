/**
 * INTRUSION.DAT. Opened when first needed: most processes never ask. Its changes are no changes of the system store's counter,
 * or each wrong password would make every process read its settings again.
 */
import type { IntrusionKey, IntrusionRecord } from '../../../ports/intrusion-records.ts';
import { makePrivate, SystemDatabase } from './system-database.ts';

/** Numbered from 1; append only. */
const migrations = [
  'CREATE TABLE intrusion (class TEXT, source TEXT, expires INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (class, source)) STRICT, WITHOUT ROWID',
  'CREATE INDEX intrusion_expires ON intrusion (expires)',
];

export class IntrusionDatabase {
  readonly #path: string;
  #opened: SystemDatabase | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  all(): readonly IntrusionRecord[] {
    return this.#database()
      .all('SELECT record FROM intrusion ORDER BY class, source')
      .map(({ record }) => JSON.parse(record as string) as IntrusionRecord);
  }

  find(key: IntrusionKey): IntrusionRecord | undefined {
    const [found] = this.#database().all(
      'SELECT record FROM intrusion WHERE class = ? AND source = ?',
      key.class,
      key.source,
    );
    return found === undefined ? undefined : (JSON.parse(found['record'] as string) as IntrusionRecord);
  }

  change(
    key: IntrusionKey,
    now: number,
    change: (before: IntrusionRecord | undefined) => IntrusionRecord | undefined,
  ): IntrusionRecord | undefined {
    const database = this.#database();
    return database.transaction(() => {
      database.run('DELETE FROM intrusion WHERE expires <= ?', now);
      const after = change(this.find(key));
      if (after === undefined)
        database.run('DELETE FROM intrusion WHERE class = ? AND source = ?', key.class, key.source);
      else
        database.run(
          'INSERT OR REPLACE INTO intrusion (class, source, expires, record) VALUES (?, ?, ?, ?)',
          key.class,
          key.source,
          after.expires,
          JSON.stringify(after),
        );
      return after;
    });
  }

  close(): void {
    this.#opened?.close();
  }

  #database(): SystemDatabase {
    if (this.#opened !== undefined) return this.#opened;
    // What a power failure takes back is a count of failures.
    this.#opened = new SystemDatabase(this.#path, migrations, { synchronous: 'NORMAL' });
    makePrivate(this.#path);
    return this.#opened;
  }
}
