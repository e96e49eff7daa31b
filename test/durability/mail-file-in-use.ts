/**
 * One mail file used by everybody at once, as real processes on a real database: two sessions of `vmsmail mail` read, move,
 * delete and purge, an IMAP server (as far as the store sees one) sets flags, moves, copies and removes, and mail is
 * delivered as fast as it goes. All the while counts are held against the rows; in the end every message is accounted
 * for. `npm run torture -- mail-file --seconds 60`.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import { DEFAULT_MAIL_FILE } from '../../src/ports/mail-store.ts';
import { COPIES, type Written } from '../support/mail-file-writer.ts';
import { COMMAND, createProcessNode, run } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';

export interface InUseReport {
  readonly delivered: number;
  readonly standing: number;
  readonly copied: number;
  readonly removed: number;
  readonly purged: number;
  /** Subjects that stand in the mail file more than once, copies aside. */
  readonly twice: number;
  /** delivered + copied - standing - removed - purged. */
  readonly lost: number;
  readonly checks: number;
  /** What was wrong with the counts, or said by somebody who should not have said it. */
  readonly problems: readonly string[];
  readonly slowestMs: number;
}

/** What a session may be told while others use the same mail file. */
const expected = new Set(
  'SELECTED NOMOREMSG NOMSGS NONEWMAIL DELMSG DELMSGS NOTEXIST DELWASTE NOTREADIN NOTFOUND RECLPLSWAIT'.split(
    ' ',
  ),
);
const COMMANDS_OF_A_SESSION = 60;

export async function mailFileInUse(options: {
  readonly seconds: number;
  readonly seed: number;
}): Promise<InUseReport> {
  await using node = await createProcessNode({ users: ['SMITH'] });
  const { mailDatabase: file, mailDirectory } = node.paths;
  // KEEP exists from the start, so that no session is asked whether to create it.
  const store = openMailStore({ file, textDirectory: mailDirectory });
  await store.changeProfile('SMITH', { autoPurge: false });
  await store.deliver([anchor]);
  await store.close();

  const problems: string[] = [];
  const until = Date.now() + options.seconds * 1_000;
  const writer = async (role: string): Promise<Written> => {
    const program = join(import.meta.dirname, '../support/mail-file-writer.ts');
    const args = [program, file, mailDirectory, role, String(options.seconds), String(options.seed)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    if (stderr !== '') problems.push(`${role}: ${stderr}`);
    return JSON.parse(stdout) as Written;
  };
  const reader = async (seed: number): Promise<number> => {
    const random = randomNumbers(seed);
    let purged = 0;
    while (Date.now() < until) purged += await session(node.root, random, problems);
    return purged;
  };
  let checks = 0;
  const checker = async (): Promise<void> => {
    while (Date.now() < until) {
      problems.push(...wrongCounts(file));
      checks++;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const [deliverer, mover, first, second] = await Promise.all([
    writer('deliver'),
    writer('move'),
    reader(options.seed + 1),
    reader(options.seed + 2),
    checker(),
  ]);
  problems.push(...wrongCounts(file));
  const { standing, twice } = countMessages(file);
  const sums = {
    delivered: deliverer.delivered + 1,
    copied: mover.copied,
    removed: mover.removed,
    purged: first + second,
  };
  return {
    ...sums,
    standing,
    twice,
    lost: sums.delivered + sums.copied - standing - sums.removed - sums.purged,
    checks: checks + 1,
    problems,
    slowestMs: Math.max(deliverer.slowest, mover.slowest),
  };
}

const anchor = {
  owner: 'SMITH',
  mailFile: DEFAULT_MAIL_FILE,
  folder: 'KEEP',
  isNew: false,
  receivedAt: 0,
  from: 'JONES',
  to: 'SMITH',
  cc: '',
  subject: 'anchor',
  text: { kind: 'inline', bytes: Buffer.from('It stays.\n') },
  format: 'records',
} as const;

/** One session of MAIL; how many messages its PURGEs say they deleted. */
async function session(root: string, random: () => number, problems: string[]): Promise<number> {
  const commands = Array.from({ length: COMMANDS_OF_A_SESSION }, () => command(random));
  const input = `${commands.join('\n')}\nEXIT\n`;
  const result = await run([COMMAND, 'mail', '--root', root, '--user', 'SMITH'], 300_000, input);
  if (result.status !== 0 || result.stderr !== '')
    problems.push(`session: status ${result.status}, ${result.stderr}`);
  for (const [line, ident] of result.stdout.matchAll(/^[%-][A-Z0-9]+-[A-Z]-([A-Z0-9]+), .*$/gm)) {
    if (!expected.has(ident!)) problems.push(`session: ${line}`);
  }
  // DELETE of a single message is silent: who says how many were deleted is PURGE.
  return [...result.stdout.matchAll(/^%MAIL-I-DELMSGS, (\d+) messages? deleted$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

function command(random: () => number): string {
  const number = 1 + Math.floor(random() * 12);
  const commands = [
    'READ/NEW',
    'READ',
    `READ ${number}`,
    'SELECT MAIL',
    'SELECT NEWMAIL',
    'SELECT WASTEBASKET',
    'DELETE',
    `DELETE ${number}`,
    `DELETE ${number}`,
    'MOVE KEEP',
    'MOVE MAIL',
    `MARK ${number}`,
    'SELECT MAIL/MARKED',
    'SELECT MAIL/SINCE=TODAY',
    'SEARCH m',
    'PURGE',
    'SHOW NEW_MAIL_COUNT',
    'SHOW DELETED',
    'DIRECTORY/FOLDER',
  ];
  return commands[Math.floor(random() * commands.length)]!;
}

/** Counts against the rows they count, in one reading transaction. */
function wrongCounts(file: string): string[] {
  const database = new Sqlite(file, { readonly: true, timeout: 60_000 });
  try {
    return database.transaction(() => {
      const folders = database
        .prepare(
          `SELECT name, count, new_count, next_uid, (SELECT count(*) FROM message WHERE folder = folder.id) AS rows,
             (SELECT count(*) FROM message WHERE folder = folder.id AND flags & 1) AS newRows,
             (SELECT count(DISTINCT uid) FROM message WHERE folder = folder.id) AS uids,
             (SELECT coalesce(max(uid), 0) FROM message WHERE folder = folder.id) AS lastUid FROM folder`,
        )
        .all() as Record<string, number>[];
      const profile = database.prepare('SELECT new_mail FROM profile').pluck().get();
      const inNewMail = folders.find((each) => String(each['name']) === 'NEWMAIL')?.['newRows'] ?? 0;
      const sharing = database
        .prepare('SELECT count(*), (SELECT sum(messages) FROM text) FROM message')
        .raw()
        .get() as number[];
      return [
        ...folders
          .filter(
            (each) =>
              each['count'] !== each['rows'] ||
              each['new_count'] !== each['newRows'] ||
              each['uids'] !== each['rows'] ||
              each['lastUid']! >= each['next_uid']!,
          )
          .map((each) => `folder ${JSON.stringify(each)}`),
        ...((profile ?? 0) === inNewMail ? [] : [`new mail ${profile}, really ${inNewMail}`]),
        ...(sharing[0] === (sharing[1] ?? 0) ? [] : [`${sharing[0]} messages, texts of ${sharing[1]}`]),
      ];
    })();
  } finally {
    database.close();
  }
}

function countMessages(file: string): { readonly standing: number; readonly twice: number } {
  const database = new Sqlite(file, { readonly: true });
  const one = (sql: string, ...values: unknown[]): number =>
    database
      .prepare(sql)
      .pluck()
      .get(...values) as number;
  const counts = {
    standing: one('SELECT count(*) FROM message'),
    twice: one(
      `SELECT count(*) - count(DISTINCT subject) FROM message
         WHERE folder NOT IN (SELECT id FROM folder WHERE name = ?)`,
      COPIES,
    ),
  };
  database.close();
  return counts;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
  });
  const report = await mailFileInUse({ seconds: Number(values.seconds), seed: Number(values.seed) });
  console.log(report);
  const isRight = report.lost === 0 && report.twice === 0 && report.problems.length === 0;
  console.log(isRight ? 'Nothing lost, doubled or miscounted.' : 'NOT RIGHT.');
  if (!isRight) process.exitCode = 1;
}
