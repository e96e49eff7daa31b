/**
 * Looking for entries in a queue of any length: what an index answers is read by it, everything else stretch by stretch, so
 * that no look takes longer than reading WINDOW rows, and mail that arrives never waits for a list.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { JobState } from '../../../ports/queue-manager.ts';
import type { EntryPage, EntryQuery } from '../../../ports/queue-store.ts';
import { type EntryRow, JOB_STATES, stateNumber, storedEntry } from './rows.ts';

/** Entry numbers looked at at a time. */
const WINDOW = 4_000;
/** So few entries of a state are sorted by entry number each time; beyond it the whole queue is walked through. */
const FEW = 1_000;

/** The states with an index in which entries stand by number. */
const walked: readonly JobState[] = ['pending', 'holdingUntil'];

interface Clause {
  readonly sql: string;
  readonly values?: readonly unknown[];
}

export class EntrySearch {
  readonly #database: Database;
  readonly #columns: string;
  /** The carried text of a batch job. */
  readonly #job: (entry: number) => string;
  /** By their text: there are few, and what a statement takes of memory no collector knows of. */
  readonly #statements = new Map<string, Statement>();

  constructor(database: Database, columns: string, job: (entry: number) => string) {
    this.#database = database;
    this.#columns = columns;
    this.#job = job;
  }

  find(query: EntryQuery): EntryPage {
    const clauses = clausesOf(query);
    if (query.entries !== undefined) return this.#page(query, [...clauses, ...statesClause(query)]);
    const isByUser = query.userName !== undefined && query.userName !== 'TCPIP$SMTP';
    if (isByUser) return this.#page(query, [...clauses, ...statesClause(query)]);
    if (query.states === undefined)
      return query.kind === 'batch' ? this.#page(query, clauses) : this.#walk(query, clauses);
    const isIndexed =
      query.destination === undefined && query.states.every((state) => this.#hasOrder(state, query));
    return isIndexed
      ? this.#byState(query, query.states, clauses)
      : this.#walk(query, [...clauses, ...statesClause(query)]);
  }

  /** By entry number within the state; or there are so few that sorting them is nothing. */
  #hasOrder(state: JobState, { kind }: EntryQuery): boolean {
    if (kind === 'batch' || !walked.includes(state)) return true;
    const conditions = conditionsOf(state, 'mail');
    return conditions.every((condition) => {
      const few = `SELECT count(*) FROM (SELECT 1 FROM entries WHERE ${condition} LIMIT ${FEW + 1})`;
      return (this.#statement(few).pluck().get() as number) <= FEW;
    });
  }

  /** State by state: each has its partial indexes, a list of states has none. */
  #byState(query: EntryQuery, states: readonly JobState[], clauses: readonly Clause[]): EntryPage {
    const kinds = query.kind === undefined ? (['mail', 'batch'] as const) : [query.kind];
    const entries = kinds
      .flatMap((kind) => states.flatMap((state) => conditionsOf(state, kind)))
      .flatMap((condition) => this.#page(query, [...clauses, { sql: condition }]).entries)
      .sort((a, b) => a.entry - b.entry)
      .slice(0, query.limit);
    return { entries, last: entries.length < query.limit ? undefined : entries.at(-1)?.entry };
  }

  /** The next stretch of entry numbers in use; those after it that are not are jumped over. */
  #walk(query: EntryQuery, clauses: readonly Clause[]): EntryPage {
    const after = query.afterEntry ?? 0;
    const end = after + WINDOW;
    const window = [
      { sql: 'entry <= ?', values: [end] },
      ...clauses,
      ...destinationClause(query, after, end),
    ];
    const { entries, last } = this.#page(query, window);
    if (last !== undefined) return { entries, last };
    const next = this.#statement('SELECT entry FROM entries WHERE entry > ? ORDER BY entry LIMIT 1')
      .pluck()
      .get(end) as number | undefined;
    return { entries, last: next === undefined ? undefined : next - 1 };
  }

  #page(query: EntryQuery, clauses: readonly Clause[]): EntryPage {
    const where = [{ sql: 'entry > ?', values: [query.afterEntry ?? 0] }, ...clauses];
    const sql = `SELECT ${this.#columns} FROM entries WHERE ${where.map(({ sql }) => sql).join(' AND ')} ORDER BY entry LIMIT ?`;
    const values = where.flatMap(({ values = [] }) => values);
    const rows = this.#statement(sql).all(...values, query.limit) as EntryRow[];
    const entries = rows.map((row) =>
      storedEntry(row, row.state < JOB_STATES ? undefined : this.#job(row.entry)),
    );
    return { entries, last: entries.length < query.limit ? undefined : entries.at(-1)?.entry };
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** What of the query is not about states, nor about the destination. */
function clausesOf({ entries, kind, userName, jobName }: EntryQuery): Clause[] {
  return [
    ...(entries === undefined
      ? []
      : [{ sql: 'entry IN (SELECT value FROM json_each(?))', values: [JSON.stringify(entries)] }]),
    ...(kind === undefined
      ? []
      : [{ sql: kind === 'batch' ? `state >= ${JOB_STATES}` : `state < ${JOB_STATES}` }]),
    ...(userName === undefined
      ? []
      : [
          {
            sql: `user_name = ?${userName === 'TCPIP$SMTP' ? '' : " AND user_name <> 'TCPIP$SMTP'"}`,
            values: [userName],
          },
        ]),
    ...(jobName === undefined ? [] : [{ sql: 'job_name = ?', values: [jobName] }]),
  ];
}

/** One for each partial index. Literal numbers, so that they apply. */
function conditionsOf(state: JobState, kind: 'mail' | 'batch'): string[] {
  const number = stateNumber(state, kind);
  if (kind === 'batch') return [`state = ${number} AND state >= ${JOB_STATES}`];
  if (state === 'executing' || state === 'aborting') return [`state = ${number} AND state IN (1, 5)`];
  if (state !== 'pending') return [`state = ${number}`];
  return pendingConditions;
}

/** The three lists of pending mail: those nobody had in hand, those that come again, those a symbiont died of. */
export const pendingConditions = [
  'state = 0 AND symbiont_deaths = 0 AND attempt = 0',
  'state = 0 AND symbiont_deaths = 0 AND attempt > 0',
  'state = 0 AND symbiont_deaths > 0',
];

/** The unary plus keeps the indexes of states out: entries are read by number. */
function statesClause({ states, kind }: EntryQuery): Clause[] {
  if (states === undefined) return [];
  const kinds = kind === undefined ? (['mail', 'batch'] as const) : [kind];
  const numbers = kinds.flatMap((each) => states.map((state) => stateNumber(state, each)));
  return [{ sql: `+state IN (${numbers.join(', ')})` }];
}

/** Both places where a forward-path can stand; each entry that is found is looked at again by whoever asked. */
function destinationClause({ destination }: EntryQuery, after: number, end: number): Clause[] {
  if (destination === undefined) return [];
  const ofMail = { sql: `state < ${JOB_STATES}` };
  // Without a domain a recipient is in '', and other characters may be written otherwise in the JSON.
  if (!/^[a-z0-9.*%_[\]:-]*[a-z0-9._[\]:-][a-z0-9.*%_[\]:-]*$/i.test(destination)) return [ofMail];
  const like = destination.replaceAll('_', '\\_').replaceAll('%', '_').replaceAll('*', '%');
  return [
    ofMail,
    {
      sql: `(forward_paths LIKE ? ESCAPE '\\' OR entry IN
        (SELECT entry FROM recipient_states WHERE entry > ? AND entry <= ? AND forward_path LIKE ? ESCAPE '\\'))`,
      values: [`%@${like}"%`, after, end, `%@${like}`],
    },
  ];
}
