/**
 * Kills the processes of a node under load, one at a time, at any moment and at every numbered step of a message's path, or stops and
 * starts the node; afterwards accounts for every message. `npm run torture -- --rounds 100 --seed 7`. RFC 5321 §6.1.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { findJobControl } from '../../src/images/node-lock.ts';
import type { NodeRoot } from '../../src/images/node-root.ts';
import { canAttach } from '../support/can-trace.ts';
import { kill, killAll } from '../support/kill-node.ts';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { type Account, accountFor } from './account-for.ts';
import { type FaultPoint, FaultPoints, faultPoints, killAt, nameOf } from './fault-points.ts';
import { startLoad } from './load.ts';
import { REMOTE, type RemotePeer, startRemotePeer } from './remote-peer.ts';

export interface CrashOptions {
  readonly rounds: number;
  /** The same seed kills the same images in the same order, at about the same moments. */
  readonly seed: number;
  /** One in so many messages goes through a file. Default 40. */
  readonly longEvery?: number;
  /** Steps of the path at which processes are killed; default all. */
  readonly points?: readonly FaultPoint[];
  /** Nobody is killed anywhere else, and until all of them were reached; `rounds` is the most it may take. */
  readonly onlyPoints?: boolean;
  /** How long before a death an answer of the other host may have come that nobody has written down. Default half a second. */
  readonly untilCommitMs?: number;
  readonly say?: (line: string) => void;
}

export interface CrashReport extends Account {
  readonly sent: number;
  readonly refusals: ReadonlyMap<string, number>;
  readonly isDrained: boolean;
  /** Of the other host: messages that would be found if they came again. */
  readonly firmAnswers: number;
  /** Steps of the path at which a process was killed, and those to which none came. */
  readonly points: FaultPoints['report'];
}

const users = ['ADAMS', 'BAKER', 'CLARK', 'DAVIS'];
const SENDER = 'SENDER';
/** A list whose only member is unknown, which comes out after RCPT: what goes there comes back. */
const GONE = 'GONE';
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;

export async function crash(options: CrashOptions): Promise<CrashReport> {
  const say = options.say ?? (() => {});
  const { onlyPoints = false } = options;
  const random = randomNumbers(options.seed);
  const points = new FaultPoints(canAttach ? (options.points ?? faultPoints) : [], random);
  await using peer = await startRemotePeer(options.untilCommitMs);
  await using node = await createProcessNode({ users: [...users, SENDER], remotePort: peer.port });
  makeList(node.paths);
  // What the other host took without an answer is tried again while somebody looks.
  writeFileSync(
    join(node.paths.root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'),
    'Initial-Interval: 0 00:00:03\nRetry-Interval: 0 00:00:03\n',
  );
  await mustStart(node);
  const load = startLoad({
    port: node.smtpPort,
    sessions: 6,
    reversePath: address(SENDER),
    recipients: (n) => [
      ...users.slice(0, 1 + (n % users.length)).map(address),
      ...(n % 10 === 0 ? [address(GONE)] : []),
      ...(n % 3 === 0 ? [REMOTE] : []),
    ],
    sizeBytes: (n) => (n % (options.longEvery ?? 40) === 0 ? 100_000 : 1_500),
    pauseMs: 4,
  });
  try {
    const plan = victims(random, onlyPoints ? traced : everyVictim);
    const isThrough = (): boolean => onlyPoints && points.report.unreached.length === 0;
    for (let round = 1; round <= options.rounds && !isThrough(); round += 1) {
      const victim = plan.next().value;
      if (onlyPoints && victim !== 'stop' && points.isThrough(victim)) continue;
      await node.whole();
      await pause(onlyPoints ? 100 : 200 + random() * 800);
      const done = await strike({ node, peer, points, random, onlyPoints }, victim);
      say(`round ${round}: ${done}, ${load.messages.length} messages so far`);
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
    remote: { forwardPath: REMOTE, peer },
  });
  return {
    ...account,
    sent: load.messages.length,
    firmAnswers: peer.firmAnswers(),
    refusals: load.refusals,
    isDrained,
    points: points.report,
  };
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
const traced: readonly Victim[] = ['queue-manager', 'smtp-symbiont', 'smtp-receiver', 'stop'];
/** Answers of other hosts are read by the one, and written down by the other. */
const losesAnswers: ReadonlySet<Victim> = new Set(['all', 'queue-manager', 'smtp-symbiont']);

/** Each of them in every so many rounds, in a new order: a stop among them keeps the waits before restarts short. */
function* victims(random: () => number, all: readonly Victim[]): Generator<Victim, never> {
  for (;;) {
    const left = [...all];
    while (left.length > 0) yield left.splice(Math.floor(random() * left.length), 1)[0]!;
  }
}

interface Battle {
  readonly node: ProcessNode;
  readonly peer: RemotePeer;
  readonly points: FaultPoints;
  readonly random: () => number;
  readonly onlyPoints: boolean;
}

/** @returns what was done, for people who look on */
async function strike({ node, peer, points, random, onlyPoints }: Battle, victim: Victim): Promise<string> {
  const died = (): void => peer.died(victim, losesAnswers.has(victim));
  if (victim === 'stop') {
    const stopped = await node.stop();
    if (stopped.status !== 0) throw new Error(`vmsmail stop: ${stopped.stderr}`);
    await mustStart(node);
    return 'stopped and started';
  }
  if (victim === 'all') {
    await killAll(node);
    died();
    await mustStart(node);
    return 'killed all at once and started';
  }
  if (victim === 'job-control') {
    const found = findJobControl(node.paths);
    if (found === undefined) throw new Error('there is no job control');
    await kill(found.pid);
    died();
    // What it leaves ends in order, and is waited for by the start.
    await mustStart(node);
    return 'killed JOB_CONTROL and started';
  }
  const candidates = (await node.whole()).processes.filter(({ image }) => image === victim);
  const chosen = candidates[Math.floor(random() * candidates.length)]!;
  const point = onlyPoints || random() < 0.5 ? points.next(victim) : undefined;
  if (point !== undefined) {
    if (await killAt(chosen.pid, point)) {
      died();
      points.reached(point);
      return `killed ${chosen.name} at ${nameOf(point)}`;
    }
    points.missed(point);
    if (onlyPoints) return `${chosen.name} did not come to ${nameOf(point)}`;
  }
  await kill(chosen.pid);
  died();
  return `killed ${chosen.name}`;
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
      'only-steps': { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? systemClock.now() % 1_000_000 : Number(values.seed);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`seed ${seed}`);
  const numbers = { rounds: Number(values.rounds), longEvery: Number(values['long-every']) };
  const report = await crash({ ...numbers, seed, onlyPoints: values['only-steps'], say });
  say(JSON.stringify({ ...report, refusals: Object.fromEntries(report.refusals) }, null, 2));
  process.exitCode = report.lost.length + report.twice.length === 0 && report.isDrained ? 0 : 1;
}
