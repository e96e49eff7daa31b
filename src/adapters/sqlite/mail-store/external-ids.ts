/** Names of text files: 8 hexadecimal digits, never the same again in any process. */
import type { Database } from 'better-sqlite3';
import { inTransaction } from './database.ts';
import type { Delivery } from './delivery.ts';

/** Taken at a time: one commit for many. */
const IDS_AT_ONCE = 64;

/** @returns what gives the next one */
export function createExternalIds(database: Database, delivery: Pick<Delivery, 'reserve'>): () => string {
  let taken: string[] = [];
  return () => {
    if (taken.length === 0) {
      const first = inTransaction(database, () => delivery.reserve('external', IDS_AT_ONCE));
      taken = Array.from({ length: IDS_AT_ONCE }, (_, index) =>
        (first + index).toString(16).toUpperCase().padStart(8, '0'),
      );
    }
    return taken.shift()!;
  };
}
