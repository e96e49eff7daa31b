/**
 * Kills the processes of a node under load, one at a time and at any moment, or stops and starts the node; afterwards
 * accounts for every message. `npm run torture -- --rounds 100 --seed 7`. RFC 5321 §6.1.
 */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { findJobControl } from '../../src/images/node-lock.ts';
import type { NodeRoot } from '../../src/images/node-root.ts';
import { isAlive, kill, killAll } from '../support/kill-node.ts';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { type Account, accountFor } from './account-for.ts';
import { startLoad } from './load.ts';

export interface CrashOptions {
  readonly rounds: number;
  /** The same seed kills the same images in the same order, at about the same moments. */
  readonly seed: number;
  /** One in so many messages goes through a file. Default 40. */
  readonly longEvery?: number;
  readonly say?: (line: string) => void;
}

export interface CrashReport extends Account {
  readonly sent: number;
  readonly refusals: ReadonlyMap<string, number>;
  readonly isDrained: boolean;
}

const users = ['ADAMS', 'BAKER', 'CLARK', 'DAVIS'];
const SENDER = 'SENDER';
/** A list whose only member is unknown, which comes out after RCPT: what goes there comes back. */
const GONE = 'GONE';
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;

export async function crash(options: CrashOptions): Promise<CrashReport> {
  const say = options.say ?? (() => {});
  const random = randomNumbers(options.seed);
  await using node = await createProcessNode({ users: [...users, SENDER] });
  makeList(node.paths);
  await mustStart(node);
  const load = startLoad({
    port: node.smtpPort,
    sessions: 6,
    reversePath: address(SENDER),
    recipients: (n) => [
      ...users.slice(0, 1 + (n % users.length)).map(address),
      ...(n % 10 === 0 ? [address(GONE)] : []),
    ],
    sizeBytes: (n) => (n % (options.longEvery ?? 40) === 0 ? 100_000 : 1_500),
    pauseMs: 4,
  });
  try {
    const plan = victims(random);
    for (let round = 1; round <= options.rounds; round += 1) {
      await node.whole();
      await pause(200 + random() * 800);
      const victim = plan.next().value as Victim;
      say(`round ${round}: ${await strike(node, victim, random)}, ${load.messages.length} messages so far`);
    }
    await node.whole();
  } finally {
    await load.stop();
  }
  const isDrained = await node.drained(60_000);
  const stopped = await node.stop();
  if (stopped.status !== 0) throw new Error(`vmsmail stop: ${stopped.stderr}`);
  const account = await accountFor(node.paths, load.messages, {
    users,
    sender: SENDER,
    userOf: (path) => users.find((user) => address(user) === path),
  });
  return { ...account, sent: load.messages.length, refusals: load.refusals, isDrained };
}

type Victim =
  | 'all'
  | 'job-control'
  | 'queue-manager'
  | 'auxiliary-server'
  | 'smtp-symbiont'
  | 'smtp-receiver'
  | 'stop';
const everyVictim: readonly Victim[] = [
  'all',
  'job-control',
  'queue-manager',
  'smtp-symbiont',
  'smtp-receiver',
  'stop',
  'auxiliary-server',
];

/** Each of them in every seven rounds, in a new order: a stop among them keeps the waits before restarts short. */
function* victims(random: () => number): Generator<Victim, never> {
  for (;;) {
    const left = [...everyVictim];
    while (left.length > 0) yield left.splice(Math.floor(random() * left.length), 1)[0]!;
  }
}

async function strike(node: ProcessNode, victim: Victim, random: () => number): Promise<string> {
  if (victim === 'stop') {
    const stopped = await node.stop();
    if (stopped.status !== 0) throw new Error(`vmsmail stop: ${stopped.stderr}`);
    await mustStart(node);
    return 'stopped and started';
  }
  if (victim === 'all') {
    await killAll(node);
    await mustStart(node);
    return 'killed all at once and started';
  }
  if (victim === 'job-control') {
    const found = findJobControl(node.paths);
    if (found === undefined) throw new Error('there is no job control');
    process.kill(found.pid, 'SIGKILL');
    // What it leaves ends in order, and is waited for.
    await mustStart(node);
    return 'killed JOB_CONTROL and started';
  }
  const candidates = (await node.whole()).processes.filter(({ image }) => image === victim);
  const chosen = candidates[Math.floor(random() * candidates.length)]!;
  const step = Math.floor(random() * 2 * LAST_STEP) - LAST_STEP;
  if (step >= 0 && canTrace && (await killAtStep(chosen.pid, step + 1)))
    return `killed ${chosen.name} at change ${step + 1}`;
  await kill(chosen.pid);
  return `killed ${chosen.name}`;
}

/** Changes of files a process is killed at: between any two of them, in the course of some messages. */
const LAST_STEP = 60;
const STEPS = 'pwrite64,fsync,fdatasync,ftruncate,rename,link,unlink,openat';
const canTrace = process.getuid?.() === 0 && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** The kernel kills it when it comes to its n-th change from now on. False when it does not come so far. */
async function killAtStep(pid: number, step: number): Promise<boolean> {
  const words = [
    '-f',
    '-o',
    '/dev/null',
    '-e',
    `trace=${STEPS}`,
    '-e',
    `inject=${STEPS}:signal=KILL:when=${step}`,
  ];
  const strace = spawn('strace', [...words, '-p', String(pid)], { stdio: 'ignore' });
  const late = performance.now() + 5_000;
  while (isAlive(pid) && performance.now() < late) await pause(5);
  strace.kill('SIGKILL');
  return !isAlive(pid);
}

async function mustStart(node: ProcessNode): Promise<void> {
  const started = await node.start();
  if (started.status !== 0) throw new Error(`vmsmail start: ${started.stdout}${started.stderr}`);
}

const makeList = (paths: NodeRoot): void =>
  writeFileSync(join(paths.root, 'TCPIP$SMTP', `${GONE}.DIS`), `${address('NOBODY_HERE')}\n`);

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '100' },
      seed: { type: 'string' },
      'long-every': { type: 'string', default: '40' },
    },
  });
  const seed = values.seed === undefined ? systemClock.now() % 1_000_000 : Number(values.seed);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`seed ${seed}`);
  const numbers = { rounds: Number(values.rounds), longEvery: Number(values['long-every']) };
  const report = await crash({ ...numbers, seed, say });
  say(JSON.stringify({ ...report, refusals: Object.fromEntries(report.refusals) }, null, 2));
  process.exitCode = report.lost.length + report.twice.length === 0 && report.isDrained ? 0 : 1;
}
