import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newEntry, newJob } from '../../../../test/contract/queue-store/test-entries.ts';
import type { JobState } from '../../../ports/queue-manager.ts';
import type { EntryQuery } from '../../../ports/queue-store.ts';
import { EntrySearch, pendingConditions } from './entry-search.ts';
import { openQueueStore, SCHEMA_VERSION } from './index.ts';
import { migrate } from './schema.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'queue-store-'));
  file = join(directory, 'QMAN$MASTER.DAT');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Its text begins otherwise than its file. */
function begunOtherwise(entry: number) {
  const text = {
    kind: 'file',
    spoolId: `spool-${entry}`,
    sizeBytes: 90_000,
    beginning: { head: Buffer.from('x'), from: 9 },
  } as const;
  return newEntry(entry, { spoolId: text.spoolId, text, sizeBytes: text.sizeBytes });
}

test('a file that is no database is refused', () => {
  writeFileSync(file, 'this is not a database, and it is long enough to look like one '.repeat(20));
  expect(() => openQueueStore(file)).toThrow(/not a database/);
});

test('a file of a newer program is refused and left alone', () => {
  const database = new Sqlite(file);
  database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
  database.close();
  expect(() => openQueueStore(file)).toThrow(/format/);
});

test('a file of the first format opens: its mail and queues are as they were, and batch jobs fit in', async () => {
  const old = new Sqlite(file);
  migrate(old, 1);
  expect(old.pragma('user_version', { simple: true })).toBe(1);
  old.exec(`
    INSERT INTO queues VALUES ('TCPIP$SMTP_HEARTS_00', 'genericServer', 'stopped', 1);
    INSERT INTO settings VALUES ('nextEntry', 8);
    INSERT INTO entries VALUES (7, 'id-7', 'TCPIP$SMTP_HEARTS_00', 'job_7', 'JONES', NULL, 'smith@host.example', NULL, NULL,
      1000, 4, NULL, 0, 100, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, '["green@node.example"]');
    INSERT INTO texts VALUES (7, x'74657874');`);
  old.close();
  const store = openQueueStore(file);
  await store.commit([{ kind: 'addJob', job: newJob(8) }]);
  expect(await store.queues()).toEqual([
    { name: 'TCPIP$SMTP_HEARTS_00', kind: 'genericServer', state: 'stopped', closed: true },
  ]);
  expect((await store.find({ limit: 9 })).entries).toMatchObject([
    { entry: 7, reversePath: 'smith@host.example', state: 'pending' },
    { entry: 8, batch: { files: ['DKA0:[JONES]A.COM;1'] } },
  ]);
  const claim = { limit: 9, bytes: 9_999, suspects: 0, owner: 'HEARTS/1', until: 1 };
  const [claimed, ...others] = await store.commit([], claim);
  expect(claimed).toMatchObject({ entry: 7, recipients: [{ forwardPath: 'green@node.example' }] });
  expect(others).toEqual([]);
  await store.close();
});

test('a file of the second format opens with its batch jobs, and knows submission keys from now on', async () => {
  const old = new Sqlite(file);
  migrate(old, 2);
  old.exec(`
    INSERT INTO entries VALUES (8, 'id-8', 'SYS$BATCH', 'POLL', 'JONES', NULL, '', NULL, NULL,
      1000, 4, NULL, 16, 100, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, '[]');
    INSERT INTO batch_jobs VALUES (8, '{"files":["DKA0:[JONES]A.COM;1"]}');`);
  old.close();
  const store = openQueueStore(file);
  expect((await store.find({ kind: 'batch', limit: 9 })).entries).toMatchObject([
    { entry: 8, batch: { files: ['DKA0:[JONES]A.COM;1'] } },
  ]);
  const key = { entry: 7, entryId: 'id-7', procedure: 'TICKETS' };
  await store.commit([{ kind: 'addJob', job: newJob(9), submissionKey: key }]);
  expect(await store.submittedJob(key)).toBe(9);
  await store.close();
});

test('a submission key outlives a restart with its mail, and not without it', async () => {
  const keys = [1, 2].map((entry) => ({ entry, entryId: `id-${entry}`, procedure: 'TICKETS' }));
  const store = openQueueStore(file);
  await store.commit([
    { kind: 'add', entry: newEntry(1, { entryId: 'id-1' }) },
    { kind: 'addJob', job: newJob(3), submissionKey: keys[0] },
    // Its mail was deleted while the job was on its way.
    { kind: 'addJob', job: newJob(4), submissionKey: keys[1] },
  ]);
  await store.close();
  const again = openQueueStore(file);
  expect(await Promise.all(keys.map((key) => again.submittedJob(key)))).toEqual([3, undefined]);
  await again.commit([{ kind: 'remove', entry: 1 }]);
  expect(await again.submittedJob(keys[0]!)).toBeUndefined();
  await again.close();
});

test('a file of the second format opens: what is pending is claimed, retries after what is new', async () => {
  const old = new Sqlite(file);
  migrate(old, 2);
  const insert = old.prepare(`
    INSERT INTO entries VALUES (?, ?, 'TCPIP$SMTP_HEARTS_00', 'job', 'JONES', NULL, 'smith@host.example', NULL, NULL,
      1000, 4, NULL, 0, 100, NULL, NULL, NULL, NULL, NULL, NULL, 0, ?, '["green@node.example"]')`);
  for (const [entry, attempt] of [
    [7, 2],
    [8, 0],
  ])
    insert.run(entry, `id-${entry}`, attempt);
  old.close();
  const store = openQueueStore(file);
  expect(await store.counts()).toMatchObject({ pending: 2 });
  const claim = { limit: 2, bytes: 9_999, suspects: 0, owner: 'HEARTS/1', until: 1 };
  expect((await store.commit([], claim)).map(({ entry }) => entry)).toEqual([8, 7]);
  await store.close();
});

test('a file of the fifth format opens: its texts are as they were, and some may begin otherwise from now on', async () => {
  const old = new Sqlite(file);
  migrate(old, 5);
  const insert = old.prepare(`
    INSERT INTO entries VALUES (?, ?, 'TCPIP$SMTP_HEARTS_00', 'job', 'JONES', NULL, 'smith@host.example', NULL, NULL,
      1000, ?, ?, 0, 100, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, '["green@node.example"]', NULL)`);
  insert.run(7, 'id-7', 4, null);
  insert.run(8, 'id-8', 100_000, 'long');
  old.exec("INSERT INTO texts VALUES (7, x'74657874')");
  old.close();
  const store = openQueueStore(file);
  const entry = begunOtherwise(9);
  await store.commit([{ kind: 'add', entry }]);
  const texts = [
    { kind: 'inline', bytes: Buffer.from('text') },
    { kind: 'file', spoolId: 'long', sizeBytes: 100_000 },
    entry.text,
  ];
  expect(await Promise.all([7, 8, 9].map((entry) => store.text(entry)))).toEqual(texts);
  const claim = { limit: 9, bytes: 9_999, suspects: 0, owner: 'HEARTS/1', until: 1 };
  expect((await store.commit([], claim)).map((each) => each.text)).toEqual(texts);
  await store.close();
});

test('a text whose beginning is lost is damaged: its file alone is nothing that was accepted', async () => {
  const store = openQueueStore(file);
  await store.commit([{ kind: 'add', entry: begunOtherwise(1) }]);
  const other = new Sqlite(file);
  other.exec('DELETE FROM texts');
  other.close();
  expect(await store.text(1)).toBeUndefined();
  const claim = { limit: 9, bytes: 9_999, suspects: 0, owner: 'HEARTS/1', until: 1 };
  expect(await store.commit([], claim)).toMatchObject([
    { entry: 1, damage: 'the beginning of its text is gone' },
  ]);
  await store.close();
});

test('a full device is RMS-F-FUL, nothing of the commit stands, and the next one succeeds', async () => {
  const store = openQueueStore(file);
  const other = new Sqlite(file);
  await store.commit([{ kind: 'add', entry: newEntry(1) }]);
  const text = { kind: 'inline', bytes: Buffer.alloc(60_000) } as const;
  const changes = Array.from({ length: 100 }, (_, index) => ({
    kind: 'add' as const,
    entry: newEntry(index + 2, { text }),
  }));
  // A page limit is SQLite's own full device; it counts for the connection that sets it.
  const limited = openQueueStore(file, { pagesAtMost: 60 });
  await expect(limited.commit(changes)).rejects.toMatchObject({ ident: 'FUL' });
  expect((await limited.find({ limit: 10 })).entries).toHaveLength(1);
  await limited.commit([{ kind: 'add', entry: newEntry(2) }]);
  expect(await limited.counts()).toMatchObject({ pending: 2 });
  other.close();
  await limited.close();
  await store.close();
});

test('the file belongs to its owner, writes ahead, and waits for the disk', async () => {
  const store = openQueueStore(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const other = new Sqlite(file);
  expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
  other.close();
  await store.close();
});

test('a commit survives without a close', async () => {
  const store = openQueueStore(file);
  await store.commit([{ kind: 'add', entry: newEntry(1) }]);
  const next = openQueueStore(file);
  expect((await next.find({ limit: 10 })).entries).toHaveLength(1);
  await next.close();
  await store.close();
});

test('a long queue: counts, claims and the next release use their indexes', async () => {
  const store = openQueueStore(file);
  const many = 20_000;
  await store.commit(
    Array.from({ length: many }, (_, index) => ({
      kind: 'add' as const,
      entry: newEntry(index + 1, index % 2 === 0 ? {} : { state: 'holdingUntil', after: index }),
    })),
  );
  await store.close();
  const database = new Sqlite(file);
  const plan = (sql: string): string =>
    (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map((row) => row.detail)
      .join('; ');
  expect(plan('SELECT min(after_time) FROM entries WHERE state = 3')).toContain('entries_timed');
  for (const [index, which] of ['entries_fresh', 'entries_again', 'entries_suspect'].entries()) {
    const condition = pendingConditions[index]!;
    expect(plan(`SELECT count(*) FROM entries WHERE ${condition}`)).toContain(which);
    const next = plan(
      `SELECT * FROM entries WHERE ${condition} ORDER BY priority DESC, submitted_at, entry LIMIT 5`,
    );
    expect(next).toContain(which);
    expect(next).not.toContain('TEMP B-TREE');
  }
  expect(plan('SELECT min(submitted_at) FROM entries WHERE state = 3')).toContain(
    'COVERING INDEX entries_timed',
  );
  expect(plan('SELECT entry FROM entries WHERE state IN (1, 5)')).toContain('entries_leased');
  database.close();
});

test('whatever is looked for, no look sorts or reads the whole queue', async () => {
  const store = openQueueStore(file);
  await store.commit(
    Array.from({ length: 3_000 }, (_, index) => ({
      kind: 'add' as const,
      entry: newEntry(index + 1, index % 2 === 0 ? {} : { state: 'holdingUntil', after: index }),
    })),
  );
  await store.close();
  const database = new Sqlite(file);
  const asked = new Set<string>();
  const watched = {
    prepare(sql: string) {
      asked.add(sql);
      return database.prepare(sql);
    },
  };
  const search = new EntrySearch(watched as never, '*', () => '{}');
  const states: JobState[] = [
    'pending',
    'executing',
    'holding',
    'holdingUntil',
    'retainedOnError',
    'aborting',
  ];
  for (const query of [
    {},
    { kind: 'mail' },
    { kind: 'batch' },
    { states },
    ...states.map((state) => ({ states: [state] })),
    { userName: 'JONES' },
    { userName: 'TCPIP$SMTP', states: ['holding'] },
    { entries: [1, 2, 3] },
    { jobName: 'JOB' },
    { destination: '*.example' },
    { destination: 'far.example', states: ['holdingUntil'], kind: 'mail', afterEntry: 1_000 },
  ] satisfies Partial<EntryQuery>[])
    search.find({ ...query, limit: 500 });
  for (const sql of asked) {
    const values = [...sql.matchAll(/\?/g)].map(() => '1');
    const plan = (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]).map(
      ({ detail }) => detail,
    );
    // Of an index of few, all may be read: of one that holds a state; never of the entries as such.
    expect(
      plan.filter((each) => /^SCAN (?!json_each|\(subquery)/.test(each) && !/USING/.test(each)),
      sql,
    ).toEqual([]);
    expect(
      plan.filter((each) => each.includes('TEMP B-TREE')),
      sql,
    ).toEqual([]);
  }
  database.close();
});
