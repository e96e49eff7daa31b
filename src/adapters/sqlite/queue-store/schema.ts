/**
 * The tables of QMAN$MASTER.DAT and how older files become newer ones. A migration that landed is never edited.
 *
 * Why it is shaped so: what the hot path writes (an entry that is handed on at once, and removed a moment later) is one
 * row in `entries`, one in `texts`, one key in `entries_leased`. Everything a long queue needs (next pending, timed
 * release, counts) are partial indexes that such an entry never enters. Texts stand apart, so that lists of entries
 * read small rows only.
 */
import type { Database } from 'better-sqlite3';

const migrations: readonly string[] = [
  `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE queues (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    closed INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE entries (
    entry INTEGER PRIMARY KEY,
    entry_id TEXT NOT NULL,
    queue TEXT NOT NULL,
    job_name TEXT NOT NULL,
    user_name TEXT NOT NULL,
    source TEXT,
    reverse_path TEXT NOT NULL,
    body TEXT,
    smtp_utf8 INTEGER,
    submitted_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    spool_id TEXT,
    state INTEGER NOT NULL,           -- index in jobStates of rows.ts
    priority INTEGER NOT NULL,
    after_time INTEGER,
    held_by TEXT,
    error_text TEXT,
    lease_owner TEXT,
    lease_until INTEGER,
    return_to TEXT,
    symbiont_deaths INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    forward_paths TEXT NOT NULL       -- JSON, as submitted; what became of them: recipient_states. Last: it may be long
  );
  CREATE TABLE texts (entry INTEGER PRIMARY KEY, text BLOB NOT NULL);
  CREATE TABLE recipient_states (
    entry INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    forward_path TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_reply TEXT,
    next_attempt INTEGER,
    PRIMARY KEY (entry, recipient)
  ) WITHOUT ROWID;
  CREATE INDEX entries_pending ON entries (priority DESC, submitted_at, entry) WHERE state = 0 AND symbiont_deaths = 0;
  CREATE INDEX entries_suspect ON entries (priority DESC, submitted_at, entry) WHERE state = 0 AND symbiont_deaths > 0;
  CREATE INDEX entries_leased ON entries (state) WHERE state IN (1, 5);
  CREATE INDEX entries_holding ON entries (state) WHERE state = 2;
  CREATE INDEX entries_timed ON entries (after_time) WHERE state = 3;
  CREATE INDEX entries_retained ON entries (state) WHERE state = 4;
  CREATE INDEX entries_of_users ON entries (user_name, entry) WHERE user_name <> 'TCPIP$SMTP';
  CREATE INDEX entries_spooled ON entries (spool_id) WHERE spool_id IS NOT NULL;
  `,
  // Batch queues. A batch job is an entry whose state is JOB_STATES and more (rows.ts): it enters none of the indexes of
  // mail, and the rows of mail stay as they are.
  `
  ALTER TABLE queues ADD COLUMN properties TEXT;  -- JSON: QueueProperties
  CREATE TABLE batch_jobs (entry INTEGER PRIMARY KEY, job TEXT NOT NULL);  -- JSON: BatchJob
  CREATE INDEX entries_jobs ON entries (state) WHERE state >= 16;
  `,
  // Jobs that mail asked for: they are not made a second time when the symbiont asks again after a crash.
  `
  CREATE TABLE submission_keys (
    entry INTEGER NOT NULL,           -- of the mail; numbers come again, ids do not
    recipient INTEGER NOT NULL,       -- P and the name of the alias whose procedure it runs; of old mail the index of a recipient
    entry_id TEXT NOT NULL,
    job INTEGER NOT NULL,
    PRIMARY KEY (entry, recipient, entry_id)
  ) WITHOUT ROWID;
  `,
  // Long queues. Mail that comes again stands apart from mail nobody had in hand yet, so that a backlog of retries keeps no new
  // mail waiting; and the age of the oldest entry that waits for an instant is read from its index alone.
  `
  DROP INDEX entries_pending;
  DROP INDEX entries_timed;
  CREATE INDEX entries_fresh ON entries (priority DESC, submitted_at, entry)
    WHERE state = 0 AND symbiont_deaths = 0 AND attempt = 0;
  CREATE INDEX entries_again ON entries (priority DESC, submitted_at, entry)
    WHERE state = 0 AND symbiont_deaths = 0 AND attempt > 0;
  CREATE INDEX entries_timed ON entries (after_time, submitted_at) WHERE state = 3;
  `,
  // What senders ask for (DSN, REQUIRETLS), and whom they have been told of.
  `
  ALTER TABLE entries ADD COLUMN requests TEXT;           -- JSON: EnvelopeRequests
  ALTER TABLE recipient_states ADD COLUMN requests TEXT;  -- JSON: RecipientRequests
  ALTER TABLE recipient_states ADD COLUMN delay_told INTEGER;
  `,
  // Spooled texts that begin otherwise than their file: the head stands in `texts`, in the place of so many octets of the file.
  `
  ALTER TABLE entries ADD COLUMN text_from INTEGER;
  `,
];

export const SCHEMA_VERSION = migrations.length;

/** Brings the file to `version`, SCHEMA_VERSION by default. Throws when it is newer than this program. */
export function migrate(database: Database, version = SCHEMA_VERSION): void {
  const found = database.pragma('user_version', { simple: true }) as number;
  if (found > SCHEMA_VERSION) {
    throw new Error(
      `the queue database has format ${found}, this program knows up to ${SCHEMA_VERSION}: install a newer vmsmail`,
    );
  }
  for (let next = found; next < version; next++) {
    database.transaction(() => {
      database.exec(migrations[next]!);
      database.pragma(`user_version = ${next + 1}`);
    })();
  }
}
