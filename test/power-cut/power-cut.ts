/**
 * The power goes, at many moments of one run under load: what was not synchronised is dropped or torn, and nothing that was
 * acknowledged may be missing. `npm run torture -- power-cut --points 200 --seed 7`. RFC 5321 §6.1.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { type NodeRoot, nodeRoot } from '../../src/images/node-root.ts';
import { accountFor, type WhoGetsWhat } from '../crash/account-for.ts';
import { type SentMessage, startLoad } from '../crash/load.ts';
import { REMOTE, type RemoteHistory, type RemotePeer, startRemotePeer } from '../crash/remote-peer.ts';
import { createProcessNode, pause, vmsmail } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { Disk } from './disk.ts';
import { readRecording, recording } from './recording.ts';

export interface PowerCutOptions {
  readonly points: number;
  /** Of them, as many are started afterwards, and drained: nobody may have a message twice. */
  readonly starts: number;
  /** Seconds of load. */
  readonly seconds: number;
  readonly seed: number;
  /** One in so many messages goes through a file. Default 10. */
  readonly longEvery?: number;
  /** A disk that forgets what it has promised: then something has to be lost, or nothing was tested. Default false. */
  readonly lies?: boolean;
  /** How long before a cut an answer of the other host may have come that is not on the disk. Default half a second. */
  readonly untilCommitMs?: number;
  readonly say?: (line: string) => void;
}
export interface PowerCutReport {
  readonly accepted: number;
  /** Of them, those another host has had by the end of the run under load. */
  readonly relayed: number;
  /** Messages that the other host has more than once, as the power or the host itself took its answer; of all points together. */
  readonly relayedAgain: number;
  /** Of that host before the cuts after which a node is started: messages that would be found if they came again. */
  readonly firmAnswers: number;
  readonly operations: number;
  readonly points: number;
  /** `point 7: <<12>> for adams@…`. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Databases that are not whole, nodes that do not start. */
  readonly broken: readonly string[];
}

const users = ['ADAMS', 'BAKER', 'CLARK'];
const SENDER = 'SENDER';
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;
const who = (peer: RemoteHistory): WhoGetsWhat => ({
  users,
  sender: SENDER,
  userOf: (path) => users.find((user) => address(user) === path),
  remote: { forwardPath: REMOTE, peer },
});

export async function powerCut(options: PowerCutOptions): Promise<PowerCutReport> {
  const say = options.say ?? (() => {});
  const random = randomNumbers(options.seed);
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-power-'));
  await using peer = await startRemotePeer(options.untilCommitMs);
  try {
    const { messages, disk, began, ended, operations } = await record(directory, peer, options);
    const relayed = messages.filter(({ id }) => peer.times(id) > 0).length;
    let relayedAgain = 0;
    let firmAnswers = 0;
    say(`${messages.length} messages, ${operations} changes and synchronisations recorded`);
    const lost: string[] = [];
    const twice: string[] = [];
    const broken: string[] = [];
    for (let point = 1; point <= options.points; point++) {
      const instant = began + (ended - began) * random();
      const root = join(directory, `point-${point}`);
      disk.cutAt(instant, root, random);
      const known = messages.map((each) => asAt(each, instant));
      const isStarted = point <= options.starts;
      const found = await examine(root, { messages: known, peer, instant }, isStarted);
      relayedAgain += found.relayedAgain;
      if (isStarted) firmAnswers += peer.afterPowerCut(instant).firmAnswers();
      for (const each of found.lost) lost.push(`point ${point}: ${each}`);
      for (const each of found.twice) twice.push(`point ${point}: ${each}`);
      for (const each of found.broken) broken.push(`point ${point}: ${each}`);
      const accepted = known.filter(({ outcome }) => outcome === 'accepted').length;
      say(
        `point ${point}${isStarted ? ', started' : ''}: ${accepted} accepted, ${found.lost.length} lost, ` +
          `${found.twice.length} twice, ${found.broken.length} broken`,
      );
      rmSync(root, { recursive: true, force: true });
    }
    const accepted = messages.filter(({ outcome }) => outcome === 'accepted').length;
    return {
      accepted,
      relayed,
      relayedAgain,
      firmAnswers,
      operations,
      points: options.points,
      lost,
      twice,
      broken,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** As the client knew of a message then. */
const asAt = (message: SentMessage, instant: number): SentMessage =>
  message.answeredAt !== undefined && message.answeredAt <= instant
    ? message
    : { ...message, outcome: 'unknown' };

/** One run under load, from a quiet root. */
async function record(
  directory: string,
  peer: RemotePeer,
  { seconds, longEvery = 10, lies = false }: PowerCutOptions,
) {
  const root = join(directory, 'root');
  const base = join(directory, 'base');
  const output = join(directory, 'STRACE');
  mkdirSync(root);
  await using node = await createProcessNode({ users: [...users, SENDER], root, remotePort: peer.port });
  // What the other host took without an answer is tried again while somebody looks.
  writeFileSync(
    join(root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'),
    'Initial-Interval: 0 00:00:03\nRetry-Interval: 0 00:00:03\n',
  );
  // What a first start makes is there, and on the disk.
  for (const result of [await node.start(), await node.stop()])
    if (result.status !== 0) throw new Error(`vmsmail: ${result.stdout}${result.stderr}`);
  cpSync(root, base, { recursive: true, preserveTimestamps: true });
  const [strace, ...words] = recording(output);
  const tracer = spawn(strace!, [...words, ...node.startCommand], { stdio: 'ignore' });
  const isOver = new Promise<void>((resolve) => tracer.once('close', () => resolve()));
  await node.whole();
  const began = systemClock.now();
  const load = startLoad({
    port: node.smtpPort,
    sessions: 4,
    reversePath: address(SENDER),
    recipients: (n) => [
      ...users.slice(0, 1 + (n % users.length)).map(address),
      ...(n % 3 === 0 ? [REMOTE] : []),
    ],
    sizeBytes: (n) => (n % longEvery === 0 ? 100_000 : 1_500),
    pauseMs: 10,
  });
  await pause(seconds * 1_000);
  await load.stop();
  await node.drained(60_000);
  const ended = systemClock.now();
  await node.stop();
  await isOver;
  if (statSync(output).size === 0) throw new Error('nothing was recorded');
  const recorded = await readRecording(output, root);
  const believed = lies ? recorded.filter(({ operation }) => operation.kind !== 'sync') : recorded;
  return {
    messages: load.messages,
    disk: new Disk(base, believed),
    began,
    ended,
    operations: recorded.length,
  };
}

interface PowerCut {
  /** As their client knew of them. */
  readonly messages: readonly SentMessage[];
  readonly peer: RemotePeer;
  readonly instant: number;
}

async function examine(root: string, { messages, peer, instant }: PowerCut, isStarted: boolean) {
  const paths = nodeRoot(root);
  const history = peer.afterPowerCut(instant);
  const broken = [...damages(paths)];
  if (isStarted && broken.length === 0) broken.push(...(await startAndDrain(root, peer.port)));
  try {
    return { ...(await accountFor(paths, messages, who(history))), broken };
  } catch (failure) {
    return { lost: [], twice: [], relayedAgain: 0, broken: [...broken, String(failure)] };
  }
}

function* damages({ mailDatabase, queueDatabase }: NodeRoot): Generator<string> {
  for (const file of [mailDatabase, queueDatabase]) {
    try {
      const database = new Sqlite(file);
      const found = database.pragma('integrity_check', { simple: true }) as string;
      database.close();
      if (found !== 'ok') yield `${file}: ${found}`;
    } catch (failure) {
      yield `${file}: ${String(failure)}`;
    }
  }
}

async function startAndDrain(root: string, remotePort: number): Promise<readonly string[]> {
  await using node = await createProcessNode({ users: [], root, isEmpty: true, remotePort });
  const started = await node.start();
  if (started.status !== 0) return [`does not start: ${started.stdout}${started.stderr}`];
  const isDrained = await node.drained(60_000);
  const stopped = await vmsmail(['stop', '--root', root], 45_000);
  return [
    ...(isDrained ? [] : ['the queue is not drained']),
    ...(stopped.status === 0 ? [] : [`does not stop: ${stopped.stderr}`]),
  ];
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: {
      points: { type: 'string', default: '200' },
      starts: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '10' },
      'long-every': { type: 'string', default: '10' },
      seed: { type: 'string' },
      lies: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? systemClock.now() % 1_000_000 : Number(values.seed);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`seed ${seed}`);
  const numbers = {
    points: Number(values.points),
    starts: Number(values.starts),
    seconds: Number(values.seconds),
    longEvery: Number(values['long-every']),
  };
  const report = await powerCut({ ...numbers, seed, lies: values.lies, say });
  say(JSON.stringify(report, null, 2));
  process.exitCode = report.lost.length + report.twice.length + report.broken.length === 0 ? 0 : 1;
}
