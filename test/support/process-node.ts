/**
 * A node as the separate processes it really is, on a root of its own below the temporary directory: for tests that kill
 * processes, watch their system calls, or fill their file system. Cleans up after itself whatever has happened.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostFileSystem } from '../../src/adapters/node/host-file-system.ts';
import { openSqliteSystemStore } from '../../src/adapters/sqlite/system-store/index.ts';
import { createRoot } from '../../src/images/create-root.ts';
import { launch } from '../../src/images/host-command/launch.ts';
import { fetchStatus } from '../../src/images/host-command/status.ts';
import type { NodeConfiguration } from '../../src/images/node-configuration.ts';
import { findJobControl, nodeHasEnded, takeNodeLock } from '../../src/images/node-lock.ts';
import { type NodeRoot, nodeRoot } from '../../src/images/node-root.ts';
import type { NodeStatus } from '../../src/images/node-status.ts';
import { addAccount, newAccount, nextUic } from '../../src/system/accounts.ts';

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));
const START_NODE = fileURLToPath(new URL('start-node.ts', import.meta.url));

/** Runs the host command, `vmsmail words…`; kills it after `timeoutMs`. */
export const vmsmail = (words: readonly string[], timeoutMs = 60_000, input = ''): Promise<CommandResult> =>
  run([COMMAND, ...words], timeoutMs, input);

/** Linux user of tests that need one without rights. */
export const NOBODY = 65_534;
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=-all'];

/** Runs the host command as a user without any rights; only root can. */
export const vmsmailAsNobody = (words: readonly string[]): Promise<CommandResult> =>
  run([...asNobody, COMMAND, ...words], 60_000, '');

/** Why `vmsmailAsNobody` cannot be used, or undefined. */
export function whyNotAsNobody(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can run a command as somebody else';
  const [program, ...words] = asNobody;
  const { status } = spawnSync(program!, [...words, COMMAND, '--help']);
  return status === 0 ? undefined : 'another user cannot reach this directory, or setpriv is not there';
}

/** Runs a program; kills it after `timeoutMs`. */
export function run(
  [program, ...words]: readonly string[],
  timeoutMs: number,
  input: string,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program!, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr });
    });
  });
}

/** All of its processes run. */
export interface WholeNode extends NodeStatus {
  readonly processes: readonly (NodeStatus['processes'][number] & { readonly pid: number })[];
}

export interface ProcessNode extends AsyncDisposable {
  readonly root: string;
  readonly paths: NodeRoot;
  /** The same port through all restarts. */
  readonly smtpPort: number;
  start(): Promise<CommandResult>;
  /** A program and its words that start it as `start` does, for whoever wants to watch that. */
  readonly startCommand: readonly string[];
  stop(): Promise<CommandResult>;
  /** Undefined while no queue manager answers. */
  status(): Promise<NodeStatus | undefined>;
  /** Resolves when the queue manager, the auxiliary server, the symbiont and a receiver are there and SMTP listens. */
  whole(timeoutMs?: number): Promise<WholeNode>;
  /** Resolves to true when nothing is pending or executing, to false after `timeoutMs`. */
  drained(timeoutMs: number): Promise<boolean>;
}

export interface ProcessNodeOptions {
  readonly users: readonly string[];
  /** Directory to use and leave there, instead of one of its own. */
  readonly root?: string;
  /** Nothing is made: the first start does it. */
  readonly isEmpty?: boolean;
  /** Port of other SMTP servers; default 25. */
  readonly remotePort?: number;
  /** A program that runs the start command, which follows: `env NAME=value`. */
  readonly through?: readonly string[];
  /** Of services beside SMTP. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** Makes the root and the accounts; the node is not started yet. */
export async function createProcessNode(options: ProcessNodeOptions): Promise<ProcessNode> {
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'vmsmail-node-'));
  const paths = nodeRoot(root);
  if (options.isEmpty !== true) await prepare(paths, options.users);
  const smtpPort = await freePort();
  const portWords = Object.entries({ SMTP: smtpPort, ...options.ports })
    .map(([service, port]) => `${service}=${port}`)
    .join(' --port ');
  const startWords = `start --detach --port ${portWords} --node HEARTS --host hearts.example --root`
    .split(' ')
    .concat(root);
  /** The last resort, where the test did not come to its end. */
  const atExit = (): void => {
    killProcessesOf(root);
    if (options.root === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', atExit);
  const status = async (): Promise<NodeStatus | undefined> => {
    try {
      return await within(fetchStatus(paths), 5_000);
    } catch {
      return undefined; // It died while it answered.
    }
  };
  const { remotePort } = options;
  const configuration =
    remotePort === undefined ? undefined : { ...names(root), ports: { SMTP: smtpPort }, remotePort };
  const startCommand =
    configuration === undefined
      ? [COMMAND, ...startWords]
      : [process.execPath, START_NODE, JSON.stringify(configuration)];
  return {
    root,
    paths,
    smtpPort,
    status,
    startCommand,
    start: () =>
      configuration === undefined
        ? run([...(options.through ?? []), ...startCommand], 60_000, '')
        : launched(paths, configuration),
    stop: () => vmsmail(['stop', '--root', root], 45_000),
    async whole(timeoutMs = 60_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = await status();
        if (found !== undefined && isWhole(found)) return found;
        if (Date.now() > deadline) throw new Error(`the node did not come back: ${JSON.stringify(found)}`);
        await pause(50);
      }
    },
    async drained(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = await status();
        if (found?.queues.every(({ pending, executing }) => pending + executing === 0)) return true;
        if (Date.now() > deadline) return false;
        await pause(100);
      }
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', atExit);
      await endProcessesOf(root);
      if (options.root === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const names = (root: string) => ({ root, nodeName: 'HEARTS', hostName: 'hearts.example' });

/** As `vmsmail start --detach` does it, which knows one port of other SMTP servers only. */
export async function launched(paths: NodeRoot, configuration: NodeConfiguration): Promise<CommandResult> {
  const late = performance.now() + 45_000;
  let lock = takeNodeLock(paths);
  // What a job control leaves that was killed ends in order.
  while (lock === undefined && findJobControl(paths)?.isAlive !== true && performance.now() < late) {
    await nodeHasEnded(paths, 300);
    lock = takeNodeLock(paths);
  }
  if (lock === undefined) return { status: 1, stdout: '', stderr: 'a node is already running' };
  const node = launch(configuration, lock, { isDetached: true, user: undefined });
  const failure = await node.go();
  node.jobControl.unref();
  return { status: failure === undefined ? 0 : 1, stdout: '', stderr: failure ?? '' };
}

async function prepare(paths: NodeRoot, users: readonly string[]): Promise<void> {
  const { root } = paths;
  await createRoot(paths, { ...names(root), ports: {} });
  const store = openSqliteSystemStore(paths.systemDirectory);
  for (const user of users)
    await addAccount(store, hostFileSystem({ root }), newAccount(user, nextUic(await store.accounts())));
  await store.close();
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const isWhole = (status: NodeStatus): status is WholeNode =>
  ['queue-manager', 'auxiliary-server', 'smtp-symbiont', 'smtp-receiver'].every((image) =>
    status.processes.some((each) => each.image === image),
  ) &&
  status.processes.every(({ pid, state }) => pid !== undefined && state === 'running') &&
  status.services.some((each) => each.service === 'SMTP' && each.enabled);

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Processes whose arguments name this root: every process of its node does, and nothing else on the machine. */
export function processesOf(root: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return words.some(
        (word) => word.startsWith('--node-configuration=') && word.includes(JSON.stringify(root)),
      )
        ? [pid]
        : [];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}

async function endProcessesOf(root: string): Promise<void> {
  for (let tries = 0; tries < 100 && killProcessesOf(root) > 0; tries += 1) await pause(20);
}

/** How many there were. Job control may just have started another one. */
function killProcessesOf(root: string): number {
  const pids = processesOf(root);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
  return pids.length;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '0.0.0.0', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
