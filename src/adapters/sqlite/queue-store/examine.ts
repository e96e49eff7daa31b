/**
 * What is wrong with QMAN$MASTER.DAT, for ANALYZE MAIL: its pages and indexes in the words of SQLite, and whatever contradicts itself
 * in its records. On a connection of its own that only reads, in one transaction: the queue manager goes on meanwhile, and what is
 * seen is the queue of one instant.
 */
import Sqlite, { type Database } from 'better-sqlite3';
import type { EntryProblem } from '../../../ports/queue-manager.ts';
import type { QueueFileExamination } from '../../../ports/queue-store.ts';
import { opening } from '../failures.ts';
import { JOB_STATES, jobStates, stateNumber } from './rows.ts';

const BUSY_TIMEOUT_MS = 5_000;
/** One damaged page makes a complaint of every record on it. */
const COMPLAINTS_AT_MOST = 20;
/** Nobody reads more of them, and /REPAIR can be given again. */
const ENTRIES_AT_MOST = 10_000;

/** Throws an Error that names the file when it is not there. */
export function examineQueueFile(file: string): QueueFileExamination {
  return opening(file, () => {
    const database = new Sqlite(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      return database.transaction(() => examined(database))();
    } catch (error) {
      // So broken that not even a transaction begins or ends.
      const { code, message } = error as { code?: string; message: string };
      if (!/^SQLITE_(CORRUPT|NOTADB)/.test(code ?? '')) throw error;
      return { problems: [message], entries: [], strays: 0 };
    } finally {
      database.close();
    }
  });
}

function examined(database: Database): QueueFileExamination {
  const problems = complaints(database);
  try {
    return {
      problems: [...problems, ...queueProblems(database)],
      entries: entryProblems(database),
      strays: strayRecords(database),
    };
  } catch (error) {
    // Records that cannot be read any more: the pages have been complained about.
    if (problems.length === 0) throw error;
    return { problems, entries: [], strays: 0 };
  }
}

function complaints(database: Database): readonly string[] {
  try {
    const said = database.prepare(`PRAGMA integrity_check(${COMPLAINTS_AT_MOST})`).pluck().all() as string[];
    return said.filter((each) => each !== 'ok');
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

const numbers = (states: readonly number[]): string => states.join(', ');
const both = (state: (typeof jobStates)[number]): readonly number[] => [
  stateNumber(state),
  stateNumber(state, 'batch'),
];
const inHand = numbers([...both('executing'), ...both('aborting')]);
/** Mail that is done is gone; a job may be kept. */
const everyState = numbers([
  ...jobStates.filter((each) => each !== 'retainedOnCompletion').map((each) => stateNumber(each)),
  ...jobStates.map((each) => stateNumber(each, 'batch')),
]);

export const strangeRecipients = "state NOT IN ('unsent', 'sent', 'retry', 'failed', 'expanded')";

/** Those that were submitted, and behind them those that lists and aliases added, without a gap. */
export const withoutARecipient = `
  SELECT entry FROM (
    SELECT entry, max(recipient) AS last, sum(recipient >= submitted) AS added, submitted FROM (
      SELECT r.entry, r.recipient, CASE json_valid(forward_paths) WHEN 1 THEN json_array_length(forward_paths) END AS submitted
        FROM recipient_states r JOIN entries USING (entry))
      GROUP BY entry)
    WHERE last >= submitted + added`;

/** Each query gives entries and what is wrong with them. The first that names an entry counts. */
const entryChecks: readonly { readonly sql: string; readonly isMendable?: true }[] = [
  {
    sql: `SELECT entry, 'its text is gone' FROM entries WHERE state < ${JOB_STATES} AND spool_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM texts WHERE texts.entry = entries.entry)`,
  },
  {
    sql: `SELECT entry, 'the beginning of its text is gone' FROM entries WHERE text_from IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM texts WHERE texts.entry = entries.entry)`,
  },
  {
    sql: `SELECT entry, 'its text has ' || length(text) || ' bytes, not ' || size_bytes FROM entries JOIN texts USING (entry)
      WHERE spool_id IS NULL AND length(text) <> size_bytes`,
  },
  {
    sql: `SELECT entry, 'nobody is named as recipient' FROM entries WHERE state < ${JOB_STATES}
      AND CASE json_valid(forward_paths) WHEN 1 THEN coalesce(json_array_length(forward_paths), 0) = 0 ELSE 1 END`,
  },
  {
    sql: `SELECT entry, 'its text belongs to another entry, too' FROM entries WHERE spool_id IN
      (SELECT spool_id FROM entries WHERE spool_id IS NOT NULL GROUP BY spool_id HAVING count(*) > 1)`,
  },
  {
    sql: `SELECT entry, 'what it is to do is gone' FROM entries LEFT JOIN batch_jobs USING (entry)
      WHERE state >= ${JOB_STATES} AND (job IS NULL OR NOT json_valid(job))`,
  },
  {
    sql: `SELECT entry, 'its queue ' || queue || ' is gone' FROM entries
      WHERE state >= ${JOB_STATES} AND queue NOT IN (SELECT name FROM queues)`,
  },
  {
    sql: `SELECT entry, 'its state is unknown' FROM entries WHERE state NOT IN (${everyState})`,
    isMendable: true,
  },
  {
    sql: `SELECT entry, 'it is in hand, and in nobody''s' FROM entries WHERE state IN (${inHand}) AND lease_owner IS NULL`,
    isMendable: true,
  },
  {
    sql: `SELECT entry, 'it is in the hands of ' || lease_owner || ', and is not' FROM entries
      WHERE state NOT IN (${inHand}) AND lease_owner IS NOT NULL`,
    isMendable: true,
  },
  {
    sql: `SELECT entry, 'it waits for no instant' FROM entries
      WHERE state IN (${numbers(both('holdingUntil'))}) AND after_time IS NULL`,
    isMendable: true,
  },
  {
    sql: `SELECT entry, 'a recipient is in no state there is' FROM entries
      WHERE entry IN (SELECT entry FROM recipient_states WHERE ${strangeRecipients})`,
    isMendable: true,
  },
  {
    sql: `SELECT entry, 'a recipient is missing' FROM entries WHERE entry IN (${withoutARecipient})`,
    isMendable: true,
  },
];

function entryProblems(database: Database): readonly EntryProblem[] {
  const found = new Map<number, EntryProblem>();
  for (const { sql, isMendable } of entryChecks) {
    for (const [entry, problem] of database.prepare(sql).raw().iterate() as Iterable<[number, string]>)
      if (!found.has(entry) && found.size < ENTRIES_AT_MOST)
        found.set(entry, { entry, problem, ...(isMendable === undefined ? {} : { isMendable }) });
  }
  return [...found.values()].sort((a, b) => a.entry - b.entry);
}

const queueChecks: readonly string[] = [
  `SELECT 'queue ' || name || ': its state ' || state || ' is unknown' FROM queues
     WHERE state NOT IN ('started', 'paused', 'stopping', 'resetting', 'stopped')`,
  `SELECT 'queue ' || name || ': what it is cannot be read' FROM queues
     WHERE properties IS NOT NULL AND NOT json_valid(properties)`,
  `SELECT 'queue ' || name || ' is assigned to ' || target || ', which is gone' FROM (
     SELECT name, json_extract(properties, '$.assignedTo') AS target FROM queues WHERE json_valid(properties))
     WHERE target NOT IN (SELECT name FROM queues)`,
  `SELECT 'queue ' || queues.name || ' passes its jobs on to ' || each.value || ', which is gone'
     FROM queues, json_each(CASE json_valid(properties) WHEN 1 THEN json_extract(properties, '$.targets') END) AS each
     WHERE each.value NOT IN (SELECT name FROM queues)`,
  `SELECT 'forms and characteristics cannot be read' FROM settings WHERE name = 'definitions' AND NOT json_valid(value)`,
];

const queueProblems = (database: Database): readonly string[] =>
  queueChecks.flatMap((sql) => database.prepare(sql).pluck().all() as string[]);

/** Tables whose records belong to an entry. */
export const tablesOfEntries = ['texts', 'recipient_states', 'batch_jobs'] as const;

const strayRecords = (database: Database): number =>
  tablesOfEntries.reduce((sum, table) => {
    const sql = `SELECT count(*) FROM ${table} WHERE entry NOT IN (SELECT entry FROM entries)`;
    return sum + (database.prepare(sql).pluck().get() as number);
  }, 0);
