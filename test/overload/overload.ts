/**
 * Far more than the node can do, and clients that hold on to it: 5,000 connections, 4,000 of which send a byte a second, a mail bomb, a
 * flood of bounces to forged senders. Honest clients are served meanwhile, memory stays bounded, and afterwards everything drains.
 * `npm run torture -- overload --slow 4000 --seconds 60`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accountFor } from '../crash/account-for.ts';
import type { SentMessage } from '../crash/load.ts';
import { createProcessNode, type ProcessNode, pause, type WholeNode } from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';
import { startSink } from '../support/smtp-sink.ts';
import type { FloodOptions, FloodState } from './flood.ts';

export interface OverloadOptions {
  readonly slow: number;
  readonly bomb: number;
  readonly bounces: number;
  /** Clients that send a message each second or so, over a connection of its own. */
  readonly honest: number;
  readonly seconds: number;
  readonly say?: (line: string) => void;
}

export interface OverloadReport {
  readonly flood: Omit<FloodState, 'bounces'> & { readonly bounces: number };
  /** Of honest clients, from connect to the reply after QUIT, milliseconds. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  readonly accepted: number;
  /** What honest clients were told instead, and how often. */
  readonly refused: Readonly<Record<string, number>>;
  /** The most memory each process had, MB, and how much it has when it is at rest again. */
  readonly memoryMb: Readonly<Record<string, { readonly peak: number; readonly after: number }>>;
  readonly restarted: readonly string[];
  /** What the node logged as errors, each once. */
  readonly logged: readonly string[];
  readonly isDrained: boolean;
  readonly drainedMs: number;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Bounces owed to a forged sender that never came. */
  readonly bouncesLost: number;
}

const users = ['ADAMS', 'BAKER', 'CLARK'];
const GONE = 'GONE';
const FORGED = '[127.0.0.2]';
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;

/** Nobody but the operator is trusted. Name servers are no part of this. */
const CONFIGURATION = 'Good-Clients: 127.0.0.1\nCheck-Senders: FALSE\n';

export async function overload(options: OverloadOptions): Promise<OverloadReport> {
  const say = options.say ?? (() => {});
  await using sink = await startSink({ address: FORGED.slice(1, -1) });
  await using node = await createProcessNode({ users, remotePort: sink.port });
  writeFileSync(join(node.paths.root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'), CONFIGURATION);
  writeFileSync(join(node.paths.root, 'TCPIP$SMTP', `${GONE}.DIS`), `${address('NOBODY_HERE')}\n`);
  const started = await node.start();
  if (started.status !== 0) throw new Error(`vmsmail start: ${started.stdout}${started.stderr}`);
  const whole = await node.whole();
  const memory = watchMemory(whole);

  await using flood = startFlood({
    ...options,
    port: node.smtpPort,
    recipient: address('CLARK'),
    gone: address(GONE),
    sender: FORGED,
  });
  for (let tries = 0; tries < 300 && (await flood.state()).slow < options.slow * 0.95; tries += 1)
    await pause(100);
  say(`${(await flood.state()).slow} slow connections`);
  const honest = startHonest(node.smtpPort, options.honest);
  const until = performance.now() + options.seconds * 1_000;
  while (performance.now() < until) {
    await pause(Math.min(5_000, Math.max(100, until - performance.now())));
    const { bounces, ...state } = await flood.state();
    say(`${honest.times.length} honest, ${bounces.length} to bounce, ${JSON.stringify(state)}`);
  }
  await honest.stop();
  const state = await flood.stop();
  const stoppedAt = performance.now();
  const isDrained = await node.drained(300_000);
  const drainedMs = Math.round(performance.now() - stoppedAt);
  await pause(1_000);
  const memoryMb = memory.stop();
  const after = await node.whole();
  const stopped = await node.stop();
  if (stopped.status !== 0) throw new Error(`vmsmail stop: ${stopped.stderr}`);
  const account = await accountFor(node.paths, honest.messages, {
    users,
    sender: users[0]!,
    userOf: (path) => users.find((user) => address(user) === path),
  });
  const returned = new Set(
    sink.messages.flatMap(({ forwardPaths }) => forwardPaths.map((path) => path.split('@')[0])),
  );
  const times = [...honest.times].sort((a, b) => a - b);
  const at = (part: number): number =>
    Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0);
  const pids = new Set(whole.processes.map(({ pid }) => pid));
  return {
    flood: { ...state, bounces: state.bounces.length },
    medianMs: at(0.5),
    p99Ms: at(0.99),
    slowestMs: at(1),
    accepted: account.accepted,
    refused: Object.fromEntries(honest.refused),
    memoryMb,
    restarted: after.processes.filter(({ pid }) => !pids.has(pid)).map(({ name }) => name),
    logged: loggedErrors(node),
    isDrained,
    drainedMs,
    lost: account.lost,
    twice: account.twice,
    bouncesLost: state.bounces.filter((id) => !returned.has(`b${id}`)).length,
  };
}

/** pino's 50 and 60, and processes that ended without being told to. */
const loggedErrors = ({ paths }: ProcessNode): readonly string[] => [
  ...new Set(
    readFileSync(paths.nodeLog, 'utf8')
      .split('\n')
      .filter(
        (line) => !line.startsWith('{') || /"level":(50|60)|process ended, will be restarted/.test(line),
      )
      .map((line) => line.replace(/"(time|pid|hostname)":[^,]*,/g, ''))
      .filter((line) => line !== ''),
  ),
];

function startFlood(options: FloodOptions) {
  const child = fork(fileURLToPath(new URL('flood.ts', import.meta.url)), { execArgv: ['--no-warnings'] });
  child.send(options);
  const ask = async (question: 'state' | 'stop'): Promise<FloodState> => {
    child.send(question);
    const [state] = await once(child, 'message');
    return state as FloodState;
  };
  return {
    state: () => ask('state'),
    stop: () => ask('stop'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
    },
  };
}

function startHonest(port: number, clients: number) {
  const times: number[] = [];
  const messages: SentMessage[] = [];
  const refused = new Map<string, number>();
  let isStopping = false;
  const sendOne = async (n: number): Promise<void> => {
    const id = `<<h${messages.length}>>`;
    const message: SentMessage = {
      id,
      forwardPaths: [address(users[messages.length % users.length]!)],
      outcome: 'refused',
    };
    messages.push(message);
    const from = performance.now();
    const line = new SmtpLine(port, 60_000, `127.1.0.${n + 1}`);
    try {
      const must = (code: string, reply: string): void => {
        if (!reply.startsWith(code)) throw new Error(reply);
      };
      must('220', await line.reply());
      must('250', await line.command('EHLO honest.example'));
      must('250', await line.command('MAIL FROM:<honest@honest.example>'));
      must('250', await line.command(`RCPT TO:<${message.forwardPaths[0]}>`));
      must('354', await line.command('DATA'));
      message.outcome = 'unknown';
      line.write(
        `From: honest@honest.example\r\nSubject: ${id}\r\n\r\n${'All work and no play.\r\n'.repeat(70)}`,
      );
      const last = await line.command('.');
      message.outcome = last.startsWith('250') ? 'accepted' : 'refused';
      must('250', last);
      must('221', await line.command('QUIT'));
      times.push(performance.now() - from);
    } catch (error) {
      const reason = (error as Error).message;
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    } finally {
      line.close();
    }
  };
  const client = async (_: unknown, n: number): Promise<void> => {
    await pause((n * 1_000) / clients);
    while (!isStopping) {
      await sendOne(n);
      await pause(1_000);
    }
  };
  const running = Array.from({ length: clients }, client);
  return {
    times,
    messages,
    refused,
    async stop() {
      isStopping = true;
      await Promise.all(running);
    },
  };
}

function watchMemory({ processes }: WholeNode) {
  const megabytes = (pid: number): number => {
    try {
      return Math.round(
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
      );
    } catch {
      return 0; // It has ended.
    }
  };
  const peaks = new Map(processes.map(({ name, pid }) => [name, megabytes(pid)]));
  const timer = setInterval(() => {
    for (const { name, pid } of processes) peaks.set(name, Math.max(peaks.get(name)!, megabytes(pid)));
  }, 250);
  return {
    stop() {
      clearInterval(timer);
      return Object.fromEntries(
        processes.map(({ name, pid }) => [name, { peak: peaks.get(name)!, after: megabytes(pid) }]),
      );
    },
  };
}

/** What is wrong with it, a line each. @param p99Ms  the longest that one in a hundred honest messages may take */
export function whatIsWrong(report: OverloadReport, p99Ms = 2_000): readonly string[] {
  const wrong: string[] = [];
  const must = (isRight: boolean, line: string): void => void (isRight || wrong.push(line));
  must(report.lost.length === 0, `lost: ${report.lost.join(', ')}`);
  must(report.twice.length === 0, `twice: ${report.twice.join(', ')}`);
  must(report.bouncesLost === 0, `${report.bouncesLost} bounces lost`);
  must(report.restarted.length === 0, `restarted: ${report.restarted.join(', ')}`);
  must(report.logged.length === 0, `logged: ${report.logged.slice(0, 5).join(', ')}`);
  must(report.isDrained, 'the queue does not drain');
  must(report.p99Ms < p99Ms, `honest clients wait ${report.p99Ms} ms`);
  must(
    Object.keys(report.refused).length === 0,
    `honest clients were refused: ${JSON.stringify(report.refused)}`,
  );
  for (const [name, { peak }] of Object.entries(report.memoryMb)) must(peak < 700, `${name} took ${peak} MB`);
  return wrong;
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: {
      slow: { type: 'string', default: '4000' },
      bomb: { type: 'string', default: '100' },
      bounces: { type: 'string', default: '860' },
      honest: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '60' },
    },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const { slow, bomb, bounces, honest, seconds } = values;
  const report = await overload({
    slow: +slow,
    bomb: +bomb,
    bounces: +bounces,
    honest: +honest,
    seconds: +seconds,
    say,
  });
  say(JSON.stringify(report, null, 2));
  const wrong = whatIsWrong(report);
  for (const each of wrong) say(`! ${each}`);
  say(wrong.length === 0 ? 'Nothing lost, nobody kept waiting.' : 'NOT RIGHT.');
  if (wrong.length > 0) process.exitCode = 1;
}
