/** What the queue store asks and tells its file, prepared once. */
import type { Database, Statement } from 'better-sqlite3';
import { pendingConditions } from './entry-search.ts';
import { JOB_STATES } from './rows.ts';

/** In the order of newEntryValues. */
const entryColumns =
  'entry, entry_id, queue, job_name, user_name, source, reverse_path, body, smtp_utf8, submitted_at, size_bytes, spool_id, requests, text_from';
const standingColumns = [
  'state',
  'priority',
  'after_time',
  'held_by',
  'error_text',
  'lease_owner',
  'lease_until',
  'return_to',
  'symbiont_deaths',
  'attempt',
];

/** What a search reads of an entry. */
export const storedColumns = `${entryColumns}, ${standingColumns.join(', ')}`;

const next = (which: string): string => `
    SELECT entries.*, texts.text FROM entries LEFT JOIN texts USING (entry)
    WHERE ${which} ORDER BY priority DESC, submitted_at, entries.entry LIMIT ? OFFSET ?`;

const sql = {
  addEntry: `
      INSERT INTO entries (${storedColumns}, forward_paths)
      VALUES (${Array(15 + standingColumns.length)
        .fill('?')
        .join(', ')})`,
  addText: 'INSERT INTO texts (entry, text) VALUES (?, ?)',
  removeEntry: 'DELETE FROM entries WHERE entry = ?',
  removeText: 'DELETE FROM texts WHERE entry = ?',
  removeRecipients: 'DELETE FROM recipient_states WHERE entry = ?',
  stand: `UPDATE entries SET ${standingColumns.map((column) => `${column} = ?`).join(', ')} WHERE entry = ?`,
  setRecipient: 'INSERT OR REPLACE INTO recipient_states VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  setNextEntry:
    "INSERT INTO settings VALUES ('nextEntry', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  setDefinitions:
    "INSERT INTO settings VALUES ('definitions', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  definitions: "SELECT value FROM settings WHERE name = 'definitions'",
  nextEntry: "SELECT value FROM settings WHERE name = 'nextEntry'",
  entryInUse: 'SELECT entry FROM entries WHERE entry >= ? ORDER BY entry LIMIT 1',
  setQueue: 'INSERT OR REPLACE INTO queues (name, kind, state, closed, properties) VALUES (?, ?, ?, ?, ?)',
  removeQueue: 'DELETE FROM queues WHERE name = ?',
  queues: 'SELECT name, kind, state, closed, properties FROM queues ORDER BY name',
  setJob: 'INSERT OR REPLACE INTO batch_jobs VALUES (?, ?)',
  nameJob: 'UPDATE entries SET queue = ?, job_name = ? WHERE entry = ?',
  removeJob: 'DELETE FROM batch_jobs WHERE entry = ?',
  job: 'SELECT job FROM batch_jobs WHERE entry = ?',
  addKey: 'INSERT INTO submission_keys (entry, recipient, entry_id, job) VALUES (?, ?, ?, ?)',
  submittedJob: 'SELECT job FROM submission_keys WHERE entry = ? AND recipient = ? AND entry_id = ?',
  forgetKeys: 'DELETE FROM submission_keys WHERE entry = ?',
  anyKey: 'SELECT 1 FROM submission_keys LIMIT 1',
  forgetLostKeys: `
      DELETE FROM submission_keys WHERE NOT EXISTS
        (SELECT 1 FROM entries e WHERE e.entry = submission_keys.entry AND e.entry_id = submission_keys.entry_id)`,
  fresh: next(pendingConditions[0]!),
  retries: next(pendingConditions[1]!),
  suspects: next(pendingConditions[2]!),
  hasFresh: `SELECT 1 FROM entries WHERE ${pendingConditions[0]} LIMIT 1`,
  lease:
    'UPDATE entries SET state = 1, attempt = attempt + 1, lease_owner = ?, lease_until = ? WHERE entry = ?',
  leases:
    'SELECT entry, state, submitted_at, spool_id, lease_owner, lease_until FROM entries WHERE state IN (1, 5)',
  endLease: `
      UPDATE entries SET lease_owner = NULL, lease_until = NULL, attempt = max(attempt - 1, 0),
        return_to = CASE WHEN return_to LIKE 'sender%' THEN return_to END,
        state = CASE return_to WHEN 'holding' THEN 2 WHEN 'holdingUntil' THEN 3 WHEN 'retainedOnError' THEN 4 ELSE 0 END
      WHERE entry = ?`,
  releaseDue: `
      UPDATE entries SET state = 0, after_time = NULL WHERE entry IN
        (SELECT entry FROM entries WHERE state = 3 AND after_time <= ? ORDER BY after_time LIMIT ?)`,
  earliestRelease: 'SELECT min(after_time) FROM entries WHERE state = 3',
  // Of those that hold until the next attempt; until anything else, somebody said so.
  bringEntriesForward: `
      UPDATE entries SET after_time = after_time - ? WHERE state = 3 AND after_time =
        (SELECT min(next_attempt) FROM recipient_states r WHERE r.entry = entries.entry)`,
  bringRecipientsForward: `
      UPDATE recipient_states SET next_attempt = next_attempt - ? WHERE next_attempt IS NOT NULL`,
  countOthers: `
      SELECT sum(user_name <> ? AND state < ${JOB_STATES}) AS others, count(*) AS read, max(entry) AS last
      FROM (SELECT entry, user_name, state FROM entries WHERE entry > ? AND entry < ? ORDER BY entry LIMIT ?)`,
  recipients: `
      SELECT recipient, forward_path, state, attempts, last_reply, next_attempt, requests, delay_told
      FROM recipient_states WHERE entry = ? ORDER BY recipient`,
  manyRecipients: `
      SELECT entry, recipient, forward_path, state, attempts, last_reply, next_attempt, requests, delay_told
      FROM recipient_states WHERE entry IN (SELECT value FROM json_each(?)) ORDER BY entry, recipient`,
  manyForwardPaths:
    'SELECT entry, forward_paths, requests FROM entries WHERE entry IN (SELECT value FROM json_each(?))',
  text: `
      SELECT spool_id, size_bytes, text_from, texts.text FROM entries LEFT JOIN texts USING (entry)
      WHERE entry = ? AND state < ${JOB_STATES}`,
  forwardPaths: 'SELECT forward_paths, requests FROM entries WHERE entry = ?',
  isSpooled: 'SELECT 1 FROM entries WHERE spool_id = ? LIMIT 1',
  spooled: `
      SELECT entry, spool_id AS spoolId, size_bytes - coalesce(length(texts.text), 0) + coalesce(text_from, 0) AS fileBytes
      FROM entries LEFT JOIN texts USING (entry) WHERE spool_id IS NOT NULL`,
} as const;

export type Statements = Readonly<Record<keyof typeof sql, Statement<unknown[]>>>;

export const statements = (database: Database): Statements =>
  Object.fromEntries(
    Object.entries(sql).map(([name, text]) => [name, database.prepare<unknown[]>(text)]),
  ) as Statements;
