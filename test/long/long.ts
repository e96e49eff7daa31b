/**
 * A long time in the life of a node: mail keeps coming, operators give commands, right and wrong ones, configuration files change,
 * processes are killed, the node is stopped and started. In the end ANALYZE MAIL has nothing to report, every message is
 * somewhere, and nothing has grown. `npm run torture -- long --minutes 60 --seed 1`;
 * A run longer than anybody sits there is made in several sittings: `--root DIR --pause` ends one, the same command goes on, and the one
 * without --pause makes the account of all. `--kill-every 3` has a process die every three seconds beside all that, mostly the queue manager.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accountForWalk, type WalkAccount } from '../operators/account.ts';
import { Ledger } from '../operators/ledger.ts';
import { DEFERRING, GOOD, startMailLoad } from '../operators/mail-load.ts';
import { damagedDatabases, everybody, prepare, settle, staff, takeWalk, users } from '../operators/walk.ts';
import { createProcessNode, type ProcessNode } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { startSink } from '../support/smtp-sink.ts';
import { startKilling } from './killing.ts';
import { type Growth, startSampling } from './samples.ts';

export interface LongReport {
  /** In all sittings, as is what follows but growth. */
  readonly minutes: number;
  readonly commands: number;
  readonly accepted: number;
  /** What happened between commands, and how often. */
  readonly events: Readonly<Record<string, number>>;
  /** Undefined: the run is to go on. */
  readonly account: WalkAccount | undefined;
  readonly problems: readonly string[];
  /** Bugs the node logged. */
  readonly logged: readonly string[];
  readonly analysis: readonly string[];
  readonly damaged: readonly string[];
  readonly growth: readonly Growth[];
  /** Long texts on the disk, of what waits. */
  readonly spooled: number;
}

/** Commands between two events. */
const STRETCH = 400;
/** Nobody sends so many messages at one sitting. */
const MESSAGES_OF_A_SITTING = 10_000_000;

const configurations = [
  'Hop-Count-Maximum: 20\n',
  'Check-Senders: FALSE\nClient-Message-Rate: 0\n',
  'Retry-Interval: 0 00:10:00\n! what follows is no number\nNum-Of-Queues: many\n',
  'Tls-Reports: TRUE\nGreylist-Delay: 3\n',
  '',
];

export async function long(options: {
  readonly minutes: number;
  readonly seed: number;
  /** Commands between two events; default 400. */
  readonly stretch?: number;
  /** While commands are given, a process is killed every so many milliseconds, about: the queue manager, mostly. */
  readonly killEveryMs?: number;
  /** Stays, to be looked at. */
  readonly root?: string;
  /** The run is to go on with the same root. */
  readonly pauses?: boolean;
  readonly say?: (line: string) => void;
}): Promise<LongReport> {
  const say = options.say ?? (() => {});
  const before = sittingsBefore(options.root);
  const random = randomNumbers(options.seed + before.stretches);
  await using good = await startSink({ address: GOOD.slice(1, -1) });
  let asked = 0;
  await using deferring = await startSink({
    address: DEFERRING.slice(1, -1),
    port: good.port,
    reply: (command) =>
      /^RCPT/i.test(command) && asked++ % 4 !== 0 ? '451 4.2.0 come back later' : undefined,
  });
  await using node = await createProcessNode({
    users: [...users, ...Object.keys(staff)],
    remotePort: good.port,
    ...(options.root === undefined ? {} : { root: options.root }),
    isEmpty: before.sittings > 0,
  });
  if (before.sittings === 0) await prepare(node);
  const ledger = new Ledger(node.paths);
  await mustStart(node);
  const samples = startSampling(node);
  const load = startMailLoad({
    port: node.smtpPort,
    users,
    sessions: 3,
    pauseMs: 25,
    sentBefore: before.sittings * MESSAGES_OF_A_SITTING,
    onAccepted: (message) => ledger.accepted(message),
  });
  const events: Record<string, number> = { ...before.events };
  const problems: string[] = [...before.problems];
  let sent = before.accepted;
  let commands = before.commands;
  let stretch = before.stretches;
  const until = performance.now() + options.minutes * 60_000;
  for (; performance.now() < until; stretch += 1) {
    const killing =
      options.killEveryMs === undefined
        ? undefined
        : startKilling(node, { everyMs: options.killEveryMs, random, restart: () => mustStart(node) });
    const walked = await takeWalk(
      node,
      ledger,
      options.stretch ?? STRETCH,
      options.seed + stretch,
      () => {},
      1 + stretch * 100_000,
    );
    for (const [what, times] of (await killing?.stop()) ?? []) events[what] = (events[what] ?? 0) + times;
    commands += options.stretch ?? STRETCH;
    problems.push(...walked.problems);
    sent += walked.sent;
    const event = await happen(node, random);
    events[event] = (events[event] ?? 0) + 1;
    say(`${commands} commands, ${load.accepted + sent} messages, ${problems.length} problems; ${event}`);
  }
  await load.stop();
  const analysis = options.pauses === true ? [] : await settle(node, problems);
  const growth = samples.stop();
  const stopped = await node.stop();
  if (stopped.status !== 0) problems.push(`vmsmail stop: ${stopped.stderr}`);
  const damaged = damagedDatabases(node);
  const logged = bugs(node);
  for (const each of [...good.messages, ...deferring.messages]) ledger.cameElsewhere(each);
  const soFar: Sittings = {
    sittings: before.sittings + 1,
    minutes: before.minutes + options.minutes,
    stretches: stretch,
    commands,
    accepted: load.accepted + sent,
    events,
    problems,
  };
  writeFileSync(join(node.root, SITTINGS), JSON.stringify(soFar));
  const account =
    options.pauses === true
      ? undefined
      : await accountForWalk(node.paths, ledger, everybody, ledger.elsewhere());
  return {
    minutes: soFar.minutes,
    commands,
    accepted: soFar.accepted,
    events,
    account,
    problems,
    logged,
    analysis,
    damaged,
    growth,
    spooled: readdirSync(node.paths.spoolDirectory, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    ).length,
  };
}

/** What a run has done so far; a file of this name in its root keeps it. */
const SITTINGS = 'SITTINGS.JSON';

interface Sittings {
  readonly sittings: number;
  readonly minutes: number;
  readonly stretches: number;
  readonly commands: number;
  readonly accepted: number;
  readonly events: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

function sittingsBefore(root: string | undefined): Sittings {
  const file = root === undefined ? undefined : join(root, SITTINGS);
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Sittings;
  return { sittings: 0, minutes: 0, stretches: 0, commands: 0, accepted: 0, events: {}, problems: [] };
}

/** Something between two stretches. @returns its name */
async function happen(node: ProcessNode, random: () => number): Promise<string> {
  const chance = random();
  if (chance < 0.85) {
    const text = configurations[Math.floor(random() * configurations.length)]!;
    writeFileSync(join(node.paths.root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'), text);
    return 'configuration changed';
  }
  const whole = await node.whole();
  if (chance < 0.95) {
    const killed = whole.processes[Math.floor(random() * whole.processes.length)]!;
    process.kill(killed.pid, 'SIGKILL');
    await node.whole();
    return `killed ${killed.image}`;
  }
  const stopped = await node.stop();
  if (stopped.status !== 0) throw new Error(`vmsmail stop: ${stopped.stderr}`);
  await mustStart(node);
  return 'stopped and started';
}

async function mustStart(node: ProcessNode): Promise<void> {
  const started = await node.start();
  if (started.status !== 0) throw new Error(`vmsmail start: ${started.stderr}`);
  await node.whole();
}

/** Lines that follow the first of what a process says when it dies of a bug: the error, and where. */
const STACK_LINES = 14;

/** With a stack: processes that are killed, and what others say of it, are none. */
const bugs = ({ paths }: ProcessNode): readonly string[] => {
  const lines = readFileSync(paths.nodeLog, 'utf8').split('\n');
  const found = lines.flatMap((line, index) => {
    if (!/"(?:Type|Reference|Range)Error|AssertionError|Unhandled|uncaught/i.test(line)) return [];
    if (line.startsWith('{')) return [line.replace(/"(?:time|pid)":[^,]*,/g, '')];
    const stack = lines.slice(index, index + STACK_LINES).filter((each) => !each.startsWith('{'));
    return [stack.join('\n')];
  });
  return [...new Set(found)];
};

/** What is wrong with it, a line each. */
export function whatIsWrong(report: LongReport): readonly string[] {
  const { account, problems, logged, analysis, damaged, growth } = report;
  return [
    ...(account?.lost ?? []).map((each) => `lost: ${each}`),
    ...(account?.twice ?? []).map((each) => `twice: ${each}`),
    ...problems,
    ...logged,
    ...analysis,
    ...damaged,
    ...growth.flatMap(({ name, grownMb, grownHandles }) => [
      ...(grownMb > 60 ? [`${name} grows by ${grownMb} MB`] : []),
      ...(grownHandles > 20 ? [`${name} takes ${grownHandles} more handles`] : []),
    ]),
  ];
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      'kill-every': { type: 'string' },
      root: { type: 'string' },
      pause: { type: 'boolean', default: false },
    },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const { root, 'kill-every': killEverySeconds } = values;
  const report = await long({
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    ...(killEverySeconds === undefined ? {} : { killEveryMs: Number(killEverySeconds) * 1_000 }),
    ...(root === undefined ? {} : { root }),
    pauses: values.pause,
    say,
  });
  const wrong = whatIsWrong(report);
  for (const each of wrong) say(`! ${each}`);
  say(JSON.stringify({ ...report, problems: report.problems.length }, null, 2));
  if (values.pause) say(`To go on: the same command. Nothing is counted before one without --pause.`);
  else say(wrong.length === 0 ? 'Nothing lost, doubled, damaged, strange or grown.' : 'NOT RIGHT.');
  if (wrong.length > 0) process.exitCode = 1;
}
