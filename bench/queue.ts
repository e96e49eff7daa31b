/**
 * A long queue beside an empty one: two nodes of real processes, one with a million entries of which 900,000 are deferred,
 * real commands on a real terminal, real SMTP. Prints each figure with its bound.
 * `--entries N`, `--rounds N`; `--part` commands, rates, listings, steering, kill or storm (repeatable): only these; `--keep DIRECTORY`: fills the queue there once, and begins with a copy of it the next time.
 * The other hosts are ports of this machine where nobody listens.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openMailStore } from '../src/adapters/sqlite/mail-store/index.ts';
import { openQueueStore } from '../src/adapters/sqlite/queue-store/index.ts';
import { findJobControl } from '../src/images/node-lock.ts';
import { nodeRoot } from '../src/images/node-root.ts';
import {
  COMMAND,
  createProcessNode,
  freePort,
  type ProcessNode,
  pause,
  processesOf,
  vmsmail,
} from '../test/support/process-node.ts';
import { SmtpLine } from '../test/support/smtp-line.ts';
import { comeDue, DESTINATION, fillQueue, type LongQueue } from './long-queue.ts';
import { ownCpuSeconds } from './process-figures.ts';
import { type LoadFigures, startLoad } from './smtp-load.ts';
import { type Conversation, converse } from './terminal-steps.ts';
import { hasPython, median } from './time-until.ts';

const { values: options } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    keep: { type: 'string' },
    part: { type: 'string', multiple: true },
  },
});
const ENTRIES = Number(options.entries);
const ROUNDS = Number(options.rounds);
const LOAD_MS = 5_000;
const FORWARD_PATH = 'user@hearts.example';

let isHeld = true;
const overs: string[] = [];
/** @param bound  `undefined`: a figure to know, without one */
function row(
  name: string,
  figure: number,
  unit: string,
  bound?: { readonly at: number; readonly isLeast?: boolean },
): void {
  const isOver = bound !== undefined && (bound.isLeast ? figure < bound.at : figure > bound.at);
  if (isOver) {
    isHeld = false;
    overs.push(name);
  }
  const said = bound === undefined ? '' : `${bound.isLeast ? 'at least' : 'at most'} ${bound.at} ${unit}`;
  const digits = Math.abs(figure) < 10 ? 2 : 0;
  console.log(
    `  ${name.padEnd(62)}${figure.toFixed(digits).padStart(9)} ${unit.padEnd(5)}  ${said}${isOver ? '   OVER' : ''}`,
  );
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
};

async function dcl(node: ProcessNode, command: string): Promise<void> {
  const { stdout, stderr } = await vmsmail(
    ['dcl', command, '--root', node.root, '--user', 'SYSTEM'],
    600_000,
  );
  if (/^%\S+-[EFW]-/m.test(stdout + stderr)) throw new Error(`${command}: ${stdout}${stderr}`);
}

async function main(): Promise<void> {
  if (!hasPython()) {
    console.log('SKIPPED: python3 is not installed: no terminal to measure on');
    return;
  }
  const remotePort = await freePort();
  await using small = await createProcessNode({ users: ['USER'], remotePort });
  await using large = await createProcessNode({ users: ['USER'], remotePort });
  const queue = await fill(large);
  await started(small);
  await started(large);
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    commands: () => commands(small, large),
    rates: () => rates(small, large),
    listings: () => listings(large),
    steering: () => steering(large, queue),
    kill: () => afterKill(large),
    storm: () => storm(small, large, queue),
  };
  for (const [name, measure] of Object.entries(parts))
    if (options.part?.includes(name) ?? true) await measure();
  console.log(isHeld ? 'The bounds hold.' : `THE BOUNDS DO NOT HOLD: ${overs.join('; ')}.`);
  console.log(
    `Load of the machine: ${loadavg()
      .map((each) => each.toFixed(1))
      .join(' ')}`,
  );
  if (!isHeld) process.exitCode = 1;
}

async function started(node: ProcessNode): Promise<void> {
  const { status, stderr } = await node.start();
  if (status !== 0) throw new Error(`the node did not start: ${stderr}`);
  await node.whole();
}

async function fill({ paths: { queueDatabase } }: ProcessNode): Promise<LongQueue> {
  const kept = options.keep === undefined ? undefined : join(options.keep, `queue-${ENTRIES}.dat`);
  if (kept !== undefined && existsSync(kept)) copyFileSync(kept, queueDatabase);
  const store = openQueueStore(queueDatabase);
  const tenth = Math.floor(ENTRIES / 10);
  let queue: LongQueue = { entries: ENTRIES, deferred: ENTRIES - tenth, forDestination: tenth };
  const isFilled = (await store.nextEntry()) > ENTRIES;
  const took = await seconds(async () => {
    if (!isFilled) queue = await fillQueue(store, ENTRIES, Date.now());
  });
  await store.close();
  if (kept !== undefined && !isFilled) {
    mkdirSync(options.keep!, { recursive: true });
    copyFileSync(queueDatabase, kept);
  }
  const many = (count: number): string => count.toLocaleString('en');
  console.log(
    `${many(queue.entries)} entries, ${many(queue.deferred)} of them deferred, ${many(queue.forDestination)} for one destination` +
      `${isFilled ? '' : `, written in ${took.toFixed(1)} s`}. Medians of ${ROUNDS} rounds.\n`,
  );
  return queue;
}

// ---- looking -------------------------------------------------------------------------------------------------------------

async function commands(small: ProcessNode, large: ProcessNode): Promise<void> {
  const entry = Math.floor(ENTRIES / 2) + 3;
  const steps = (number: number) => [
    { send: '', until: '\\$ $' },
    { send: 'SHOW QUEUE\r', until: 'HEARTS_01.*\\n\\$ $' },
    { send: `SHOW ENTRY/FULL ${number}\r`, until: 'generic server queue.*\\n\\$ $' },
    { send: 'SHOW QUEUE/SUMMARY\r', until: 'HEARTS_01.*summary.*\\n\\$ $' },
  ];
  const session = (node: ProcessNode, number: number): Conversation =>
    converse([COMMAND, 'dcl', '--root', node.root, '--user', 'SYSTEM'], steps(number));
  // An entry to look at in the empty queue.
  await dcl(small, 'TCPIP STOP MAIL');
  const line = new SmtpLine(small.smtpPort);
  await line.reply();
  for (const each of ['EHLO client.example', 'MAIL FROM:<>', `RCPT TO:<${FORWARD_PATH}>`, 'DATA'])
    await line.command(each);
  await line.command('Subject: one\r\n\r\nOne.\r\n.');
  line.close();
  const cold: { small: number[]; large: number[] } = { small: [], large: [] };
  const warm: { small: Conversation[]; large: Conversation[] } = { small: [], large: [] };
  for (let round = 0; round < ROUNDS; round++) {
    warm.small.push(session(small, 1));
    warm.large.push(session(large, entry));
    cold.small.push(await seconds(() => dcl(small, 'SHOW ENTRY/FULL 1')));
    cold.large.push(await seconds(() => dcl(large, `SHOW ENTRY/FULL ${entry}`)));
  }
  await dcl(small, 'TCPIP START MAIL');
  const at = (sessions: readonly Conversation[], step: number): number =>
    median(sessions.map(({ times }) => times[step]!));
  row('SHOW QUEUE, in a session', at(warm.large, 1), 'ms', { at: 300 });
  row('SHOW QUEUE/SUMMARY, in a session', at(warm.large, 3), 'ms', { at: 300 });
  row('SHOW ENTRY/FULL n, in a session', at(warm.large, 2), 'ms');
  row('  more than in the empty queue', at(warm.large, 2) - at(warm.small, 2), 'ms', { at: 50 });
  row('vmsmail dcl "SHOW ENTRY/FULL n"', median(cold.large) * 1_000, 'ms');
  row('  more than in the empty queue', (median(cold.large) - median(cold.small)) * 1_000, 'ms', { at: 50 });
}

// ---- new mail ------------------------------------------------------------------------------------------------------------

/** Messages a second, from the first to the moment the last one is in its mail file. */
async function rate(node: ProcessNode): Promise<{ readonly perSecond: number; readonly load: LoadFigures }> {
  const before = await delivered(node);
  const started = performance.now();
  const load = startLoad({ port: node.smtpPort, forwardPath: FORWARD_PATH });
  await pause(LOAD_MS);
  const figures = await load.stop();
  await deliveredSince(node, before + figures.accepted);
  return { perSecond: figures.accepted / ((performance.now() - started) / 1_000), load: figures };
}

async function delivered({ paths: { mailDatabase, mailDirectory } }: ProcessNode): Promise<number> {
  const store = openMailStore({ file: mailDatabase, textDirectory: mailDirectory });
  try {
    return (await store.profile('USER'))?.newMailCount ?? 0;
  } finally {
    await store.close();
  }
}

async function deliveredSince(node: ProcessNode, count: number): Promise<void> {
  const deadline = Date.now() + 300_000;
  while ((await delivered(node)) < count) {
    if (Date.now() > deadline) throw new Error('new mail was not delivered within five minutes');
    await pause(20);
  }
}

async function rates(small: ProcessNode, large: ProcessNode): Promise<void> {
  await rate(small);
  await rate(large);
  const figures = { small: [] as number[], large: [] as number[], gaps: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    figures.small.push((await rate(small)).perSecond);
    const { perSecond, load } = await rate(large);
    figures.large.push(perSecond);
    figures.gaps.push(load.longestGapMs);
  }
  row('new mail accepted and delivered, empty queue', median(figures.small), 'msg/s');
  row('new mail accepted and delivered', median(figures.large), 'msg/s');
  row('  of the rate of the empty queue', (median(figures.large) / median(figures.small)) * 100, '%', {
    at: 70,
    isLeast: true,
  });
  row('  longest time without a 250', Math.max(...figures.gaps), 'ms');
}

/** Some work while a little new mail keeps coming. */
async function whileMailComes(
  node: ProcessNode,
  name: string,
  bound: number | undefined,
  work: () => Promise<unknown>,
): Promise<void> {
  const load = startLoad({ port: node.smtpPort, forwardPath: FORWARD_PATH, sessions: 4, pauseMs: 5 });
  const manager = await pidOf(node, 'queue-manager');
  const cpuBefore = ownCpuSeconds(manager);
  const took = await seconds(work);
  const cpu = ownCpuSeconds(manager) - cpuBefore;
  const { longestGapMs } = await load.stop();
  row(name, took, 's', bound === undefined ? undefined : { at: bound });
  row('  processor time of the queue manager meanwhile', cpu, 's');
  row('  longest time without a 250 meanwhile', longestGapMs, 'ms', { at: 1_000 });
}

// ---- operators -----------------------------------------------------------------------------------------------------------

async function listings(node: ProcessNode): Promise<void> {
  const argv = [COMMAND, 'dcl', '--root', node.root, '--user', 'SYSTEM'];
  const prompt = { send: '', until: '\\$ $' };
  let memory = 0;
  const list = async (command: string): Promise<void> => {
    // In a process of its own: converse() waits in this one, and the load is here.
    await whileMailComes(node, command, undefined, async () => {
      const watched = vmsmail(['dcl', command, '--root', node.root, '--user', 'SYSTEM'], 600_000);
      const watch = setInterval(() => {
        memory = Math.max(memory, sessionMemoryMiB(node.root));
      }, 100);
      await watched.finally(() => clearInterval(watch));
    });
  };
  await list('SHOW QUEUE/ALL/FULL/OUTPUT=NL:');
  await list('TCPIP SHOW MAIL/OUTPUT=NL:');
  await list(`TCPIP SHOW MAIL/FULL/DESTINATION="${DESTINATION}"/OUTPUT=NL:`);
  row('memory of a listing session', memory, 'MiB', { at: 150 });
  const stopped = converse(argv, [
    prompt,
    {
      send: 'SHOW QUEUE/ALL/FULL\r',
      pause: 1_000,
      further: '\x03',
      until: '(?i)(interrupt|cancel).*\\n\\$ $',
    },
    { send: 'TCPIP SHOW MAIL\r', pause: 1_000, further: '\x03', until: '(?i)(interrupt|cancel).*\\n\\$ $' },
  ]);
  row('Ctrl/C in SHOW QUEUE/ALL/FULL, until the prompt', stopped.times[1]!, 'ms', { at: 500 });
  row('Ctrl/C in SHOW MAIL, until the prompt', stopped.times[2]!, 'ms', { at: 500 });
}

/** Of `vmsmail dcl` on this root: it names the root as a word of its own, which processes of the node do not. */
function sessionMemoryMiB(root: string): number {
  const pids = readdirSync('/proc').filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(root);
    } catch {
      return false; // No process, or it ended meanwhile.
    }
  });
  return Math.max(0, ...pids.map((pid) => peakMiB(Number(pid))));
}

async function steering(node: ProcessNode, queue: LongQueue): Promise<void> {
  const of = `of ${queue.forDestination.toLocaleString('en')} entries`;
  const where = `/DESTINATION="${DESTINATION}"`;
  await whileMailComes(node, `HOLD ${of}: STOP MAIL/DESTINATION`, 10, () =>
    dcl(node, `TCPIP STOP MAIL${where}`),
  );
  await dcl(node, `TCPIP START MAIL${where}`);
  await settled(node);
  await whileMailComes(node, `RELEASE ${of}: SEND MAIL/DESTINATION`, 10, () =>
    dcl(node, `TCPIP SEND MAIL${where}`),
  );
  await settled(node);
  await whileMailComes(node, `DELETE ${of}: REMOVE MAIL/DESTINATION`, 10, () =>
    dcl(node, `TCPIP REMOVE MAIL${where}/NOCONFIRM`),
  );
  row('memory of the queue manager, at most', await managerMemory(node), 'MiB', { at: 300 });
}

/** What was released has been tried, and waits again. */
async function settled(node: ProcessNode): Promise<void> {
  await pause(2_000);
  if (!(await node.drained(300_000))) throw new Error('mail that was released is not tried');
}

async function afterKill(node: ProcessNode): Promise<void> {
  const took = await seconds(async () => {
    await killed(node.root);
    const { status, stderr } = await node.start();
    if (status !== 0) throw new Error(stderr);
    await firstAccepted(node.smtpPort);
  });
  row('kill -9 of all, and start, until a message is accepted', took, 's', { at: 3 });
}

/** Job control may just have started another one, and a lock is free when the last one has let go of it. */
async function killed(root: string): Promise<void> {
  for (;;) {
    const pids = processesOf(root);
    if (pids.length === 0 && findJobControl(nodeRoot(root)) === undefined) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    await pause(5);
  }
}

async function firstAccepted(port: number): Promise<void> {
  for (;;) {
    const load = startLoad({ port, forwardPath: FORWARD_PATH, sessions: 1 });
    for (let waited = 0; waited < 20 && load.accepted === 0; waited++) await pause(10);
    const found = load.accepted;
    await load.stop().catch(() => {});
    if (found > 0) return;
  }
}

/** All deferred mail comes due in one moment. */
async function storm(small: ProcessNode, node: ProcessNode, queue: LongQueue): Promise<void> {
  await node.stop();
  const store = openQueueStore(node.paths.queueDatabase);
  await comeDue(store, queue, Date.now());
  await store.close();
  await started(node);
  const rest = async (): Promise<number> =>
    (await node.status())?.queues.reduce((sum, { pending, executing }) => sum + pending + executing, 0) ?? 0;
  const before = { small: await rate(small), large: await rate(node) };
  const waits = await rest();
  row('all deferred mail is due: new mail accepted and delivered', before.large.perSecond, 'msg/s');
  row('  of the rate of the empty queue', (before.large.perSecond / before.small.perSecond) * 100, '%');
  row('  longest time without a 250', before.large.load.longestGapMs, 'ms', { at: 1_000 });
  row('  entries that still wait for their turn then', waits, '');
  await pause(15_000);
  row('  memory of the queue manager, at most', await managerMemory(node), 'MiB', { at: 300 });
  row('  memory of the symbiont, at most', await memoryOf(node, 'smtp-symbiont'), 'MiB', { at: 300 });
}

// ---- memory --------------------------------------------------------------------------------------------------------------

const managerMemory = (node: ProcessNode): Promise<number> => memoryOf(node, 'queue-manager');

const memoryOf = async (node: ProcessNode, image: string): Promise<number> =>
  peakMiB(await pidOf(node, image));

async function pidOf(node: ProcessNode, image: string): Promise<number> {
  const found = (await node.whole()).processes.find((each) => each.image === image);
  if (found === undefined) throw new Error(`there is no ${image}`);
  return found.pid;
}

/** proc(5): the most that was resident at any time. */
function peakMiB(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // It ended meanwhile.
  }
}

await main();
