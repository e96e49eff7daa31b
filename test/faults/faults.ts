/**
 * What a machine does to a node that it is not fit for: disks that fail, that cannot be written, no file handles. Under load, for
 * a few seconds each: strangers hear 4xx, nothing that was acknowledged is lost, and it goes on without a restart.
 * `npm run torture -- faults --seconds 5`. RFC 5321 §4.5.4.1, §6.1.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accountFor } from '../crash/account-for.ts';
import { startLoad } from '../crash/load.ts';
import { createProcessNode, type ProcessNode, pause, type WholeNode } from '../support/process-node.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';

export interface Fault {
  readonly name: string;
  /** Begins, and resolves to the way to end it. */
  begin(node: ProcessNode, whole: WholeNode, disk: SmallDisk | undefined): Promise<() => Promise<void>>;
  /** Needs a file system of its own. */
  readonly needsDisk?: boolean;
}

export interface FaultReport {
  readonly accepted: number;
  /** Replies that were no acceptance, how often. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Processes that are others than before, by name. */
  readonly restarted: readonly string[];
  /** Messages accepted after the fault had ended. */
  readonly acceptedAfter: number;
  /** What the operators were told, a line each. */
  readonly told: readonly string[];
}

const users = ['ADAMS', 'BAKER'];
const SENDER = 'SENDER';
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;

/** System calls of images fail. @param words  `fsync,fdatasync:error=EIO` */
const failing =
  (images: RegExp, words: string): Fault['begin'] =>
  async (_node, { processes }) => {
    const pids = processes.filter(({ image }) => images.test(image)).map(({ pid }) => pid);
    const calls = words.split(':')[0]!;
    const strace = spawn(
      'strace',
      [
        '-f',
        '-o',
        '/dev/null',
        '-e',
        `trace=${calls}`,
        '-e',
        `inject=${words}`,
        ...pids.flatMap((pid) => ['-p', `${pid}`]),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await new Promise<void>((resolve, reject) => {
      strace.stderr.once('data', () => resolve());
      strace.once('error', reject);
      strace.once('close', () => reject(new Error('strace may not attach')));
    });
    return async () => {
      const ended = new Promise<void>((resolve) => strace.once('close', () => resolve()));
      strace.kill('SIGINT');
      await ended;
    };
  };

/** No process of the image gets another file. */
const withoutHandles =
  (image: string): Fault['begin'] =>
  async (_node, { processes }) => {
    const pids = processes.filter((each) => each.image === image).map(({ pid }) => pid);
    const before = pids.map((pid) => limitOf(pid));
    const limit = (pid: number, soft: number): void => {
      spawnSync('prlimit', ['--pid', `${pid}`, `--nofile=${soft}:`]);
    };
    for (const pid of pids) limit(pid, readdirSync(`/proc/${pid}/fd`).length + 1);
    return async () => {
      for (const [index, pid] of pids.entries()) limit(pid, before[index]!);
    };
  };

const limitOf = (pid: number): number =>
  Number(/Max open files +(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]);

export const faults: readonly Fault[] = [
  {
    name: 'the queue database cannot be synchronised',
    begin: failing(/queue-manager/, 'fsync,fdatasync:error=EIO'),
  },
  { name: 'the queue database cannot be written', begin: failing(/queue-manager/, 'pwrite64:error=EIO') },
  { name: 'mail files cannot be synchronised', begin: failing(/smtp-symbiont/, 'fsync,fdatasync:error=EIO') },
  { name: 'mail files cannot be written', begin: failing(/smtp-symbiont/, 'pwrite64:error=EIO') },
  { name: 'mail files cannot be read', begin: failing(/smtp-symbiont/, 'pread64:error=EIO') },
  { name: 'texts cannot be synchronised', begin: failing(/smtp-receiver/, 'fsync,fdatasync:error=EIO') },
  { name: 'texts cannot be made', begin: failing(/smtp-receiver/, 'openat:error=ENOSPC') },
  { name: 'receivers have no file handles', begin: withoutHandles('smtp-receiver') },
  { name: 'the symbiont has no file handles', begin: withoutHandles('smtp-symbiont') },
  { name: 'the queue manager has no file handles', begin: withoutHandles('queue-manager') },
  { name: 'the auxiliary server has no file handles', begin: withoutHandles('auxiliary-server') },
  {
    name: 'the disk is full',
    needsDisk: true,
    begin: async (_node, _whole, disk) => {
      disk!.fill();
      return async () => disk!.empty();
    },
  },
  {
    name: 'the disk may only be read',
    begin: failing(/./, 'pwrite64,ftruncate,fsync,fdatasync,rename,link,unlink,mkdir:error=EROFS'),
  },
];

export async function suffer(fault: Fault, seconds: number): Promise<FaultReport> {
  using disk = fault.needsDisk === true ? smallDisk(64) : undefined;
  const place = disk === undefined ? {} : { root: join(disk.directory, 'root') };
  await using node = await createProcessNode({ users: [...users, SENDER], ...place });
  const started = await node.start();
  if (started.status !== 0) throw new Error(`vmsmail start: ${started.stdout}${started.stderr}`);
  const whole = await node.whole();
  const load = startLoad({
    port: node.smtpPort,
    sessions: 4,
    reversePath: address(SENDER),
    recipients: (n) => [address(users[n % users.length]!)],
    sizeBytes: (n) => (n % 10 === 0 ? 100_000 : 1_500),
    pauseMs: 20,
  });
  let acceptedAfter = 0;
  try {
    await pause(1_000);
    const end = await fault.begin(node, whole, disk);
    await pause(seconds * 1_000);
    await end();
    const endedAt = performance.timeOrigin + performance.now();
    const late = performance.now() + 60_000;
    while (acceptedAfter < 20 && performance.now() < late) {
      await pause(200);
      acceptedAfter = load.messages.filter(
        ({ outcome, answeredAt = 0 }) => outcome === 'accepted' && answeredAt > endedAt,
      ).length;
    }
  } finally {
    await load.stop();
  }
  const after = await node.whole();
  const isDrained = await node.drained(90_000);
  const stopped = await node.stop();
  if (stopped.status !== 0) throw new Error(`vmsmail stop: ${stopped.stderr}`);
  if (!isDrained) throw new Error('the queue is not drained');
  const account = await accountFor(node.paths, load.messages, {
    users,
    sender: SENDER,
    userOf: (path) => users.find((user) => address(user) === path),
  });
  const pids = new Set(whole.processes.map(({ pid }) => pid));
  return {
    accepted: account.accepted,
    refusals: Object.fromEntries(load.refusals),
    lost: account.lost,
    twice: account.twice,
    restarted: after.processes.filter(({ pid }) => !pids.has(pid)).map(({ name }) => name),
    acceptedAfter,
    told: readFileSync(join(node.paths.root, 'SYSMGR', 'OPERATOR.LOG'), 'utf8')
      .split('\n')
      .filter((line) => /^%\w|cannot|failed|again/.test(line)),
  };
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const fault of faults.filter(({ name }) => name.includes(values.only))) {
    const report = await suffer(fault, Number(values.seconds));
    say(`${fault.name}: ${JSON.stringify(report, null, 2)}`);
    if (report.lost.length + report.twice.length > 0 || report.acceptedAfter < 20) process.exitCode = 1;
  }
}
