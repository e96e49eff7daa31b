/** A node of ours as a side of a row. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMailStore } from '../src/adapters/sqlite/mail-store/index.ts';
import { openSqliteSystemStore } from '../src/adapters/sqlite/system-store/index.ts';
import { createRoot } from '../src/images/create-root.ts';
import { fetchStatus } from '../src/images/host-command/status.ts';
import { type NodeRoot, nodeRoot } from '../src/images/node-root.ts';
import type { NodeStatus } from '../src/images/node-status.ts';
import { newAccount, nextUic } from '../src/system/accounts.ts';
import { OUR_NAMES, startOurs } from './our-node.ts';
import type { DatabaseSizes, Side } from './side.ts';

const MEMORY = '/dev/shm';
const ACCOUNTS = 'SYSUAF.DAT';

export interface OurSideOptions {
  /** Default `vmsmail`. */
  readonly name?: string;
  /** Mail stays in the queue: nothing is delivered. */
  readonly isHeld?: boolean;
  /** False: mail is for other hosts. */
  readonly delivers?: boolean;
  /** Further accounts. */
  readonly users?: readonly string[];
  /** Before the node starts on its root. */
  readonly prepare?: (paths: NodeRoot) => Promise<void>;
  /** Commands of the system manager's, once it runs. */
  readonly commands?: readonly string[];
}

export async function ourSide(root: string, options: OurSideOptions = {}): Promise<Side> {
  const paths = nodeRoot(root);
  await createRoot(paths, { root, ...OUR_NAMES, ports: {} });
  await addUsers(paths, options.users ?? []);
  await options.prepare?.(paths);
  const node = startOurs(root, undefined, true);
  for (const command of options.commands ?? []) node.dcl(command);
  if (options.isHeld === true) node.dcl('TCPIP STOP MAIL');
  const status = async (): Promise<NodeStatus> => {
    const found = await fetchStatus(paths);
    if (found === undefined) throw new Error('the node is gone');
    return found;
  };
  // Where nothing is pending or in hand, mail is in the mail file, in a transaction of its own, or gone to its host.
  const isEmpty = async (): Promise<boolean> =>
    (await status()).queues.every(({ pending, executing }) => pending + executing === 0);
  return {
    name: options.name ?? 'vmsmail',
    port: node.port,
    pids: async () => (await status()).processes.flatMap(({ pid }) => pid ?? []),
    images: async () =>
      new Map(
        (await status()).processes.flatMap(({ image, pid }) => (pid === undefined ? [] : [[image, pid]])),
      ),
    settled: async () => {
      if (options.isHeld !== true) await until(isEmpty);
    },
    files: () => databaseSizes(paths),
    check: async (messages) => {
      if (options.isHeld === true) return;
      const waiting = (await status()).queues.reduce(
        (sum, { holding, retained }) => sum + holding + retained,
        0,
      );
      if (waiting > 0) throw new Error(`${waiting} messages could not be sent on`);
      if (options.delivers === false) return;
      const found = await newMail(paths, ['USER', ...(options.users ?? [])]);
      if (found !== messages) throw new Error(`${found} messages were delivered, not ${messages}`);
    },
    stop: async () => node.stop(),
  };
}

export const databaseSizes = ({ queueDatabase, mailDatabase }: NodeRoot): DatabaseSizes => ({
  queueMiB: databaseMiB(queueDatabase),
  mailMiB: databaseMiB(mailDatabase),
});

const databaseMiB = (file: string): number =>
  [file, `${file}-wal`].reduce(
    (sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0),
    0,
  ) / 1_048_576;

/** Without passwords or directories: mail is all they are for. In memory, where ten thousand commits need not wait for a disk. */
async function addUsers({ systemDirectory }: NodeRoot, users: readonly string[]): Promise<void> {
  if (users.length === 0) return;
  const memory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'vmsmail-bench-'));
  try {
    copyFileSync(join(systemDirectory, ACCOUNTS), join(memory, ACCOUNTS));
    const store = openSqliteSystemStore(memory);
    let uic = nextUic(await store.accounts());
    for (const user of users) {
      await store.putAccount(newAccount(user.toUpperCase(), uic, { directory: '[SYSMGR]' }));
      uic = { ...uic, member: uic.member + 1 };
    }
    await store.close();
    copyFileSync(join(memory, ACCOUNTS), join(systemDirectory, ACCOUNTS));
  } finally {
    rmSync(memory, { recursive: true });
  }
}

async function newMail({ mailDatabase, mailDirectory }: NodeRoot, users: readonly string[]): Promise<number> {
  const store = openMailStore({ file: mailDatabase, textDirectory: mailDirectory });
  try {
    let found = 0;
    for (const user of users) found += (await store.profile(user.toUpperCase()))?.newMailCount ?? 0;
    return found;
  } finally {
    await store.close();
  }
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 300_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('mail did not arrive within five minutes');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
