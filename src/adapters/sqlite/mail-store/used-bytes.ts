/**
 * What the messages of a user take, all his mail files together: a text that several share counts for each of them. Folders keep their sum,
 * as their counts; those of files that older versions wrote are summed up when somebody asks first.
 */
import type { Database } from 'better-sqlite3';
import { inTransaction } from './database.ts';

export interface UsedBytes {
  /** Inside a transaction that writes. */
  ofOwner(owner: string): number;
  /** Writes only where folders have no sum yet. */
  lookUp(owner: string): number;
}

export function createUsedBytes(database: Database): UsedBytes {
  const those = 'mail_file IN (SELECT id FROM mail_file WHERE owner = ?)';
  const select = database
    .prepare<[string], [bytes: number, unknown: number]>(
      `SELECT total(bytes), count(*) - count(bytes) FROM folder WHERE ${those}`,
    )
    .raw();
  const sumUp = database.prepare(
    `UPDATE folder SET bytes = (SELECT coalesce(sum(size), 0) FROM message WHERE folder = folder.id)
     WHERE bytes IS NULL AND ${those}`,
  );
  const ofOwner = (owner: string): number => {
    const [bytes, unknown] = select.get(owner)!;
    if (unknown === 0) return bytes;
    sumUp.run(owner);
    return select.get(owner)![0];
  };
  return {
    ofOwner,
    lookUp(owner) {
      const [bytes, unknown] = select.get(owner)!;
      return unknown === 0 ? bytes : inTransaction(database, () => ofOwner(owner));
    },
  };
}
