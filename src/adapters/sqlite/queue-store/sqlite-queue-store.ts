/**
 * The queue store in one SQLite file, QMAN$MASTER.DAT: write-ahead log, `synchronous=FULL`, so that a commit has been
 * through fsync when it returns. One writer; readers of the same process see what was committed. DESIGN §4.
 */

import { chmodSync } from 'node:fs';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import type { SubmissionKey } from '../../../ports/batch.ts';
import type { MessageText } from '../../../ports/message-text.ts';
import { noDefinitions, type QueueDefinitions } from '../../../ports/queue-definitions.ts';
import type { JobState, QueueProperties, RecipientInfo } from '../../../ports/queue-manager.ts';
import type {
  Claim,
  ClaimedEntry,
  EntryCounts,
  EntryPage,
  EntryQuery,
  QueueChange,
  QueueStore,
  StoredJob,
  StoredQueue,
} from '../../../ports/queue-store.ts';
import { opening, withStoreFailures } from '../failures.ts';
import { useWriteAheadLog } from '../write-ahead-log.ts';
import { EntrySearch, pendingConditions } from './entry-search.ts';
import { mendRecords } from './mend.ts';
import {
  type EntryRow,
  JOB_STATES,
  jobStates,
  mergedRecipients,
  newEntryValues,
  newJobValues,
  type RecipientRow,
  standingValues,
  storedEntry,
} from './rows.ts';
import { migrate } from './schema.ts';

/**
 * Pages of the log before they are copied into the file: 32 MB. Entries live for moments, and a page that was written
 * twenty times in between is copied once.
 */
const CHECKPOINT_PAGES = 8_192;
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens or creates the file. `pagesAtMost` limits its size (4 KiB each): beyond it the device counts as full. Throws Condition RMS FUL without room; an Error when it is no database, or a newer one.
 */
export function openQueueStore(file: string, options: { readonly pagesAtMost?: number } = {}): QueueStore {
  return opening(file, () => {
    const database = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      chmodSync(file, 0o600);
      useWriteAheadLog(database, BUSY_TIMEOUT_MS);
      database.pragma('synchronous = FULL');
      database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      database.pragma(`journal_size_limit = ${CHECKPOINT_PAGES * 4096}`);
      if (options.pagesAtMost !== undefined) database.pragma(`max_page_count = ${options.pagesAtMost}`);
      migrate(database);
      return new SqliteQueueStore(database);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

const entryColumns =
  'entry, entry_id, queue, job_name, user_name, source, reverse_path, body, smtp_utf8, submitted_at, size_bytes, spool_id, requests';
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

class SqliteQueueStore implements QueueStore {
  readonly #database: Database;
  readonly #do: ReturnType<typeof statements>;
  /** Whether removed mail may have submission keys: most nodes never have any. */
  #hasKeys: boolean;
  readonly #search: EntrySearch;
  readonly #transaction: (
    changes: readonly QueueChange[],
    claim: Claim | undefined,
  ) => readonly ClaimedEntry[];

  constructor(database: Database) {
    this.#database = database;
    this.#do = statements(database);
    this.#hasKeys = this.#do.anyKey.get() !== undefined;
    // Of mail that was deleted while its job was being submitted. Most nodes have none, and write nothing here.
    if (this.#hasKeys) this.#do.forgetLostKeys.run();
    this.#search = new EntrySearch(
      database,
      `${entryColumns}, ${standingColumns.join(', ')}`,
      (entry) => this.#do.job.pluck().get(entry) as string,
    );
    this.#transaction = database.transaction((changes: readonly QueueChange[], claim: Claim | undefined) => {
      for (const change of changes) this.#apply(change);
      return claim === undefined ? [] : this.#claim(claim);
    }).immediate;
  }

  async commit(changes: readonly QueueChange[], claim?: Claim): Promise<readonly ClaimedEntry[]> {
    return withStoreFailures(() => this.#transaction(changes, claim));
  }

  #apply(change: QueueChange): void {
    const run = this.#do;
    switch (change.kind) {
      case 'add':
        run.addEntry.run(...newEntryValues(change.entry));
        if (change.entry.text.kind === 'inline') run.addText.run(change.entry.entry, change.entry.text.bytes);
        return;
      case 'remove':
        run.removeEntry.run(change.entry);
        run.removeText.run(change.entry);
        run.removeRecipients.run(change.entry);
        if (this.#hasKeys) run.forgetKeys.run(change.entry);
        return;
      case 'stand':
        run.stand.run(...standingValues(change.standing), change.entry);
        return;
      case 'recipients':
        for (const each of change.recipients) this.#setRecipient(change.entry, each);
        return;
      case 'nextEntry':
        run.setNextEntry.run(change.entry);
        return;
      case 'queue': {
        const { name, kind, state, closed, properties } = change.queue;
        const text = properties === undefined ? null : JSON.stringify(properties);
        run.setQueue.run(name, kind, state, Number(closed), text);
        return;
      }
      case 'removeQueue':
        run.removeQueue.run(change.name);
        return;
      case 'definitions':
        run.setDefinitions.run(JSON.stringify(change.definitions));
        return;
      case 'addJob':
        run.addEntry.run(...newJobValues(change.job));
        run.setJob.run(change.job.entry, JSON.stringify(change.job.batch));
        if (change.submissionKey !== undefined) this.#addKey(change.submissionKey, change.job.entry);
        return;
      case 'job':
        this.#changeJob(change.job);
        return;
      case 'removeJob':
        run.removeEntry.run(change.entry);
        run.removeJob.run(change.entry);
        return;
    }
  }

  #addKey({ entry, entryId, recipient }: SubmissionKey, job: number): void {
    this.#hasKeys = true;
    this.#do.addKey.run(entry, recipient, entryId, job);
  }

  async submittedJob({ entry, entryId, recipient }: SubmissionKey): Promise<number | undefined> {
    return this.#do.submittedJob.pluck().get(entry, recipient, entryId) as number | undefined;
  }

  #changeJob(job: StoredJob): void {
    const { entry, queueName, jobName, batch } = job;
    this.#do.stand.run(...standingValues(job, 'batch'), entry);
    this.#do.nameJob.run(queueName, jobName, entry);
    this.#do.setJob.run(entry, JSON.stringify(batch));
  }

  #setRecipient(entry: number, recipient: RecipientInfo): void {
    this.#do.setRecipient.run(
      entry,
      recipient.index,
      recipient.forwardPath,
      recipient.state,
      recipient.attempts,
      recipient.lastReply ?? null,
      recipient.nextAttempt ?? null,
      recipient.requests === undefined ? null : JSON.stringify(recipient.requests),
      recipient.isDelayTold === undefined ? null : 1,
    );
  }

  #claim(claim: Claim): readonly ClaimedEntry[] {
    const { fresh, retries, suspects, lease } = this.#do;
    const rows: ClaimRow[] = [];
    let bytes = 0;
    const read = (statement: Statement<unknown[]>, limit: number, offset = 0): void => {
      if (limit <= 0) return;
      for (const row of statement.iterate(limit, offset) as IterableIterator<ClaimRow>) {
        if (rows.length > 0 && bytes >= claim.bytes) break;
        bytes += row.forward_paths.length + (row.text?.byteLength ?? 0);
        rows.push(row);
      }
    };
    read(suspects, Math.min(claim.suspects, claim.limit));
    const retriesAtMost = claim.retries ?? claim.limit;
    const before = rows.length;
    read(retries, Math.min(retriesAtMost, Math.floor(claim.limit / 4)));
    const first = rows.length - before;
    read(fresh, claim.limit - rows.length);
    read(retries, Math.min(retriesAtMost - first, claim.limit - rows.length), first);
    return rows.map((row) => {
      lease.run(claim.owner, claim.until, row.entry);
      const attempt = row.attempt + 1;
      const recipients = mergedRecipients(
        row.forward_paths,
        this.#do.recipients.all(row.entry) as RecipientRow[],
        row.requests,
      );
      return {
        ...storedEntry(row),
        damage: damageOf(row, recipients),
        state: 'executing',
        attempt,
        lease: { owner: claim.owner, until: claim.until, attempt },
        text: textOf(row),
        recipients,
      };
    });
  }

  async releaseDue(now: number, limit: number): Promise<number> {
    return withStoreFailures(() => this.#do.releaseDue.run(now, limit).changes);
  }

  async earliestRelease(): Promise<number | undefined> {
    return (this.#do.earliestRelease.pluck().get() as number | null) ?? undefined;
  }

  async returnLeases(node: string, owner: string, now: number): Promise<readonly string[]> {
    const run = this.#do;
    return withStoreFailures(() =>
      this.#database
        .transaction(() => {
          const gone = (
            run.leases.all() as {
              entry: number;
              state: number;
              spool_id: string | null;
              lease_owner: string;
              lease_until: number;
            }[]
          ).filter(
            (each) =>
              each.lease_owner !== owner &&
              (each.lease_owner.startsWith(`${node}/`) || each.lease_until < now),
          );
          const spoolIds: string[] = [];
          for (const { entry, state, spool_id } of gone) {
            if (jobStates[state] !== 'aborting') {
              run.endLease.run(entry);
              continue;
            }
            this.#apply({ kind: 'remove', entry });
            if (spool_id !== null) spoolIds.push(spool_id);
          }
          return spoolIds;
        })
        .immediate(),
    );
  }

  async find(query: EntryQuery): Promise<EntryPage> {
    return this.#search.find(query);
  }

  async countOthers(
    userName: string,
    after: number,
    before: number,
    limit: number,
  ): Promise<{ readonly count: number; readonly last: number | undefined }> {
    const { others, read, last } = this.#do.countOthers.get(userName, after, before, limit) as {
      others: number | null;
      read: number;
      last: number | null;
    };
    return { count: others ?? 0, last: read < limit ? undefined : (last ?? undefined) };
  }

  async recipients(entry: number): Promise<readonly RecipientInfo[]> {
    const row = this.#do.forwardPaths.get(entry) as
      | { readonly forward_paths: string; readonly requests: string | null }
      | undefined;
    if (row === undefined) return [];
    return mergedRecipients(
      row.forward_paths,
      this.#do.recipients.all(entry) as RecipientRow[],
      row.requests,
    );
  }

  async text(entry: number): Promise<MessageText | undefined> {
    const row = this.#do.text.get(entry) as
      | { readonly text: Buffer | null; readonly spool_id: string | null; readonly size_bytes: number }
      | undefined;
    if (row === undefined) return undefined;
    if (row.spool_id !== null) return { kind: 'file', spoolId: row.spool_id, sizeBytes: row.size_bytes };
    return row.text === null ? undefined : { kind: 'inline', bytes: row.text };
  }

  async hasFresh(): Promise<boolean> {
    return this.#do.hasFresh.get() !== undefined;
  }

  async counts(): Promise<EntryCounts> {
    const count = (where: string): number =>
      this.#database.prepare(`SELECT count(*) FROM entries WHERE ${where}`).pluck().get() as number;
    // Batch jobs have other numbers. Each answered by its partial index: a million entries are counted without reading them.
    return {
      pending: pendingConditions.map(count).reduce((sum, each) => sum + each, 0),
      executing: count('state IN (1, 5) AND state = 1'),
      holding: count('state = 2'),
      holdingUntil: count('state = 3'),
      retainedOnError: count('state = 4'),
      aborting: count('state IN (1, 5) AND state = 5'),
      // Mail that is done is gone.
      retainedOnCompletion: 0,
    } satisfies Record<JobState, number>;
  }

  async nextEntry(): Promise<number> {
    return (this.#do.nextEntry.pluck().get() as number | undefined) ?? 1;
  }

  async definitions(): Promise<QueueDefinitions> {
    const text = this.#do.definitions.pluck().get() as string | undefined;
    return text === undefined ? noDefinitions : (JSON.parse(text) as QueueDefinitions);
  }

  async entryInUse(from: number): Promise<number | undefined> {
    return this.#do.entryInUse.pluck().get(from) as number | undefined;
  }

  async queues(): Promise<readonly StoredQueue[]> {
    return (this.#do.queues.all() as QueueRow[]).map(({ properties, ...row }) => ({
      ...row,
      closed: row.closed === 1,
      ...(properties === null ? {} : { properties: JSON.parse(properties) as QueueProperties }),
    }));
  }

  async spooled(): ReturnType<QueueStore['spooled']> {
    return this.#do.spooled.all() as { entry: number; spoolId: string; sizeBytes: number }[];
  }

  async mendRecords(): Promise<number> {
    return withStoreFailures(() => this.#database.transaction(() => mendRecords(this.#database)).immediate());
  }

  async rebuildIndexes(): Promise<void> {
    withStoreFailures(() => this.#database.exec('REINDEX'));
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

type QueueRow = Omit<StoredQueue, 'closed' | 'properties'> & { closed: number; properties: string | null };
type ClaimRow = EntryRow & { readonly forward_paths: string; readonly text: Buffer | null };

/** An empty text in its place would go to everybody, a message without recipients would be done with. */
const damageOf = (row: ClaimRow, recipients: readonly RecipientInfo[]): string | undefined =>
  row.spool_id === null && row.text === null
    ? 'its text is gone'
    : recipients.length === 0
      ? 'nobody is named as recipient'
      : undefined;

const textOf = (row: EntryRow & { readonly text: Buffer | null }): MessageText =>
  row.spool_id === null
    ? { kind: 'inline', bytes: row.text ?? Buffer.alloc(0) }
    : { kind: 'file', spoolId: row.spool_id, sizeBytes: row.size_bytes };

function statements(database: Database) {
  const prepare = (sql: string): Statement<unknown[]> => database.prepare(sql);
  const next = (which: string): string => `
    SELECT entries.*, texts.text FROM entries LEFT JOIN texts USING (entry)
    WHERE ${which} ORDER BY priority DESC, submitted_at, entries.entry LIMIT ? OFFSET ?`;
  return {
    addEntry: prepare(`
      INSERT INTO entries (${entryColumns}, ${standingColumns.join(', ')}, forward_paths)
      VALUES (${Array(14 + standingColumns.length)
        .fill('?')
        .join(', ')})`),
    addText: prepare('INSERT INTO texts (entry, text) VALUES (?, ?)'),
    removeEntry: prepare('DELETE FROM entries WHERE entry = ?'),
    removeText: prepare('DELETE FROM texts WHERE entry = ?'),
    removeRecipients: prepare('DELETE FROM recipient_states WHERE entry = ?'),
    stand: prepare(
      `UPDATE entries SET ${standingColumns.map((column) => `${column} = ?`).join(', ')} WHERE entry = ?`,
    ),
    setRecipient: prepare('INSERT OR REPLACE INTO recipient_states VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    setNextEntry: prepare(
      "INSERT INTO settings VALUES ('nextEntry', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    setDefinitions: prepare(
      "INSERT INTO settings VALUES ('definitions', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    definitions: prepare("SELECT value FROM settings WHERE name = 'definitions'"),
    nextEntry: prepare("SELECT value FROM settings WHERE name = 'nextEntry'"),
    entryInUse: prepare('SELECT entry FROM entries WHERE entry >= ? ORDER BY entry LIMIT 1'),
    setQueue: prepare(
      'INSERT OR REPLACE INTO queues (name, kind, state, closed, properties) VALUES (?, ?, ?, ?, ?)',
    ),
    removeQueue: prepare('DELETE FROM queues WHERE name = ?'),
    queues: prepare('SELECT name, kind, state, closed, properties FROM queues ORDER BY name'),
    setJob: prepare('INSERT OR REPLACE INTO batch_jobs VALUES (?, ?)'),
    nameJob: prepare('UPDATE entries SET queue = ?, job_name = ? WHERE entry = ?'),
    removeJob: prepare('DELETE FROM batch_jobs WHERE entry = ?'),
    job: prepare('SELECT job FROM batch_jobs WHERE entry = ?'),
    addKey: prepare('INSERT INTO submission_keys (entry, recipient, entry_id, job) VALUES (?, ?, ?, ?)'),
    submittedJob: prepare(
      'SELECT job FROM submission_keys WHERE entry = ? AND recipient = ? AND entry_id = ?',
    ),
    forgetKeys: prepare('DELETE FROM submission_keys WHERE entry = ?'),
    anyKey: prepare('SELECT 1 FROM submission_keys LIMIT 1'),
    forgetLostKeys: prepare(`
      DELETE FROM submission_keys WHERE NOT EXISTS
        (SELECT 1 FROM entries e WHERE e.entry = submission_keys.entry AND e.entry_id = submission_keys.entry_id)`),
    fresh: prepare(next(pendingConditions[0]!)),
    retries: prepare(next(pendingConditions[1]!)),
    suspects: prepare(next(pendingConditions[2]!)),
    hasFresh: prepare(`SELECT 1 FROM entries WHERE ${pendingConditions[0]} LIMIT 1`),
    lease: prepare(
      'UPDATE entries SET state = 1, attempt = attempt + 1, lease_owner = ?, lease_until = ? WHERE entry = ?',
    ),
    leases: prepare(
      'SELECT entry, state, spool_id, lease_owner, lease_until FROM entries WHERE state IN (1, 5)',
    ),
    endLease: prepare(`
      UPDATE entries SET lease_owner = NULL, lease_until = NULL, attempt = max(attempt - 1, 0),
        return_to = CASE WHEN return_to LIKE 'sender%' THEN return_to END,
        state = CASE return_to WHEN 'holding' THEN 2 WHEN 'holdingUntil' THEN 3 WHEN 'retainedOnError' THEN 4 ELSE 0 END
      WHERE entry = ?`),
    releaseDue: prepare(`
      UPDATE entries SET state = 0, after_time = NULL WHERE entry IN
        (SELECT entry FROM entries WHERE state = 3 AND after_time <= ? ORDER BY after_time LIMIT ?)`),
    earliestRelease: prepare('SELECT min(after_time) FROM entries WHERE state = 3'),
    countOthers: prepare(`
      SELECT sum(user_name <> ? AND state < ${JOB_STATES}) AS others, count(*) AS read, max(entry) AS last
      FROM (SELECT entry, user_name, state FROM entries WHERE entry > ? AND entry < ? ORDER BY entry LIMIT ?)`),
    recipients: prepare(`
      SELECT recipient, forward_path, state, attempts, last_reply, next_attempt, requests, delay_told
      FROM recipient_states WHERE entry = ? ORDER BY recipient`),
    text: prepare(`
      SELECT spool_id, size_bytes, texts.text FROM entries LEFT JOIN texts USING (entry)
      WHERE entry = ? AND state < ${JOB_STATES}`),
    forwardPaths: prepare('SELECT forward_paths, requests FROM entries WHERE entry = ?'),
    spooled: prepare(
      'SELECT entry, spool_id AS spoolId, size_bytes AS sizeBytes FROM entries WHERE spool_id IS NOT NULL',
    ),
  };
}
