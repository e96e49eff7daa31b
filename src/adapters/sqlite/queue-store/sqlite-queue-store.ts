/**
 * The queue store in one SQLite file, QMAN$MASTER.DAT: write-ahead log, `synchronous=FULL`, so that a commit has been
 * through fsync when it returns. One writer; readers of the same process see what was committed. DESIGN §4.
 */

import { chmodSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
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
  RemovedEntry,
  StoredQueue,
} from '../../../ports/queue-store.ts';
import { opening, withStoreFailures } from '../failures.ts';
import { useWriteAheadLog } from '../write-ahead-log.ts';
import { Changes } from './changes.ts';
import { claimEntries } from './claim.ts';
import { EntrySearch, pendingConditions } from './entry-search.ts';
import { mendRecords } from './mend.ts';
import {
  jobStates,
  mergedRecipients,
  procedureKey,
  type RecipientRow,
  type TextRow,
  textOf,
} from './rows.ts';
import { migrate } from './schema.ts';
import { type Statements, statements, storedColumns } from './statements.ts';

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

class SqliteQueueStore implements QueueStore {
  readonly #database: Database;
  readonly #do: Statements;
  readonly #changes: Changes;
  readonly #search: EntrySearch;
  readonly #transaction: (
    changes: readonly QueueChange[],
    claim: Claim | undefined,
  ) => readonly ClaimedEntry[];

  constructor(database: Database) {
    this.#database = database;
    this.#do = statements(database);
    this.#changes = new Changes(this.#do);
    this.#search = new EntrySearch(
      database,
      storedColumns,
      (entry) => this.#do.job.pluck().get(entry) as string,
    );
    this.#transaction = database.transaction((changes: readonly QueueChange[], claim: Claim | undefined) => {
      for (const change of changes) this.#changes.apply(change);
      return claim === undefined ? [] : claimEntries(this.#do, claim);
    }).immediate;
  }

  async commit(changes: readonly QueueChange[], claim?: Claim): Promise<readonly ClaimedEntry[]> {
    return withStoreFailures(() => this.#transaction(changes, claim));
  }

  async submittedJob({ entry, entryId, procedure }: SubmissionKey): Promise<number | undefined> {
    return this.#do.submittedJob.pluck().get(entry, procedureKey(procedure), entryId) as number | undefined;
  }

  async releaseDue(now: number, limit: number): Promise<number> {
    return withStoreFailures(() => this.#do.releaseDue.run(now, limit).changes);
  }

  async earliestRelease(): Promise<number | undefined> {
    return (this.#do.earliestRelease.pluck().get() as number | null) ?? undefined;
  }

  async bringForward(byMs: number): Promise<void> {
    const run = this.#do;
    withStoreFailures(() =>
      this.#database.transaction(() => {
        run.bringEntriesForward.run(byMs);
        run.bringRecipientsForward.run(byMs);
      })(),
    );
  }

  async returnLeases(node: string, owner: string, now: number): Promise<readonly RemovedEntry[]> {
    const run = this.#do;
    return withStoreFailures(() =>
      this.#database
        .transaction(() => {
          const gone = (
            run.leases.all() as {
              entry: number;
              state: number;
              submitted_at: number;
              spool_id: string | null;
              lease_owner: string;
              lease_until: number;
            }[]
          ).filter(
            (each) =>
              each.lease_owner !== owner &&
              (each.lease_owner.startsWith(`${node}/`) || each.lease_until < now),
          );
          const removed: RemovedEntry[] = [];
          for (const { entry, state, submitted_at, spool_id } of gone) {
            if (jobStates[state] !== 'aborting') {
              run.endLease.run(entry);
              continue;
            }
            this.#changes.apply({ kind: 'remove', entry });
            removed.push({ entry, submittedAt: submitted_at, spoolId: spool_id ?? undefined });
          }
          return removed;
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

  async recipientsOf(entries: readonly number[]): Promise<ReadonlyMap<number, readonly RecipientInfo[]>> {
    const wanted = JSON.stringify(entries);
    const states = new Map<number, RecipientRow[]>();
    for (const row of this.#do.manyRecipients.all(wanted) as (RecipientRow & { entry: number })[]) {
      const rows = states.get(row.entry);
      if (rows === undefined) states.set(row.entry, [row]);
      else rows.push(row);
    }
    type Row = { readonly entry: number; readonly forward_paths: string; readonly requests: string | null };
    return new Map(
      (this.#do.manyForwardPaths.all(wanted) as Row[]).map(({ entry, forward_paths, requests }) => [
        entry,
        mergedRecipients(forward_paths, states.get(entry) ?? [], requests),
      ]),
    );
  }

  async text(entry: number): Promise<MessageText | undefined> {
    const row = this.#do.text.get(entry) as TextRow | undefined;
    return row && textOf(row);
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

  async isSpooled(spoolId: string): Promise<boolean> {
    return this.#do.isSpooled.get(spoolId) !== undefined;
  }

  async spooled(): ReturnType<QueueStore['spooled']> {
    return this.#do.spooled.all() as { entry: number; spoolId: string; fileBytes: number }[];
  }

  async mendRecords(): Promise<number> {
    return withStoreFailures(() => this.#database.transaction(() => mendRecords(this.#database)).immediate());
  }

  async rebuildIndexes(): Promise<void> {
    withStoreFailures(() => this.#database.exec('REINDEX'));
  }

  releaseMemory(): void {
    this.#database.pragma('shrink_memory');
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

type QueueRow = Omit<StoredQueue, 'closed' | 'properties'> & { closed: number; properties: string | null };
