/** A node under load, and one fault: what is accepted, refused, lost, and said of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountFor } from '../crash/account-for.ts';
import { startLoad } from '../crash/load.ts';
import { createProcessNode, pause, type WholeNode } from '../support/process-node.ts';
import { smallDisk } from '../support/small-disk.ts';
import type { Fault, Surroundings } from './fault.ts';

const users = ['ADAMS', 'BAKER'];
const SENDER = 'SENDER';
const address = (user: string): string => `${user.toLowerCase()}@hearts.example`;
/** So many messages accepted again show that it is over. */
const ENOUGH = 20;

export interface FaultReport {
  readonly accepted: number;
  /** Replies that were no acceptance, how often. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Images of processes that are others than before, and are none of those it ends. */
  readonly restarted: readonly string[];
  /** Of the processes that went on, the one that took most of a processor while it lasted: how much of one. */
  readonly busiest: number;
  /** Messages accepted after the fault had ended. */
  readonly acceptedAfter: number;
  /** What the operators were told, a line each. */
  readonly told: readonly string[];
}

export async function suffer(fault: Fault, seconds: number): Promise<FaultReport> {
  using disk = fault.needsDisk === true ? smallDisk(64) : undefined;
  await using surroundings = await (fault.surround?.() ?? nothing());
  await using node = await createProcessNode({
    users: [...users, SENDER],
    ...(disk === undefined ? {} : { root: join(disk.directory, 'root') }),
    ...(surroundings.through === undefined ? {} : { through: surroundings.through }),
  });
  if (surroundings.configuration !== undefined)
    writeFileSync(join(node.root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'), surroundings.configuration);
  const started = await node.start();
  if (started.status !== 0) throw new Error(`vmsmail start: ${started.stdout}${started.stderr}`);
  const whole = await node.whole();
  const load = startLoad({
    port: node.smtpPort,
    sessions: 4,
    reversePath: fault.reversePath ?? address(SENDER),
    recipients: (n) => [address(users[n % users.length]!)],
    sizeBytes: (n) => (n % 10 === 0 ? 100_000 : 1_500),
    pauseMs: 20,
  });
  let acceptedAfter = 0;
  let busiest = 0;
  try {
    await pause(1_000);
    const before = processorSeconds(whole);
    const began = performance.now();
    const end = await fault.begin(node, whole, disk, surroundings);
    await pause(Math.max(seconds, fault.leastSeconds ?? 0) * 1_000);
    await end();
    const took = (performance.now() - began) / 1_000;
    for (const [pid, used] of processorSeconds(whole))
      busiest = Math.max(busiest, (used - (before.get(pid) ?? 0)) / took);
    const endedAt = performance.timeOrigin + performance.now();
    const late = performance.now() + 60_000;
    while (acceptedAfter < ENOUGH && performance.now() < late) {
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
    restarted: after.processes
      .filter(({ pid, image }) => !pids.has(pid) && fault.ends?.test(image) !== true)
      .map(({ name }) => name),
    busiest: Math.round(busiest * 100) / 100,
    acceptedAfter,
    told: readFileSync(join(node.paths.root, 'SYSMGR', 'OPERATOR.LOG'), 'utf8')
      .split('\n')
      .filter((line) => /^%\w|cannot|failed|again|ended|Name servers/.test(line)),
  };
}

/** What everybody has to keep to, whatever happens; a line for each that is not kept. */
export function whatIsWrong(fault: Fault, report: FaultReport): readonly string[] {
  const { lost, twice, restarted, acceptedAfter, refusals, told } = report;
  const wrong: string[] = [];
  const must = (isRight: boolean, line: string): void => void (isRight || wrong.push(line));
  must(lost.length === 0, `lost: ${lost.join(', ')}`);
  must(twice.length === 0, `twice: ${twice.join(', ')}`);
  must(restarted.length === 0, `restarted: ${restarted.join(', ')}`);
  must(acceptedAfter >= ENOUGH, `${acceptedAfter} messages were accepted afterwards`);
  for (const reply of Object.keys(refusals)) must(reply.startsWith('4'), `refused for good: ${reply}`);
  if (fault.refuses === true) must(Object.keys(refusals).length > 0, 'mail was not refused meanwhile');
  if (fault.told !== undefined)
    must(
      told.some((line) => fault.told!.test(line)),
      `operators did not hear ${fault.told}`,
    );
  // Said once, whatever number of messages it hits.
  const reasons = told.map((line) => line.replace(/: .*$/, ''));
  if (fault.mayPassUnseen !== true) must(reasons.length > 0, 'operators heard of nothing');
  for (const each of new Set(reasons)) {
    const times = reasons.filter((other) => other === each).length;
    must(times <= (fault.times ?? 1), `operators heard ${times} times: ${each}`);
  }
  return wrong;
}

const nothing = async (): Promise<Surroundings> => ({ async [Symbol.asyncDispose]() {} });

/** By process, of those that still run. */
function processorSeconds({ processes }: WholeNode): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { pid } of processes) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      found.set(pid, (Number(fields[11]) + Number(fields[12])) / 100);
    } catch {
      // It ended of it.
    }
  }
  return found;
}
