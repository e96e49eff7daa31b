/**
 * A root that an earlier version wrote: this one starts on it, and its mail, its queue and its users are what they were. And a
 * root of a newer version is refused, and left as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { freePort, vmsmail } from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';

const roots = join(import.meta.dirname, 'roots');

function unpack(archive: string): Disposable & { readonly root: string } {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-upgrade-'));
  const { status, stderr } = spawnSync('tar', [
    'xzf',
    join(roots, archive),
    '--no-same-owner',
    '-C',
    directory,
  ]);
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  return {
    root: join(directory, 'root'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

const SOON = { timeout: 30_000, interval: 300 };

/** By their numbers. */
const archives = readdirSync(roots).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));

/** All of a root; the last four are made when they are needed first. */
const databases = [
  'INDEXF.SYS',
  ...[
    'VMSMAIL',
    'QMAN$MASTER',
    'SYSUAF',
    'TCPIP$SERVICE',
    'TCPIP$CONFIGURATION',
    'LNM$SYSTEM',
    'INTRUSION',
    'TCPIP$GREYLIST',
    'TCPIP$MTA_STS',
    'TCPIP$TLS_REPORTS',
  ].map((name) => `SYSEXE/${name}.DAT`),
];

/** Of those that are there, by file. */
const formatsOf = (root: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    databases
      .filter((file) => existsSync(join(root, file)))
      .map((file) => {
        const database = new Sqlite(join(root, file), { readonly: true });
        const format = database.pragma('user_version', { simple: true }) as number;
        database.close();
        return [file, format];
      }),
  );

const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory).map((name) => join(directory, name));

// Most of it is waiting: side by side.
describe.concurrent('a root of an earlier version', () => {
  test.each(archives)(
    '%s starts with its mail and its queue',
    async (archive) => {
      using earlier = unpack(archive);
      const { root } = earlier;
      const port = await freePort();
      const start = await vmsmail(['start', '--detach', '--root', root, '--port', `SMTP=${port}`]);
      expect(`${start.status} ${start.stderr}`).toMatch(/^0 /);
      const mail = async (userName: string, ...lines: string[]): Promise<string> =>
        (await vmsmail(['mail', '--root', root, '--user', userName], 60_000, `${lines.join('\n')}\n`)).stdout;
      const dcl = async (...lines: string[]): Promise<string> =>
        (await vmsmail(['dcl', '--root', root, '--user', 'SYSTEM'], 60_000, `${lines.join('\n')}\n`)).stdout;
      try {
        expect(await mail('ADAMS', 'DIRECTORY/FOLDER', 'EXIT')).toMatch(/MEMOS[\s\S]*NEWMAIL/);
        expect(await mail('ADAMS', 'SELECT MEMOS', 'READ 1', 'EXIT')).toContain('A small text.');
        const large = await mail('BAKER', 'READ/NEW', 'EXTRACT LARGE.TXT', 'EXIT');
        expect(large).toContain('large one');
        const text = (await dcl('TYPE DKA0:[BAKER]LARGE.TXT')).match(
          /A line of a large message, one of many\./g,
        );
        expect(text).toHaveLength(4_000);

        const queue = await dcl('SHOW QUEUE/ALL/FULL *');
        expect(queue).toMatch(/TCPIP\$SMTP_HEARTS_00, stopped[\s\S]*\d_BAKER[\s\S]*Pending/);
        expect(await dcl('TCPIP ANALYZE MAIL')).not.toContain('-E-');
        expect(await dcl('TCPIP ANALYZE MAIL')).not.toContain('-W-');

        await dcl('TCPIP START MAIL', 'START/QUEUE TCPIP$SMTP_HEARTS_01');
        await sendTo(port, 'adams@hearts.example');
        await vi.waitFor(
          async () => expect(await mail('ADAMS', 'DIRECTORY NEWMAIL', 'EXIT')).toContain('brand new'),
          SOON,
        );
        if (Number.parseInt(archive, 10) >= 7) {
          await mail('ADAMS', 'SELECT NEWMAIL', 'SEARCH "long one that waits"', 'EXTRACT WAITED.TXT', 'EXIT');
          const waited = await dcl('TYPE DKA0:[ADAMS]WAITED.TXT');
          expect(waited).toMatch(/^Subject: long one that waits$/m);
          expect(waited.match(/^A line of a large message, one of many\.$/gm)).toHaveLength(4_000);
          expect(waited).not.toContain('X-Spam');
        }
        // No host of that name is found: what waited comes back, or is tried again.
        await vi.waitFor(
          async () => expect(await dcl('SHOW QUEUE/ALL/FULL *')).not.toMatch(/_BAKER[\s\S]*Pending/),
          SOON,
        );
      } finally {
        expect((await vmsmail(['stop', '--root', root])).status).toBe(0);
      }
    },
    120_000,
  );

  test('the last of them has the formats of this one: who makes another keeps a root of it', async () => {
    using latest = unpack(archives.at(-1)!);
    const before = formatsOf(latest.root);
    expect(Object.keys(before)).toHaveLength(7);
    const start = await vmsmail(['start', '--detach', '--root', latest.root, '--port', 'SMTP=0']);
    expect(`${start.status} ${start.stderr}`).toMatch(/^0 /);
    expect((await vmsmail(['stop', '--root', latest.root])).status).toBe(0);
    expect(formatsOf(latest.root)).toMatchObject(before);
  }, 120_000);

  test.each(databases)(
    'of a newer one %s is refused, and left as it is with all mail',
    async (file) => {
      using newer = unpack(archives.at(-1)!);
      const path = join(newer.root, file);
      const database = new Sqlite(path);
      // As all are written.
      database.pragma('journal_mode = WAL');
      database.pragma('user_version = 900');
      database.close();
      const texts = ['SYSEXE/MAIL$TEXT', 'TCPIP$SMTP/SPOOL'].map((each) => join(newer.root, each));
      writeFileSync(
        join(texts[1]!, '0mgn1abcd-0123456789ab.MAI'),
        'of an entry that only the newer one can read',
      );
      const contents = () =>
        [path, ...texts.flatMap(filesIn)].map((each) => [each, readFileSync(each).toString('base64')]);
      const before = contents();
      expect(before.length).toBeGreaterThan(2);
      const start = await vmsmail(['start', '--detach', '--root', newer.root, '--port', 'SMTP=0']);
      expect(start.stderr).toMatch(/^vmsmail: [^\n]*format 900[^\n]*newer vmsmail[^\n]*\n$/);
      expect(start.stderr).toContain(basename(file));
      expect(start.status).toBe(1);
      expect(contents()).toEqual(before);
    },
    60_000,
  );

  test.each(['VMSMAIL.DAT', 'SYSUAF.DAT'])('of a newer one %s is refused to a session, too', async (file) => {
    using newer = unpack(archives.at(-1)!);
    const database = new Sqlite(join(newer.root, 'SYSEXE', file));
    database.pragma('user_version = 900');
    database.close();
    const { stderr, status } = await vmsmail(['mail', '--root', newer.root, '--user', 'ADAMS']);
    expect(stderr).toMatch(/^vmsmail: [^\n]*format 900[^\n]*newer vmsmail[^\n]*\n$/);
    expect(stderr).toContain(file);
    expect(status).toBe(1);
  });
});

async function sendTo(port: number, forwardPath: string): Promise<void> {
  const line = new SmtpLine(port);
  expect(await line.reply()).toMatch(/^220/);
  const commands = [
    'EHLO here.example',
    'MAIL FROM:<anne@elsewhere.example>',
    `RCPT TO:<${forwardPath}>`,
    'DATA',
    'Subject: brand new\r\n\r\nText\r\n.',
  ];
  for (const command of commands) expect(await line.command(command)).toMatch(/^[23]/);
  line.close();
}
