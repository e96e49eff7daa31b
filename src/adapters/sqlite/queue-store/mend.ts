/** What ANALYZE MAIL/REPAIR can mend in records, within a transaction; the rest is up to the queue manager. */
import type { Database } from 'better-sqlite3';
import { strangeRecipients, tablesOfEntries, withoutARecipient } from './examine.ts';

/** @returns how many records belonged to no entry */
export function mendRecords(database: Database): number {
  database.exec(`DELETE FROM recipient_states WHERE ${strangeRecipients}`);
  for (const entry of database.prepare(withoutARecipient).pluck().all() as number[])
    fillGaps(database, entry);
  return tablesOfEntries.reduce((sum, table) => {
    const sql = `DELETE FROM ${table} WHERE entry NOT IN (SELECT entry FROM entries)`;
    return sum + database.prepare(sql).run().changes;
  }, 0);
}

/** Nobody knows whom a list or an alias has added there. */
function fillGaps(database: Database, entry: number): void {
  const known = database
    .prepare('SELECT recipient FROM recipient_states WHERE entry = ? ORDER BY recipient')
    .pluck()
    .all(entry) as number[];
  const submitted = database
    .prepare('SELECT json_array_length(forward_paths) FROM entries WHERE entry = ?')
    .pluck()
    .get(entry) as number;
  const fill = database.prepare(
    "INSERT INTO recipient_states (entry, recipient, forward_path, state, attempts, last_reply) VALUES (?, ?, '', 'failed', 0, 'this recipient is missing')",
  );
  for (let index = submitted; index < (known.at(-1) ?? 0); index += 1)
    if (!known.includes(index)) fill.run(entry, index);
}
