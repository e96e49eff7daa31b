/**
 * Operators and users give thousands of commands, right and wrong ones, side by side, while mail, batch and print jobs go through
 * the node. Afterwards ANALYZE MAIL has nothing to report, every database is whole, and every message that was accepted is
 * somewhere. `npm run torture -- operator --commands 10000 --seed 1`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import { connectNode } from '../../src/adapters/node/node-link/index.ts';
import { openSqliteSystemStore } from '../../src/adapters/sqlite/system-store/index.ts';
import { fileSelection } from '../../src/dcl/index.ts';
import { createTcpipTable } from '../../src/management/tcpip-table.ts';
import type { OperatorDeps } from '../../src/operator/deps.ts';
import { createQueueTable } from '../../src/operator/index.ts';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { startSink } from '../support/smtp-sink.ts';
import { accountForWalk, type WalkAccount } from './account.ts';
import { knownMessages, whatIsStrange } from './known-messages.ts';
import { Ledger } from './ledger.ts';
import { DEAD, DEFERRING, GOOD, startMailLoad } from './mail-load.ts';
import { OperatorSession } from './operator-session.ts';
import { type RandomCommand, randomCommands, type World } from './random-command.ts';

export interface WalkReport {
  readonly commands: number;
  readonly accepted: number;
  /** What the load was told instead of 250. */
  readonly refusals: ReadonlyMap<string, number>;
  readonly account: WalkAccount;
  /** Answers that no command may give, sessions that ended or hung. */
  readonly problems: readonly string[];
  /** What the node logged as errors. */
  readonly logged: readonly string[];
  /** Lines of ANALYZE MAIL that report something, at the end. */
  readonly analysis: readonly string[];
  /** Databases that are not whole, and what PRAGMA integrity_check says of them. */
  readonly damaged: readonly string[];
  /** How often each message was the first of an answer. */
  readonly answers: ReadonlyMap<string, number>;
  /** Commands of each verb that succeeded, and that did not. */
  readonly verbs: ReadonlyMap<string, { well: number; ill: number }>;
  readonly slowest: Slowest;
}

interface Slowest {
  readonly ms: number;
  readonly line: string;
}

export const users = ['ADAMS', 'BAKER', 'CLARK', 'DAVIS'];
export const staff: Readonly<Record<string, readonly string[]>> = {
  OPERATOR: ['OPER', 'TMPMBX', 'NETMBX'],
  MANAGER: ['SYSPRV', 'SYSNAM', 'OPER', 'CMKRNL', 'TMPMBX', 'NETMBX'],
};
export const everybody = [...users, ...Object.keys(staff), 'SYSTEM'];
/** Who sits at `$`; some of them at two places. */
const sessionsOf = ['SYSTEM', 'MANAGER', 'SYSTEM', 'MANAGER', 'OPERATOR', 'ADAMS'];

/** Also what an execution queue needs that was closed or stopped. */
const LOOKING_AFTER = [
  'START/QUEUE/MANAGER',
  'TCPIP SET CONFIGURATION NOSMTP',
  'TCPIP START MAIL',
  'TCPIP ENABLE SERVICE SMTP',
  ...[0, 1, 2, 3].map((n) => `SET QUEUE/OPEN TCPIP$SMTP_HEARTS_0${n}`),
];

const LOOKING = ['START/QUEUE SYS$BATCH', 'SHOW QUEUE/ALL *'];
/** All that is in the queue is removed, and all queues. */
const BEGINNING_ANEW = ['STOP/QUEUE/MANAGER', 'START/QUEUE/MANAGER/NEW_VERSION'];

const files: Readonly<Record<string, string>> = {
  'SHORT.COM': '$ WRITE SYS$OUTPUT "short ", P1\n',
  'WAIT.COM': '$ WAIT 00:00:02\n',
  'FAIL.COM': '$ EXIT 44\n',
  'TEXT.LIS': 'A line to print.\n'.repeat(200),
};

export async function walk(options: {
  readonly commands: number;
  readonly seed: number;
  /** Stays, to be looked at. */
  readonly root?: string;
  readonly say?: (line: string) => void;
}): Promise<WalkReport> {
  const say = options.say ?? (() => {});
  await using good = await startSink({ address: GOOD.slice(1, -1) });
  let asked = 0;
  const busy = (): string | undefined => (asked++ % 4 === 0 ? undefined : '451 4.2.0 come back later');
  await using deferring = await startSink({
    address: DEFERRING.slice(1, -1),
    port: good.port,
    reply: (command) => (/^RCPT/i.test(command) ? busy() : undefined),
  });
  await using node = await createProcessNode({
    users: [...users, ...Object.keys(staff)],
    remotePort: good.port,
    ...(options.root === undefined ? {} : { root: options.root }),
  });
  await prepare(node);
  const ledger = new Ledger(node.paths);
  const started = await node.start();
  if (started.status !== 0) throw new Error(`vmsmail start: ${started.stderr}`);
  await node.whole();
  const load = startMailLoad({
    port: node.smtpPort,
    users,
    sessions: 4,
    pauseMs: 5,
    onAccepted: (message) => ledger.accepted(message),
  });
  const walked = await takeWalk(node, ledger, options.commands, options.seed, say);
  await load.stop();
  const analysis = await settle(node, walked.problems);
  const stopped = await node.stop();
  if (stopped.status !== 0) walked.problems.push(`vmsmail stop: ${stopped.stderr}`);
  const damaged = damagedDatabases(node);
  const account = await accountForWalk(node.paths, ledger, everybody, [
    ...good.messages,
    ...deferring.messages,
  ]);
  return {
    commands: options.commands,
    accepted: load.accepted + walked.sent,
    refusals: load.refusals,
    account,
    problems: walked.problems,
    logged: loggedErrors(node),
    analysis,
    damaged,
    answers: walked.answers,
    verbs: walked.verbs,
    slowest: walked.slowest,
  };
}

/** Privileges and files of everybody. */
export async function prepare({ root, paths }: ProcessNode): Promise<void> {
  const store = openSqliteSystemStore(paths.systemDirectory);
  for (const [name, privileges] of Object.entries(staff)) {
    const account = (await store.account(name))!;
    await store.putAccount({ ...account, privileges, defaultPrivileges: privileges });
  }
  await store.close();
  for (const user of everybody) makeFiles(root, user);
}

/** What /DELETE removed is there again. */
function makeFiles(root: string, userName: string): void {
  const home = join(root, userName === 'SYSTEM' ? 'SYSMGR' : userName);
  for (const [name, text] of Object.entries(files))
    if (!existsSync(join(home, name))) writeFileSync(join(home, name), text);
}

export interface Walked {
  readonly problems: string[];
  readonly answers: Map<string, number>;
  readonly verbs: Map<string, { well: number; ill: number }>;
  /** Messages by MAIL, to somebody elsewhere. */
  sent: number;
  slowest: Slowest;
}

/** @param firstId  of the messages that a user sends meanwhile */
export async function takeWalk(
  node: ProcessNode,
  ledger: Ledger,
  commands: number,
  seed: number,
  say: (line: string) => void,
  firstId = 1,
): Promise<Walked> {
  const known = await knownMessages();
  const dcl = createQueueTable({ ...({} as OperatorDeps), fileSelection });
  const tcpip = createTcpipTable({} as Parameters<typeof createTcpipTable>[0]);
  const world = {
    queues: new Set(['SYS$BATCH', 'TCPIP$SMTP_HEARTS_00', 'TCPIP$SMTP_HEARTS_01', 'WALK_1']),
    entries: [] as number[],
    users: everybody,
    destinations: [GOOD, DEFERRING, DEAD, '"*"', 'hearts.example', 'far.example'].map((each) =>
      each.startsWith('[') ? `"${each}"` : each,
    ),
    procedures: ['SHORT', 'SHORT', 'WAIT', 'FAIL'],
    texts: ['TEXT'],
  } satisfies World;
  const walked: Walked = {
    problems: [],
    answers: new Map(),
    verbs: new Map(),
    sent: 0,
    slowest: { ms: 0, line: '' },
  };
  let given = 0;

  /** @returns false when the session is over, and ended */
  const give = async (session: OperatorSession, { verb, line, answers }: RandomCommand): Promise<boolean> => {
    const before = performance.now();
    const given = { userName: session.userName, line, from: Date.now() };
    try {
      const answer = await session.command(line, answers);
      ledger.commanded({ ...given, to: Date.now(), status: answer.status, answer: answer.lines[0] ?? '' });
      const ms = performance.now() - before;
      if (ms > walked.slowest.ms) walked.slowest = { ms, line: `${session.userName} $ ${line}` };
      learn(world, answer.lines);
      // Nobody types on and on while there is none.
      if (answer.lines[0]?.includes('-JOBQUEDIS,')) await pause(20);
      const first = /^%[A-Z$_]+-.-[A-Z$_\d]+/.exec(answer.lines[0] ?? '')?.[0] ?? 'none';
      walked.answers.set(first, (walked.answers.get(first) ?? 0) + 1);
      const tally = walked.verbs.get(verb) ?? { well: 0, ill: 0 };
      tally[(answer.status & 1) === 1 ? 'well' : 'ill'] += 1;
      walked.verbs.set(verb, tally);
      const strange = whatIsStrange(line, answer, known);
      if (strange !== undefined)
        walked.problems.push(`${session.userName} $ ${line}: ${strange}\n${answer.lines.join('\n')}`);
      return true;
    } catch (error) {
      // A command without an answer goes on until its session has ended.
      await session[Symbol.asyncDispose]();
      ledger.commanded({ ...given, to: Date.now() });
      walked.problems.push((error as Error).message);
      return false;
    }
  };
  const operator = async (userName: string, place: number): Promise<void> => {
    const random = randomNumbers(seed * 100 + place);
    const next = randomCommands(random, dcl, tcpip);
    let session = new OperatorSession(node.root, userName);
    const giveOne = async (command: RandomCommand): Promise<void> => {
      if (!(await give(session, command))) session = new OperatorSession(node.root, userName);
    };
    // Each has a share of his own: refused commands are fast.
    for (let n = place; n < commands; n += sessionsOf.length) {
      given += 1;
      if (given % 500 === 0) say(`${given} commands, ${walked.problems.length} problems`);
      const command = next(world);
      if (/^(SUBMIT|PRINT)/.test(command.verb)) makeFiles(node.root, userName);
      await giveOne(command);
      // Somebody looks after the node: nothing would happen on one that stands still.
      if (place === 0 && (n / sessionsOf.length) % 8 === 0) {
        const isAnew = random() < 0.03;
        for (const each of [...(isAnew ? BEGINNING_ANEW : []), ...LOOKING_AFTER, ...LOOKING])
          await giveOne({ verb: 'care', line: each, answers: [] });
      }
    }
    await session[Symbol.asyncDispose]();
  };
  const mailUser = async (): Promise<void> => {
    const session = new OperatorSession(node.root, 'CLARK');
    for (let n = firstId; given < commands; n += 1) {
      const id = `m${n}`;
      const to = [`${id}@${[GOOD, DEFERRING, DEAD][n % 3]}`, ...(n % 2 === 0 ? ['DAVIS'] : [])];
      try {
        const answer = await session.command(
          `MAIL/SUBJECT="<<${id}>>" TEXT.LIS ${to.map((each) => (each.includes('@') ? `"${each}"` : each)).join(',')}`,
        );
        if ((answer.status & 1) === 1) {
          const forwardPaths = to.map((each) => (each === 'DAVIS' ? 'davis@hearts.example' : each));
          walked.sent += 1;
          ledger.accepted({ id, forwardPaths });
        }
        await session.command('MAIL', ['READ/NEW', 'DIRECTORY/FULL', 'SELECT MAIL', 'EXIT']);
      } catch (error) {
        walked.problems.push((error as Error).message);
        break;
      }
      await pause(100);
    }
    await session[Symbol.asyncDispose]();
  };
  await Promise.all([...sessionsOf.map(operator), mailUser()]);
  return walked;
}

/** Queues and entries that answers name. */
function learn(world: { readonly queues: Set<string>; entries: number[] }, lines: readonly string[]): void {
  if (lines.some((line) => /^Generic server queue/.test(line))) world.entries = [];
  for (const line of lines) {
    const queue = / queue ([A-Z\d$_]+)[,)]/.exec(line)?.[1];
    if (queue !== undefined) world.queues.add(queue);
    const entry = /^\s+(\d+) {2}[A-Z\d]|, entry (\d+)\)|Entry:? +(\d+) /.exec(line);
    const number = Number(entry?.[1] ?? entry?.[2] ?? entry?.[3]);
    if (entry !== null && world.entries.at(-1) !== number) world.entries.push(number);
  }
  if (world.entries.length > 600) world.entries = world.entries.slice(-300);
}

/** Everything goes again, and comes to rest; what ANALYZE MAIL reports then. */
export async function settle(node: ProcessNode, problems: string[]): Promise<readonly string[]> {
  await using session = new OperatorSession(node.root, 'SYSTEM');
  for (const line of LOOKING_AFTER) await session.command(line);
  const client = await connectNode(node.paths.socketPath);
  const system = { userName: 'SYSTEM', privileges: ['OPER'] };
  const isBusy = async (): Promise<boolean> =>
    (
      await client.queueManager.entries(
        { kind: 'mail', states: ['pending', 'executing', 'aborting'], limit: 1 },
        system,
      )
    ).length > 0;
  for (const deadline = Date.now() + 60_000; await isBusy(); await pause(100)) {
    if (Date.now() < deadline) continue;
    problems.push('mail does not come to rest');
    break;
  }
  await client.close();
  const { lines } = await session.command('TCPIP ANALYZE MAIL');
  return lines.filter((line) => !/ANA_(RUNING|COMPLE|FEPAIR)|-I-ANA_\w+, \w+ 0 /.test(line));
}

export function damagedDatabases({ paths }: ProcessNode): readonly string[] {
  const names = ['SYSUAF.DAT', 'TCPIP$SERVICE.DAT', 'TCPIP$CONFIGURATION.DAT'];
  const found = [
    paths.queueDatabase,
    paths.mailDatabase,
    ...names.map((each) => join(paths.systemDirectory, each)),
  ];
  return found.filter(existsSync).flatMap((file) => {
    const database = new Sqlite(file, { readonly: true });
    const said = database.pragma('integrity_check', { simple: true }) as string;
    database.close();
    return said === 'ok' ? [] : [`${file}: ${said}`];
  });
}

/** pino's 50 and 60; processes that ended without being told to; what is no log line at all. */
const loggedErrors = ({ paths }: ProcessNode): readonly string[] =>
  readFileSync(paths.nodeLog, 'utf8')
    .split('\n')
    .filter((line) =>
      line.startsWith('{') ? /"level":(50|60),|process ended, will be restarted/.test(line) : line !== '',
    );

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: {
      commands: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      root: { type: 'string' },
    },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const report = await walk({
    commands: Number(values.commands),
    seed: Number(values.seed),
    ...(values.root === undefined ? {} : { root: values.root }),
    say,
  });
  for (const each of [...report.problems, ...report.logged]) say(`! ${each}`);
  const { answers, problems, logged, verbs, refusals, ...rest } = report;
  const sorted = [...answers].sort(([, a], [, b]) => b - a);
  for (const [verb, { well, ill }] of [...verbs].sort()) say(`${verb.padEnd(36)} ${well} well, ${ill} not`);
  const numbers = { refusals: Object.fromEntries(refusals), answers: Object.fromEntries(sorted) };
  say(JSON.stringify({ ...rest, ...numbers }, null, 2));
  const wrong = [
    problems,
    logged,
    report.analysis,
    report.damaged,
    report.account.lost,
    report.account.twice,
  ];
  const isRight = wrong.every((each) => each.length === 0);
  say(isRight ? 'Nothing lost, doubled, damaged or strange.' : 'NOT RIGHT.');
  if (!isRight) process.exitCode = 1;
}
