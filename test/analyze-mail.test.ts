/**
 * ANALYZE MAIL on a node that runs, and whose queue somebody breaks: spooled texts that are gone, short or left over, records that
 * contradict each other, what the queue manager believes. Each is reported, and after /REPAIR nothing is.
 */
import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeRoot } from '../src/images/node-root.ts';
import { type Fixture, startFixture } from './support/node-fixture.ts';

let node: Fixture;
let spool: string;

beforeEach(async () => {
  node = await startFixture(['JONES']);
  spool = nodeRoot(node.root).spoolDirectory;
});
afterEach(() => node[Symbol.asyncDispose]());

const text = 'From: jones\r\nSubject: Held\r\n\r\nHello\r\n';

/** It waits, for ever. */
async function held(): Promise<number> {
  const { entry } = await node.node.queueManager.submit({
    envelope: { reversePath: 'jones@hearts.example', forwardPaths: ['jones@hearts.example'] },
    text: { kind: 'inline', bytes: Buffer.from(text) },
    userName: 'JONES',
    hold: true,
  });
  return entry;
}

/** The same with a text of 80,000 bytes in the spool. @returns entry and file */
async function heldAndSpooled(): Promise<readonly [number, string]> {
  const before = readdirSync(spool);
  writeFileSync(join(node.root, 'JONES', 'LONG.TXT'), `${'All work and no play.\n'.repeat(4_000)}`);
  await node.dcl('SYSTEM', '$ STOP/QUEUE/NEXT TCPIP$SMTP_HEARTS_01\n');
  await node.dcl('JONES', '$ MAIL LONG.TXT "jones@hearts.example"\n');
  const [entry] = await node.node.queueManager.entries({ states: ['pending'] }, system);
  await node.dcl('SYSTEM', `$ SET ENTRY ${entry!.entry}/HOLD\n$ START/QUEUE TCPIP$SMTP_HEARTS_01\n`);
  const added = readdirSync(spool).filter((name) => !before.includes(name));
  expect(added.length).toBe(1);
  return [entry!.entry, join(spool, added[0]!)];
}

const system = { userName: 'SYSTEM', privileges: ['OPER', 'SYSPRV'] };

/** What it reports, without what it says every time. */
async function reported(qualifiers = '', answers = ''): Promise<readonly string[]> {
  const shown = await node.dcl('SYSTEM', `$ TCPIP ANALYZE MAIL${qualifiers}\n${answers}`);
  expect(shown).toContain('%TCPIP-I-ANA_COMPLE, ANALYZE completed on node HEARTS');
  return shown
    .trim()
    .split('\n')
    .filter((line) => !/ANA_(RUNING|COMPLE|FEPAIR)|-I-ANA_\w+, \w+ 0 /.test(line));
}

function breakQueue(sql: string): void {
  const database = new Sqlite(nodeRoot(node.root).queueDatabase);
  database.exec(sql);
  database.close();
}

test('a text that is gone, a text that is short, and one too many', async () => {
  const [gone, goneFile] = await heldAndSpooled();
  const [short, shortFile] = await heldAndSpooled();
  const kept = await held();
  rmSync(goneFile);
  truncateSync(shortFile, 70_000);
  // Named after its instant: two days old.
  const orphan = `${(Date.now() - 2 * 86_400_000).toString(36).padStart(9, '0')}-0123456789ab`;
  writeFileSync(join(spool, `${orphan}.MAI`), 'left over');
  writeFileSync(join(spool, 'NOTES.TXT'), 'what is this?');
  const report = [
    '%TCPIP-I-ANA_NOENTR, no queue entry found for file',
    ` _HEARTS$DKA0:[TCPIP$SMTP.SPOOL]${orphan.toUpperCase()}.MAI;1`,
    `%TCPIP-W-ANA_BADENTR, queue entry ${gone} is damaged: its text is gone`,
    expect.stringMatching(
      new RegExp(
        `^%TCPIP-W-ANA_BADENTR, queue entry ${short} is damaged: its text has 70000 bytes, not \\d{5}$`,
      ),
    ),
    '%TCPIP-I-ANA_FILNOQ, found 1 files with no queue entries',
    '%TCPIP-I-ANA_NONCFF, found 1 non-unknown files in Postmaster directory',
    '%TCPIP-I-ANA_FILCOR, found 2 corrupted CF files in Postmaster directory',
  ];
  expect(await reported()).toEqual(report);
  expect(await reported('/REPAIR=BEFORE=YESTERDAY/DELETE=SINCE=TODAY')).toEqual(report);
  await reported('/REPAIR=SINCE=TODAY/DELETE=BEFORE=TODAY');
  expect(await reported()).toEqual([
    '%TCPIP-I-ANA_NONCFF, found 1 non-unknown files in Postmaster directory',
  ]);
  expect((await node.node.queueManager.entries({}, system)).map(({ entry }) => entry)).toEqual([kept]);
}, 30_000);

test('records that contradict each other: what can go on goes on, what cannot is deleted', async () => {
  const [first, second, third, fourth] = [await held(), await held(), await held(), await held()];
  breakQueue(`
    DELETE FROM texts WHERE entry = ${first};
    UPDATE entries SET state = 1 WHERE entry = ${second};
    UPDATE entries SET state = 9 WHERE entry = ${third};
    INSERT INTO texts VALUES (99, x'00');
    INSERT INTO recipient_states (entry, recipient, forward_path, state, attempts) VALUES (98, 0, 'a@b', 'unsent', 0)`);
  const report = [
    `%TCPIP-W-ANA_BADENTR, queue entry ${first} is damaged: its text is gone`,
    `%TCPIP-W-ANA_BADENTR, queue entry ${second} is damaged: it is in hand, and in nobody's`,
    `%TCPIP-W-ANA_BADENTR, queue entry ${third} is damaged: its state is unknown`,
    `%TCPIP-W-ANA_ADRIFT, queue entry ${second} is in nobody's hands`,
    '%TCPIP-W-ANA_COUNTS, entries are counted wrong, executing: 0 instead of 1',
    '%TCPIP-W-ANA_COUNTS, entries are counted wrong, holding: 4 instead of 2',
    '%TCPIP-W-ANA_STRAYS, found 2 records without a queue entry',
    '%TCPIP-I-ANA_FILCOR, found 3 corrupted CF files in Postmaster directory',
  ];
  expect(await reported()).toEqual(report);
  // Nothing happens without a Y.
  expect(await reported('/REPAIR/CONFIRM', 'N\nN\n')).toEqual(expect.arrayContaining(report));
  expect(await reported()).toEqual(report);
  expect(await reported('/REPAIR')).toEqual([
    ...report.slice(0, 7),
    '%TCPIP-I-ANA_MENDED, mended QMAN$MASTER.DAT',
    '%TCPIP-I-ANA_DELQEN, deleted 1 queue entries',
    '%TCPIP-I-ANA_FILCOR, found 3 corrupted CF files in Postmaster directory',
  ]);
  await node.queueIsEmpty();
  expect(await reported()).toEqual([]);
  // Two of them went to JONES.
  expect((await node.node.queueManager.entries({}, system)).map(({ entry }) => entry)).toEqual([fourth]);
  expect(await node.mail('JONES', 'DIRECTORY\n')).toMatch(/ 1 .* 2 /s);
});

test('mail whose text is gone when its turn comes is kept for the operator, and nobody gets an empty message', async () => {
  const [damaged, whole] = [await held(), await held()];
  breakQueue(`DELETE FROM texts WHERE entry = ${damaged}`);
  await node.dcl('SYSTEM', `$ SET ENTRY ${damaged},${whole}/RELEASE\n`);
  await node.queueIsEmpty();
  expect(await node.node.queueManager.entries({}, system)).toMatchObject([
    { entry: damaged, state: 'retainedOnError', errorText: 'its text is gone' },
  ]);
  expect(await node.mail('JONES', 'SHOW NEW_MAIL_COUNT\n')).toContain('You have 1 new message.');
  await reported('/REPAIR');
  expect(await reported()).toEqual([]);
});

test('an index that is broken is reported, and rebuilt by /REPAIR', async () => {
  await held();
  const database = new Sqlite(nodeRoot(node.root).queueDatabase);
  database.unsafeMode().pragma('writable_schema = ON');
  const schema = (sql: string): string =>
    `UPDATE sqlite_schema SET sql = '${sql}' WHERE name = 'entries_holding'; PRAGMA writable_schema = RESET; PRAGMA writable_schema = ON`;
  database.exec(schema('CREATE INDEX entries_holding ON entries (state) WHERE state = 4'));
  database.exec('REINDEX entries_holding');
  database.exec(schema('CREATE INDEX entries_holding ON entries (state) WHERE state = 2'));
  database.close();
  expect((await reported()).join('\n')).toMatch(/ANA_BADFILE, .*entries_holding/);
  await reported('/REPAIR');
  expect(await reported()).toEqual([]);
});
