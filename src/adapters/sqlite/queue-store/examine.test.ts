/** Files broken on purpose: what is said of each, and what is left of it when it has been mended. */
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newEntry, newJob } from '../../../../test/contract/queue-store/test-entries.ts';
import type { QueueStore, StoredQueue } from '../../../ports/queue-store.ts';
import { examineQueueFile, openQueueStore } from './index.ts';

let directory: string;
let file: string;
let store: QueueStore;

const queue = (name: string, more: object = {}): StoredQueue =>
  ({ name, kind: 'batch', state: 'started', closed: false, properties: more }) as StoredQueue;
const spooled = { kind: 'file', spoolId: 'a', sizeBytes: 100_000 } as const;
const headed = { ...spooled, spoolId: 'b', beginning: { head: Buffer.from('x'), from: 9 } };
const lease = { owner: 'HEARTS/1', until: 9e15, attempt: 1 };

/** One entry in each state there is, all of it as it should be. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'examine-'));
  file = join(directory, 'QMAN$MASTER.DAT');
  store = openQueueStore(file);
  await store.commit([
    { kind: 'queue', queue: queue('SYS$BATCH') },
    { kind: 'queue', queue: queue('OTHER', { assignedTo: 'SYS$BATCH', targets: ['SYS$BATCH'] }) },
    { kind: 'add', entry: newEntry(1) },
    { kind: 'add', entry: newEntry(2, { spoolId: 'a', text: spooled, sizeBytes: 100_000 }) },
    { kind: 'add', entry: newEntry(9, { spoolId: 'b', text: headed, sizeBytes: 100_000 }) },
    { kind: 'add', entry: newEntry(3, { state: 'holdingUntil', after: 5 }) },
    { kind: 'add', entry: newEntry(4, { state: 'executing', lease }) },
    { kind: 'add', entry: newEntry(5, { state: 'retainedOnError', errorText: 'x' }) },
    {
      kind: 'recipients',
      entry: 3,
      recipients: [
        { index: 1, forwardPath: 'green@node.example', state: 'expanded', attempts: 1 },
        { index: 2, forwardPath: 'a@node.example', state: 'retry', attempts: 1, nextAttempt: 5 },
        { index: 3, forwardPath: 'b@node.example', state: 'unsent', attempts: 0 },
      ],
    },
    { kind: 'addJob', job: newJob(6) },
    { kind: 'addJob', job: newJob(7, { state: 'executing', lease }) },
    { kind: 'addJob', job: newJob(8, { state: 'retainedOnCompletion' }) },
  ]);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const whole = { problems: [], entries: [], strays: 0 };

test('a file that is whole has no problems, while its queue manager has it open', () => {
  expect(examineQueueFile(file)).toEqual(whole);
});

/** Behind the back of the store. */
function breakIt(sql: string): void {
  const database = new Sqlite(file);
  database.unsafeMode().pragma('writable_schema = ON');
  database.exec(sql);
  database.close();
}

const everybody = 'UPDATE entries SET forward_paths';

describe('an entry', () => {
  test.each<[string, number, string, boolean]>([
    ['DELETE FROM texts WHERE entry = 1', 1, 'its text is gone', false],
    ["UPDATE texts SET text = x'00' WHERE entry = 1", 1, 'its text has 1 bytes, not 4', false],
    ['DELETE FROM texts WHERE entry = 9', 9, 'the beginning of its text is gone', false],
    [`${everybody} = '["a@b' WHERE entry = 1`, 1, 'nobody is named as recipient', false],
    [`${everybody} = '[]' WHERE entry = 1`, 1, 'nobody is named as recipient', false],
    [`${everybody} = '7' WHERE entry = 1`, 1, 'nobody is named as recipient', false],
    ["UPDATE entries SET spool_id = 'a' WHERE entry = 5", 2, 'its text belongs to another entry, too', false],
    ['DELETE FROM batch_jobs WHERE entry = 6', 6, 'what it is to do is gone', false],
    ["UPDATE batch_jobs SET job = '{' WHERE entry = 6", 6, 'what it is to do is gone', false],
    ["UPDATE entries SET queue = 'GONE' WHERE entry = 8", 8, 'its queue GONE is gone', false],
    ['UPDATE entries SET state = 9 WHERE entry = 1', 1, 'its state is unknown', true],
    ['UPDATE entries SET state = 6 WHERE entry = 1', 1, 'its state is unknown', true],
    ['UPDATE entries SET lease_owner = NULL WHERE entry = 4', 4, "it is in hand, and in nobody's", true],
    ['UPDATE entries SET state = 0 WHERE entry = 4', 4, 'it is in the hands of HEARTS/1, and is not', true],
    ['UPDATE entries SET after_time = NULL WHERE entry = 3', 3, 'it waits for no instant', true],
    [
      "UPDATE recipient_states SET state = 'x' WHERE recipient = 1",
      3,
      'a recipient is in no state there is',
      true,
    ],
    ['DELETE FROM recipient_states WHERE recipient = 2', 3, 'a recipient is missing', true],
  ])('%s', (sql, entry, problem, isMendable) => {
    breakIt(sql);
    const { entries, ...others } = examineQueueFile(file);
    expect(entries).toContainEqual({ entry, problem, ...(isMendable ? { isMendable } : {}) });
    expect(others).toEqual({ problems: [], strays: 0 });
  });
});

test.each([
  ["UPDATE recipient_states SET state = 'x' WHERE recipient = 1"],
  ["UPDATE recipient_states SET state = 'x' WHERE recipient = 2"],
  ['DELETE FROM recipient_states WHERE recipient = 2'],
])('recipients are mended: %s', async (sql) => {
  breakIt(sql);
  expect(await store.mendRecords()).toBe(0);
  expect(examineQueueFile(file)).toEqual(whole);
  expect((await store.recipients(3)).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
});

test('records of no entry are counted, and removed', async () => {
  breakIt('DELETE FROM entries WHERE entry IN (1, 3, 6)');
  expect(examineQueueFile(file)).toEqual({ ...whole, strays: 6 });
  expect(await store.mendRecords()).toBe(6);
  expect(examineQueueFile(file)).toEqual(whole);
});

describe('a queue', () => {
  test.each([
    ["UPDATE queues SET state = 'x' WHERE name = 'OTHER'", 'queue OTHER: its state x is unknown'],
    ["UPDATE queues SET properties = '{' WHERE name = 'OTHER'", 'queue OTHER: what it is cannot be read'],
    [
      `UPDATE queues SET properties = '{"assignedTo":"GONE"}' WHERE name = 'OTHER'`,
      'queue OTHER is assigned to GONE, which is gone',
    ],
    [
      `UPDATE queues SET properties = '{"targets":["GONE"]}' WHERE name = 'OTHER'`,
      'queue OTHER passes its jobs on to GONE, which is gone',
    ],
    ["INSERT INTO settings VALUES ('definitions', '{')", 'forms and characteristics cannot be read'],
  ])('%s', (sql, problem) => {
    breakIt(sql);
    expect(examineQueueFile(file)).toEqual({ ...whole, problems: [problem] });
  });
});

test('an index that has lost an entry is complained about, and rebuilt', async () => {
  await store.close();
  breakIt(`
    CREATE TABLE aside AS SELECT sql FROM sqlite_schema WHERE name = 'entries_retained';
    UPDATE sqlite_schema SET sql = 'CREATE INDEX entries_retained ON entries (state) WHERE state = 3' WHERE name = 'entries_retained'`);
  breakIt('REINDEX entries_retained');
  breakIt(`
    UPDATE sqlite_schema SET sql = (SELECT sql FROM aside) WHERE name = 'entries_retained'; DROP TABLE aside`);
  store = openQueueStore(file);
  expect(examineQueueFile(file).problems.join()).toContain('entries_retained');
  await store.rebuildIndexes();
  expect(examineQueueFile(file)).toEqual(whole);
});

test('pages that are overwritten are complained about, whatever can still be read', async () => {
  await store.close();
  const descriptor = openSync(file, 'r+');
  for (let page = 2; page < 12; page += 1)
    writeSync(descriptor, Buffer.alloc(4096, 0xaa), 0, 4096, page * 4096);
  const { problems } = examineQueueFile(file);
  expect(problems.length).toBeGreaterThan(0);
  rmSync(file);
  store = openQueueStore(file);
});

test('what is no database is said to be none; what is not there is told by its name', async () => {
  const other = join(directory, 'OTHER.DAT');
  expect(() => examineQueueFile(other)).toThrow(other);
  writeFileSync(other, 'this is not a database, and it is long enough to look like one '.repeat(20));
  expect(examineQueueFile(other).problems.join()).toMatch(/not a database/);
});

test('a claim says of an entry that it is damaged, and gives the others', async () => {
  breakIt(`DELETE FROM texts WHERE entry = 1; ${everybody} = '[' WHERE entry = 2`);
  const claimed = await store.commit([], {
    limit: 10,
    bytes: 1e9,
    suspects: 0,
    owner: 'HEARTS/1',
    until: 9e15,
  });
  expect(claimed.map(({ entry, damage }) => [entry, damage])).toEqual([
    [1, 'its text is gone'],
    [2, 'nobody is named as recipient'],
    [9, undefined],
  ]);
});

test('a job that cannot be read is retained on error, and the others are read', async () => {
  breakIt("UPDATE batch_jobs SET job = '{' WHERE entry = 6");
  const { entries } = await store.find({ kind: 'batch', limit: 10 });
  expect(entries.map(({ entry, state }) => [entry, state])).toEqual([
    [6, 'retainedOnError'],
    [7, 'executing'],
    [8, 'retainedOnCompletion'],
  ]);
});
