/** `vmsmail start --run-as NAME`: a node that root starts runs as somebody without rights, and stays usable for him. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  COMMAND,
  type CommandResult,
  createProcessNode,
  NOBODY,
  type ProcessNode,
  processesOf,
  run,
  vmsmail,
  vmsmailAsNobody,
  whyNotAsNobody,
} from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';

const reason = whyNotAsNobody();
if (reason !== undefined) console.warn(`SKIPPED: --run-as: ${reason}`);

function temporary(): Disposable & { readonly directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-run-as-'));
  chmodSync(directory, 0o755);
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}

/** A port that only root may take. */
async function privilegedPort(): Promise<number> {
  for (let port = 600; port < 1_024; port += 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.on('error', () => resolve(false));
      server.listen(port, '0.0.0.0', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
  throw new Error('no port below 1024 is free');
}

interface Rights {
  readonly user: string;
  readonly groups: string;
  readonly capabilities: string;
}

/** Ids of all kinds: real, effective, saved, of the file system. */
function rightsOf(pid: number): Rights {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)![1]!.trim().split(/\s+/).join(' ');
  return {
    user: `${field('Uid')} / ${field('Gid')}`,
    groups: field('Groups'),
    capabilities: [field('CapEff'), field('CapPrm'), field('CapAmb')].join(' '),
  };
}

/** In the environment of root's command. */
const SECRET = 'of-root-alone';
const NONE = '0000000000000000';
/** Somebody else on the machine. */
const STRANGER = 64_321;
const four = (id: number | string): string => Array(4).fill(id).join(' ');
const nobody = {
  uid: String(NOBODY),
  gid: reason === undefined ? idOf('-g') : '',
  groups: reason === undefined ? idOf('-G') : '',
};
function idOf(option: string): string {
  return spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout.trim();
}

async function sendToJones(port: number, subject: string, sizeBytes: number): Promise<void> {
  const line = new SmtpLine(port);
  try {
    expect(await line.reply()).toMatch(/^220/);
    for (const command of [
      'EHLO client.example',
      'MAIL FROM:<anne@client.example>',
      'RCPT TO:<jones@hearts.example>',
      'DATA',
    ])
      expect(await line.command(command)).toMatch(/^[23]/);
    line.write(
      `Subject: ${subject}\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(Math.ceil(sizeBytes / 72))}last line\r\n.\r\n`,
    );
    expect(await line.reply()).toMatch(/^250/);
    await line.command('QUIT');
  } finally {
    line.close();
  }
}

/** Files and directories below the root that are somebody else's. */
const foreignFiles = (root: string): string =>
  spawnSync('find', [root, '!', '-user', 'nobody'], { encoding: 'utf8' }).stdout;

/** What others than the owner may touch, if they came so far. */
const openFiles = (root: string): string =>
  spawnSync('find', [root, '-perm', '/077'], { encoding: 'utf8' }).stdout;

/** How somebody else of this machine fares: with the socket of the node, with its accounts, with the root itself. */
async function asStranger({ paths, root }: ProcessNode): Promise<string> {
  const program = `
    const { readFileSync, readdirSync } = require('node:fs');
    const refusal = (work) => { try { work(); return 'no refusal'; } catch ({ code }) { return code; } };
    const socket = require('node:net').connect(process.argv[1]);
    const told = (code) => console.log(code, refusal(() => readFileSync(process.argv[2])), refusal(() => readdirSync(process.argv[3])));
    socket.on('connect', () => { socket.destroy(); told('no refusal'); }).on('error', ({ code }) => told(code));`;
  const user = ['setpriv', `--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups'];
  const words = [paths.socketPath, join(paths.systemDirectory, 'SYSUAF.DAT'), root];
  const { stdout, stderr } = await run([...user, process.execPath, '-e', program, ...words], 20_000, '');
  return stdout.trim() + stderr;
}

const dcl = (node: ProcessNode, user: string, input: string): Promise<CommandResult> =>
  vmsmail(['dcl', '--root', node.root, '--user', user], 20_000, input);

describe.skipIf(reason !== undefined)('a node that root starts for somebody', { concurrent: true }, () => {
  test('has no rights but to listen, delivers, and stays usable whatever root does on it', async () => {
    using home = temporary();
    await using node = await createProcessNode({
      users: [],
      root: join(home.directory, 'new', 'root'),
      isEmpty: true,
    });
    const port = await privilegedPort();
    const start = [
      'start',
      '--detach',
      '--node',
      'HEARTS',
      '--host',
      'hearts.example',
      '--port',
      `SMTP=${port}`,
    ];
    // Root has groups of its own, as under sudo.
    const started = await run(
      [
        'env',
        `ROOTS_SECRET=${SECRET}`,
        'setpriv',
        '--groups=0,4,27',
        COMMAND,
        ...start,
        '--run-as',
        'nobody',
        '--root',
        node.root,
      ],
      60_000,
      '',
    );
    expect(`${started.status} ${started.stderr}`).toBe('0 ');
    expect(started.stdout).toContain(`, root ${node.root}, as nobody\n`);

    const { processes } = await node.whole();
    for (const pid of processesOf(node.root))
      expect(rightsOf(pid)).toMatchObject({
        user: `${four(nobody.uid)} / ${four(nobody.gid)}`,
        groups: nobody.groups,
      });
    for (const { image, pid } of processes.filter(({ image }) => /receiver|symbiont/.test(image)))
      expect(rightsOf(pid).capabilities, image).toBe([NONE, NONE, NONE].join(' '));

    for (const pid of processesOf(node.root)) {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(SECRET);
      expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 /m);
    }
    expect(await asStranger(node)).toBe('EACCES EACCES EACCES');

    expect((await dcl(node, 'SYSTEM', '$ MCR AUTHORIZE ADD JONES\n')).stdout).toContain('UAF-I-ADDMSG');
    await sendToJones(port, 'short', 500);
    await sendToJones(port, 'long', 200_000);
    expect(await node.drained(20_000)).toBe(true);
    const texts = readdirSync(node.paths.mailDirectory);
    expect(texts).toHaveLength(1);
    expect(foreignFiles(node.root)).toBe('');
    expect(openFiles(node.root)).toBe('');

    const mail = await vmsmail(
      ['mail', '--root', node.root, '--user', 'JONES'],
      20_000,
      'DIRECTORY NEWMAIL\nSELECT NEWMAIL\nEXTRACT/ALL [JONES]KEPT.TXT\n',
    );
    expect(mail.stdout).toMatch(/short\s[\s\S]*long/);
    const kept = readFileSync(join(node.root, 'JONES', 'KEPT.TXT'), 'utf8');
    expect(kept).toContain('last line');
    expect(kept.length).toBeGreaterThan(190_000);
    await dcl(node, 'JONES', '$ CREATE NOTE.TXT\nby root\n$ MAIL/SUBJECT=note NOTE.TXT JONES\n');
    expect(foreignFiles(node.root)).toBe('');

    const stopped = await node.stop();
    expect(`${stopped.status} ${stopped.stderr}`).toBe('0 ');
    expect(processesOf(node.root)).toEqual([]);

    // The directory says whose node it is.
    const again = await vmsmail([...start, '--root', node.root]);
    expect(`${again.status} ${again.stderr}`).toBe('0 ');
    expect(again.stdout).toContain(', as nobody\n');
    await sendToJones(port, 'again', 500);
    expect(await node.drained(20_000)).toBe(true);
    // And he can do without root.
    expect((await vmsmailAsNobody(['status', '--root', node.root])).status).toBe(0);
    expect((await vmsmailAsNobody(['stop', '--root', node.root])).status).toBe(0);
    const alone = await vmsmailAsNobody([...start, '--port', 'SMTP=0', '--root', node.root]);
    expect(`${alone.status} ${alone.stderr}`).toBe('0 ');
    expect((await node.stop()).status).toBe(0);
    expect(foreignFiles(node.root)).toBe('');
  }, 90_000);

  const startOn = (root: string, user = 'nobody'): Promise<CommandResult> =>
    vmsmail(['start', '--detach', '--port', 'SMTP=0', '--run-as', user, '--root', root]);
  const refusal = async (root: string, user?: string): Promise<string> => {
    const { status, stderr } = await startOn(root, user);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^vmsmail: [^\n]+\n$/);
    expect(processesOf(root)).toEqual([]);
    return stderr;
  };

  test('an empty directory made for it is given to him', async () => {
    using home = temporary();
    const root = join(home.directory, 'root');
    mkdirSync(root);
    const started = await startOn(root);
    expect(`${started.status} ${started.stderr}`).toBe('0 ');
    expect((await vmsmail(['stop', '--root', root])).status).toBe(0);
    expect(foreignFiles(root)).toBe('');
  }, 60_000);

  test('a root that was used by root says how to give it away, and can be used then', async () => {
    using home = temporary();
    const root = join(home.directory, 'root');
    const first = await vmsmail(['start', '--detach', '--port', 'SMTP=0', '--root', root]);
    expect(first.stdout).toContain('All of it runs as root');
    expect((await vmsmail(['stop', '--root', root])).status).toBe(0);
    const said = await refusal(root);
    expect(said).toMatch(/belongs to root, not to nobody; give it away with: chown -R nobody: /);
    const [, command] = /(chown -R .*)\n/.exec(said)!;
    expect(spawnSync('/bin/sh', ['-c', command!]).status).toBe(0);
    expect((await startOn(root)).status).toBe(0);
    expect((await vmsmail(['stop', '--root', root])).status).toBe(0);
  }, 60_000);

  test('a file of somebody else in it', async () => {
    using home = temporary();
    const root = join(home.directory, 'root');
    mkdirSync(join(root, 'SYSMGR'), { recursive: true });
    for (const path of [root, join(root, 'SYSMGR')]) chownSync(path, NOBODY, NOBODY);
    writeFileSync(join(root, 'SYSMGR', 'OPERATOR.LOG'), '');
    expect(await refusal(root)).toMatch(
      /SYSMGR\/OPERATOR\.LOG does not belong to nobody; .*chown -R nobody: /,
    );
  }, 60_000);

  test('a directory he cannot reach', async () => {
    using home = temporary();
    chmodSync(home.directory, 0o700);
    expect(await refusal(join(home.directory, 'root'))).toMatch(
      /nobody cannot reach the root .*; choose one outside of private directories/,
    );
  }, 60_000);

  test('nobody of that name, root, and a start by somebody who is not root', async () => {
    using home = temporary();
    const root = join(home.directory, 'root');
    expect(await refusal(root, 'no_such_user')).toContain('there is no Linux user no_such_user');
    expect(await refusal(root, 'root')).toContain('wants an unprivileged user');
    const { status, stderr } = await vmsmailAsNobody([
      'start',
      '--detach',
      '--run-as',
      'root',
      '--root',
      root,
    ]);
    expect([status, stderr]).toEqual([1, 'vmsmail: only root can start a node that runs as root\n']);
  }, 60_000);

  test('others are told whose root it is', async () => {
    using home = temporary();
    const root = join(home.directory, 'root');
    mkdirSync(root, { mode: 0o700 });
    for (const words of [['stop'], ['status'], ['dcl', 'SHOW TIME'], ['mail']]) {
      const { status, stderr } = await vmsmailAsNobody([...words, '--root', root]);
      expect([status, stderr]).toEqual([1, `vmsmail: the root ${root} is root's\n`]);
    }
  }, 60_000);
});
