/** A node is backed up while mail comes in, restored into another root, and has every message once. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeRoot } from '../../src/images/node-root.ts';
import { accountFor, type WhoGetsWhat } from '../crash/account-for.ts';
import { startLoad } from '../crash/load.ts';
import {
  COMMAND,
  createProcessNode,
  NOBODY,
  pause,
  vmsmail,
  whyNotAsNobody,
} from '../support/process-node.ts';

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-backup-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const users = ['JONES', 'SMITH', 'SENDER'];
const who: WhoGetsWhat = {
  users,
  sender: 'SENDER',
  userOf: (path) => users.find((each) => path.toLowerCase().startsWith(each.toLowerCase())),
};

const asProcedure = (commands: readonly string[]): string => commands.map((each) => `$ ${each}\n`).join('');

test('under load: every message accepted before it began is there exactly once', async () => {
  await using node = await createProcessNode({ users });
  expect((await node.start()).status).toBe(0);
  writeFileSync(
    join(node.root, 'JONES', 'PEOPLE.FDL'),
    'FILE\n ORGANIZATION indexed\nKEY 0\n SEG0_LENGTH 4\n SEG0_POSITION 0\n SEG0_TYPE string\n',
  );
  const procedure = [
    'CREATE/FDL=PEOPLE PEOPLE.DAT',
    'OPEN/READ/WRITE/SHARE=WRITE P PEOPLE.DAT',
    'WRITE P "0001 first"',
    'CLOSE P',
    'OPEN/WRITE N NOTE.TXT',
    'WRITE N "a note of Jones"',
    'CLOSE N',
    'SET SECURITY/PROTECTION=(W:RE) NOTE.TXT',
  ];
  const made = await vmsmail(['dcl', '--root', node.root, '--user', 'JONES'], 60_000, asProcedure(procedure));
  expect(made.stdout + made.stderr).toBe('');
  const load = startLoad({
    port: node.smtpPort,
    sessions: 4,
    reversePath: 'sender@hearts.example',
    recipients: (n) =>
      n % 3 === 0 ? ['jones@hearts.example', 'smith@hearts.example'] : ['jones@hearts.example'],
    // Every fifth one is a file of its own.
    sizeBytes: (n) => (n % 5 === 0 ? 100_000 : 500),
    pauseMs: 2,
  });
  const files = [1, 2, 3].map((n) => join(directory, `under-load-${n}.tar`));
  const before: (readonly string[])[] = [];
  for (const file of files) {
    await pause(700);
    before.push(load.messages.filter(({ outcome }) => outcome === 'accepted').map(({ id }) => id));
    const { status, stdout, stderr } = await vmsmail(['backup', file, '--root', node.root]);
    expect(`${status} ${stdout}`, stderr).toBe('0 ');
    expect(stderr).toMatch(/^Node HEARTS as of \d{4}-.*Z: [\d,]+ files, [\d.]+ MB\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  await load.stop();
  expect([...load.refusals]).toEqual([]);
  expect(before[0]!.length).toBeGreaterThan(20);
  expect(await node.drained(60_000)).toBe(true);
  expect(readdirSync(node.root).filter((name) => name.startsWith('.BACKUP'))).toEqual([]);
  await node.stop();

  for (const [index, file] of files.entries()) {
    // Plain tools read it, too.
    const unpacked = mkdtempSync(join(directory, 'plain-'));
    const plain = spawnSync('sh', ['-c', `tar -xf "$1" && sha256sum --quiet -c SHA256SUMS`, 'sh', file], {
      cwd: unpacked,
      encoding: 'utf8',
    });
    expect(`${plain.status} ${plain.stdout}${plain.stderr}`).toBe('0 ');

    const root = join(directory, `restored-${index}`);
    const restored = await vmsmail(['restore', file, '--root', root]);
    expect(`${restored.status} ${restored.stderr}`).toBe('0 ');
    expect(restored.stdout).toMatch(/^Node HEARTS \(hearts\.example\) as of .* is restored in /);
    await using again = await createProcessNode({ users, root, isEmpty: true });
    expect((await again.start()).status).toBe(0);
    expect(await again.drained(60_000)).toBe(true);
    const analysis = await vmsmail(['tcpip', '--root', root, '--user', 'SYSTEM', 'ANALYZE', 'MAIL']);
    expect(analysis.stdout).toContain('%TCPIP-I-ANA_FILNOQ, found 0 files with no queue entries\n');
    expect(analysis.stdout).toContain(
      '%TCPIP-I-ANA_FILCOR, found 0 corrupted CF files in Postmaster directory\n',
    );
    const shown = await vmsmail(
      ['dcl', '--root', root, '--user', 'JONES'],
      60_000,
      asProcedure(['TYPE NOTE.TXT', 'DIRECTORY/PROTECTION NOTE.TXT', 'TYPE PEOPLE.DAT']),
    );
    expect(shown.stdout).toContain('a note of Jones\n');
    expect(shown.stdout).toContain('NOTE.TXT;1           (RWED,RWED,RE,RE)\n');
    expect(shown.stdout).toContain('0001 first\n');
    await again.stop();
    const wanted = new Set(before[index]);
    const account = await accountFor(nodeRoot(root), load.messages, who);
    expect(account.twice).toEqual([]);
    expect(account.lost.filter((each) => wanted.has(each.split(' ')[0]!))).toEqual([]);
    expect(account.delivered).toBeGreaterThan(wanted.size);
  }
}, 180_000);

test('what it refuses, and that nothing is left then', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  const file = join(directory, 'at-rest.tar');
  // A node that does not run is backed up all the same.
  expect(await vmsmail(['backup', file, '--root', node.root])).toMatchObject({ status: 0 });
  expect(await vmsmail(['backup', file, '--root', node.root])).toMatchObject({
    status: 1,
    stderr: `vmsmail: ${file} is there already\n`,
  });
  const nowhere = join(directory, 'nowhere');
  expect(await vmsmail(['backup', join(directory, 'x.tar'), '--root', nowhere])).toMatchObject({
    status: 1,
    stderr: `vmsmail: there is no node in ${nowhere}\n`,
  });
  expect(await vmsmail(['backup', join(nowhere, 'x.tar'), '--root', node.root])).toMatchObject({
    status: 1,
    stderr: `vmsmail: there is no ${nowhere}\n`,
  });
  expect(existsSync(join(directory, 'x.tar'))).toBe(false);
  expect(existsSync(join(directory, 'x.tar.partial'))).toBe(false);
  expect(await vmsmail(['restore', file, '--root', node.root])).toMatchObject({
    status: 1,
    stderr: `vmsmail: ${node.root} is not empty: a backup is restored in a new directory, or an empty one\n`,
  });

  const refused = async (name: string, bytes: Uint8Array, why: RegExp): Promise<void> => {
    const damaged = join(directory, `${name}.tar`);
    writeFileSync(damaged, bytes);
    const root = join(directory, `root-${name}`);
    const { status, stderr } = await vmsmail(['restore', damaged, '--root', root]);
    expect(`${status} ${stderr}`).toMatch(why);
    expect(existsSync(root), name).toBe(false);
  };
  const whole = readFileSync(file);
  const changed = Buffer.from(whole);
  const at = changed.indexOf('SQLite format 3') + 5_000;
  changed[at] = changed[at]! ^ 1;
  await refused(
    'changed',
    changed,
    /^1 vmsmail: nothing was restored: .*changed\.tar: ".*" in it is damaged: its checksum is another one\n$/,
  );
  await refused('short', whole.subarray(0, whole.byteLength / 2), /^1 .*: it ends too early\n$/);
  await refused('nothing', Buffer.from('nothing'), /^1 .*: it ends too early\n$/);
  spawnSync('tar', ['-cf', join(directory, 'other.tar'), 'at-rest.tar'], { cwd: directory });
  await refused('other', readFileSync(join(directory, 'other.tar')), /^1 .*: it is no backup of vmsmail\n$/);

  // Through pipes, and into a directory that is there.
  const root = join(directory, 'root-piped');
  mkdirSync(root);
  const piped = spawnSync(
    'sh',
    ['-c', `"$1" backup - --root "$2" | "$1" restore - --root "$3"`, 'sh', 'bin/vmsmail', node.root, root],
    { encoding: 'utf8' },
  );
  expect(`${piped.status} ${piped.stdout}`).toMatch(/^0 Node HEARTS/);
  const names = (of: string): readonly string[] =>
    readdirSync(join(of, 'SYSEXE')).filter((name) => !/-(wal|shm)$/.test(name));
  expect(names(root)).toEqual(names(node.root).concat('JOB_CONTROL.LOCK').sort());
}, 60_000);

test.skipIf(whyNotAsNobody() !== undefined)(
  'root backs up and restores for the owner of a root',
  async () => {
    const own = mkdtempSync(join(tmpdir(), 'vmsmail-nobody-'));
    chmodSync(own, 0o755);
    const give = (path: string): void => void spawnSync('chown', ['-R', String(NOBODY), path]);
    try {
      await using node = await createProcessNode({ users: ['JONES'], root: join(own, 'a') });
      give(node.root);
      // A directory of root's alone.
      const file = join(directory, 'for-nobody.tar');
      expect(await vmsmail(['backup', file, '--root', node.root])).toMatchObject({ status: 0 });
      const root = join(own, 'b');
      mkdirSync(root);
      give(root);
      expect(await vmsmail(['restore', file, '--root', root])).toMatchObject({ status: 0 });
      const foreign = spawnSync('find', [own, '-mindepth', '1', '-not', '-uid', String(NOBODY)], {
        encoding: 'utf8',
      });
      expect(foreign.stdout).toBe('');
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  },
);

test('either can be broken off, even while it waits for the other end of a pipe', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  const broken = async (words: readonly string[], begun: () => boolean): Promise<number | null> => {
    const child = spawn(COMMAND, words, { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    while (!begun()) await pause(20);
    await pause(200);
    child.kill('SIGTERM');
    return ended;
  };
  const names = (): readonly string[] => readdirSync(node.root).filter((name) => name.startsWith('.BACKUP'));
  expect(await broken(['backup', '-', '--root', node.root], () => names().length > 0)).toBe(130);
  expect(names()).toEqual([]);
  const root = join(directory, 'root-broken');
  expect(await broken(['restore', '-', '--root', root], () => existsSync(join(root, '.RESTORE;')))).toBe(130);
  expect(existsSync(root)).toBe(false);
});

test('an archive cannot write outside of the root', async () => {
  for (const path of ['../outside', '/tmp/vmsmail-outside', 'DKA0/../../outside', 'DKA0//x', 'other/x']) {
    const root = join(directory, 'root-hostile');
    const make = `printf '{"format":1}' >BACKUP.json; mkdir -p in/DKA0; echo x >in/x; tar -cPf hostile.tar BACKUP.json --transform "s,in/x,$1," in/x`;
    spawnSync('sh', ['-c', make, 'sh', path.replaceAll('&', '')], { cwd: directory });
    const { status, stderr } = await vmsmail(['restore', join(directory, 'hostile.tar'), '--root', root]);
    expect(`${status} ${stderr}`, path).toMatch(/^1 .*it has a file that does not belong into a root/);
    expect(existsSync(root)).toBe(false);
  }
});
