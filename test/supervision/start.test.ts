/** `vmsmail start --detach`: returns when every enabled service answers, or says why the node is not up. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CommandResult,
  createProcessNode,
  freePort,
  NOBODY,
  processesOf,
  vmsmail,
  vmsmailAsNobody,
  whyNotAsNobody,
} from '../support/process-node.ts';
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { SmtpLine } from '../support/smtp-line.ts';

/** One line that begins with the name of the command, and nothing of JavaScript. */
function expectComplaint({ status, stderr }: CommandResult, text: RegExp | string): void {
  expect(stderr).toMatch(/^vmsmail: [^\n]+\n$/);
  expect(stderr).toMatch(text);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(1);
}

const startOn = (root: string): Promise<CommandResult> =>
  vmsmail(['start', '--detach', '--port', 'SMTP=0', '--host', 'hearts.example', '--root', root]);

function temporary(): Disposable & { readonly directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-start-'));
  chmodSync(directory, 0o755);
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}

// Most of it is waiting: side by side.
describe.concurrent('vmsmail start --detach', () => {
  test('every enabled service answers when it returns', async () => {
    await using node = await createProcessNode({ users: [] });
    const submission = await freePort();
    const tcpip = (words: string) =>
      vmsmail(['tcpip', '--root', node.root, '--user', 'SYSTEM', ...words.split(' ')]);
    const set = await tcpip(
      `SET SERVICE SUBMIT /PORT=${submission} /FILE=TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM /USER_NAME=TCPIP$SMTP /PROCESS_NAME=SUBMIT`,
    );
    expect(`${set.status} ${set.stdout}${set.stderr}`).toMatch(/^0 /);
    expect((await tcpip('ENABLE SERVICE SUBMIT')).status).toBe(0);
    expect((await node.start()).status).toBe(0);
    // At once, without another try.
    for (const port of [node.smtpPort, submission]) {
      const line = new SmtpLine(port);
      expect(await line.reply()).toMatch(/^220/);
      line.close();
    }
    expect((await node.stop()).status).toBe(0);
  }, 60_000);

  test('a port that is taken: nothing is left running, and the next start works', async () => {
    await using node = await createProcessNode({ users: [] });
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(node.smtpPort, '0.0.0.0', resolve));
    try {
      const result = await node.start();
      expectComplaint(result, `port ${node.smtpPort} of service SMTP`);
      expect(processesOf(node.root)).toEqual([]);
    } finally {
      other.close();
    }
    expect((await node.start()).status).toBe(0);
    expect((await node.stop()).status).toBe(0);
  }, 60_000);

  test('a node that is running already goes on', async () => {
    await using node = await createProcessNode({ users: [] });
    expect((await node.start()).status).toBe(0);
    const before = processesOf(node.root);
    expectComplaint(await startOn(node.root), `a node is already running on ${node.root}`);
    expect(processesOf(node.root)).toEqual(before);
    expect((await node.stop()).status).toBe(0);
  }, 60_000);

  test('--port of a service that is not there makes no root, and starts none', async () => {
    using home = temporary();
    const startWith = (root: string): Promise<CommandResult> =>
      vmsmail(['start', '--detach', '--port', 'SMTP=0', '--port', 'NOSUCH=0', '--root', root]);
    const root = join(home.directory, 'deep', 'root');
    const refused = await startWith(root);
    expectComplaint(refused, '--port NOSUCH: there is no such service');
    expect(refused.stdout).toBe('');
    expect(readdirSync(home.directory)).toEqual([]);
    await using node = await createProcessNode({ users: [] });
    expectComplaint(await startWith(node.root), '--port NOSUCH: there is no such service');
    expect(processesOf(node.root)).toEqual([]);
    expect((await node.start()).status).toBe(0);
    expect((await node.stop()).status).toBe(0);
  }, 60_000);

  test('a root below something that is no directory', async () => {
    using home = temporary();
    writeFileSync(join(home.directory, 'file'), '');
    expectComplaint(await startOn(join(home.directory, 'file', 'root')), /the root \S+ is not a directory/);
  }, 60_000);
});

const noNobody = whyNotAsNobody();
if (noNobody !== undefined) console.warn(`SKIPPED: a root that is not writable: ${noNobody}`);

describe.skipIf(noNobody !== undefined)('a root that is not writable', { concurrent: true }, () => {
  const startAsNobody = (root: string): Promise<CommandResult> =>
    vmsmailAsNobody(['start', '--detach', '--port', 'SMTP=0', '--root', root]);

  test.each([
    ['of somebody else', 0o755, 0],
    ['of somebody else, private', 0o700, 0],
    ['of its own, read-only', 0o500, NOBODY],
  ])(
    '%s',
    async (_, mode, owner) => {
      using home = temporary();
      const root = join(home.directory, 'root');
      mkdirSync(root);
      chownSync(root, owner, owner);
      chmodSync(root, mode);
      expectComplaint(await startAsNobody(root), `the root ${root} is not writable for you`);
    },
    60_000,
  );

  test('that is not there, and cannot be made', async () => {
    using home = temporary();
    const root = join(home.directory, 'root');
    expectComplaint(await startAsNobody(root), `the root ${root} is not writable for you`);
  }, 60_000);

  test('with a database of somebody else', async () => {
    using home = temporary();
    const root = join(home.directory, 'root');
    mkdirSync(root);
    chownSync(root, NOBODY, NOBODY);
    const made = await startAsNobody(root);
    expect(`${made.status} ${made.stderr}`).toBe('0 ');
    expect((await vmsmailAsNobody(['stop', '--root', root])).status).toBe(0);
    chownSync(join(root, 'SYSEXE', 'SYSUAF.DAT'), 0, 0);
    expectComplaint(await startAsNobody(root), /the root \S+ is not writable for you: .*SYSUAF\.DAT/);
    expect(processesOf(root)).toEqual([]);
  }, 60_000);
});

const noDisk = whyNoSmallDisk();
if (noDisk !== undefined) console.warn(`SKIPPED: a full file system: ${noDisk}`);

describe.skipIf(noDisk !== undefined)('a full file system', { concurrent: true }, () => {
  test('no root can be made on it; with space the same start makes one', async () => {
    using disk = smallDisk(24);
    const root = join(disk.directory, 'root');
    disk.fill();
    expectComplaint(await startOn(root), `no space is left on the file system of ${root}`);
    expect(processesOf(root)).toEqual([]);
    disk.empty();
    const started = await startOn(root);
    expect(`${started.status} ${started.stderr}`).toBe('0 ');
    expect(started.stdout).toMatch(/Account SYSTEM, password \S+/);
    expect((await vmsmail(['stop', '--root', root])).status).toBe(0);
  }, 60_000);

  test('a root that is there cannot be used; with space it is as before', async () => {
    using disk = smallDisk(24);
    const root = join(disk.directory, 'root');
    expect((await startOn(root)).status).toBe(0);
    expect((await vmsmail(['stop', '--root', root])).status).toBe(0);
    disk.fill();
    expectComplaint(await startOn(root), `no space is left on the file system of ${root}`);
    expect(processesOf(root)).toEqual([]);
    disk.empty();
    expect((await startOn(root)).status).toBe(0);
    expect((await vmsmail(['stop', '--root', root])).status).toBe(0);
  }, 60_000);
});
