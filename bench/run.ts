/**
 * The benchmark: ours and Postfix in one run on one machine, alternating, medians of five. 4 KiB messages from
 * smtp-source on both sides; both sync to disk before they answer. `--short`: one small round of each, for the tests;
 * `--rounds N`, `--messages N`, `--row WORD` (repeatable): more, fewer, or only some rows.
 * Quote ratios; absolute figures belong to the machine and its neighbours.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type OurNode, startOurs } from './our-node.ts';
import { type PostfixInstance, type PostfixMode, postfixVersion, startPostfix } from './postfix-instance.ts';
import { cpuSeconds, memoryMiB, ownCpuSeconds } from './process-figures.ts';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    messages: { type: 'string' },
    row: { type: 'string', multiple: true },
  },
});
const ROUNDS = Number(options.rounds ?? (options.short ? 1 : 5));
const MESSAGES = Number(options.messages ?? (options.short ? 1_000 : 10_000));
/** Where only some rows are wanted: a word of their names. */
const isWanted = ({ name }: Row): boolean => options.row?.some((word) => name.includes(word)) ?? true;
const SESSIONS = 20;

interface Side {
  readonly port: number;
  pids(): readonly number[];
  /** Processes whose processor time is shown one by one. */
  images?(): ReadonlyMap<string, number>;
  /** Resolves when all of the round has gone where it is meant to go. */
  settled(messages: number): Promise<void>;
  stop(): Promise<void> | void;
}
interface Figure {
  readonly rate: number;
  readonly cpuPerThousand: number;
  readonly memoryMiB: number;
  /** Of each image, in the unit of `cpuPerThousand`. */
  readonly cpuOfImages: ReadonlyMap<string, number>;
}
interface Row {
  readonly name: string;
  /** smtp-source keeps its sessions open with -d. */
  readonly keepOpen: boolean;
  readonly target: string;
  ours(directory: string): Promise<Side>;
  postfix(directory: string): Promise<Side>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('mail did not arrive within two minutes');
    await sleep(20);
  }
}

function source(port: number, row: Row, messages: number): Promise<void> {
  const args = [
    '-s',
    String(SESSIONS),
    '-m',
    String(messages),
    '-l',
    '4096',
    '-f',
    'sender@bench.example',
    '-t',
    row.target,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('smtp-source', [...args, ...(row.keepOpen ? ['-d'] : []), `127.0.0.1:${port}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`smtp-source: exit status ${code}`)),
    );
  });
}

async function measure(side: Side, row: Row): Promise<Figure> {
  const pids = side.pids();
  const images = [...(side.images?.() ?? [])];
  const imagesBefore = images.map(([, pid]) => ownCpuSeconds(pid));
  const cpuBefore = cpuSeconds(pids);
  const started = performance.now();
  await source(side.port, row, MESSAGES);
  await side.settled(MESSAGES);
  const seconds = (performance.now() - started) / 1000;
  return {
    rate: MESSAGES / seconds,
    cpuPerThousand: ((cpuSeconds(pids) - cpuBefore) / MESSAGES) * 1000,
    memoryMiB: memoryMiB(pids),
    cpuOfImages: new Map(
      images.map(([image, pid], index) => [
        image,
        ((ownCpuSeconds(pid) - imagesBefore[index]!) / MESSAGES) * 1000,
      ]),
    ),
  };
}

// ---- the sides ----------------------------------------------------------------------------------------------------------

const ourSide = (node: OurNode, settled: (messages: number) => Promise<void>): Side => ({
  port: node.port,
  pids: () => node.pids(),
  images: () => node.images(),
  settled,
  stop: () => node.stop(),
});

async function ourAccept(directory: string): Promise<Side> {
  const node = startOurs(directory);
  node.dcl('TCPIP STOP MAIL');
  return ourSide(node, async () => {});
}

async function ourDelivery(directory: string): Promise<Side> {
  const node = startOurs(directory);
  // An empty queue means: in the mail file, in a transaction of its own.
  return ourSide(node, () => until(() => node.entries() === 0));
}

const postfixSide = (instance: PostfixInstance, settled: (messages: number) => Promise<void>): Side => ({
  port: instance.port,
  pids: () => [instance.masterPid],
  settled,
  stop: () => instance.stop(),
});

async function peer(directory: string, mode: PostfixMode): Promise<Side> {
  const instance = await startPostfix(directory, mode);
  let delivered = 0;
  return postfixSide(instance, async (messages) => {
    if (mode.kind !== 'maildir') return;
    delivered += messages;
    await until(() => readdirSync(instance.maildir).length >= delivered);
  });
}

const rows: readonly Row[] = [
  {
    name: 'durable accept, 20 sessions kept open',
    keepOpen: true,
    target: 'user@bench.example',
    ours: ourAccept,
    postfix: (directory) => peer(directory, { kind: 'hold' }),
  },
  {
    name: 'durable accept, a connection per message',
    keepOpen: false,
    target: 'user@bench.example',
    ours: ourAccept,
    postfix: (directory) => peer(directory, { kind: 'hold' }),
  },
  {
    name: 'end to end into the mail file / Maildir',
    keepOpen: true,
    target: 'user@bench.example',
    ours: ourDelivery,
    postfix: (directory) => peer(directory, { kind: 'maildir' }),
  },
];

// ---- the table ----------------------------------------------------------------------------------------------------------

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const spread = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;

function line(cells: readonly string[]): string {
  const widths = [44, 8, 10, 14, 12, 9];
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!)))
    .join(' ');
}

/** `smtp-receiver 0.101, queue-manager 0.062`: CPU s/1000 of each, which says more than a rate on a machine that is busy. */
const imageLine = (figures: readonly Figure[]): string =>
  [...(figures[0]?.cpuOfImages.keys() ?? [])]
    .map((image) => [image, median(figures.map(({ cpuOfImages }) => cpuOfImages.get(image) ?? 0))] as const)
    .sort((one, other) => other[1] - one[1])
    .map(([image, cpu]) => `${image} ${cpu.toFixed(3)}`)
    .join(', ');

async function runRow(row: Row, directory: string, version: string | undefined): Promise<void> {
  const ours: Figure[] = [];
  const theirs: Figure[] = [];
  const mine = await row.ours(join(directory, 'ours'));
  let other: Side | undefined;
  try {
    if (version !== undefined) other = await row.postfix(join(directory, 'postfix'));
    // Warm both before anything counts.
    await source(mine.port, row, Math.min(500, MESSAGES));
    await mine.settled(Math.min(500, MESSAGES));
    if (other !== undefined) {
      await source(other.port, row, Math.min(500, MESSAGES));
      await other.settled(Math.min(500, MESSAGES));
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await measure(mine, row));
      if (other !== undefined) theirs.push(await measure(other, row));
    }
  } finally {
    await mine.stop();
    await other?.stop();
  }
  const show = (name: string, figures: readonly Figure[]): void => {
    if (figures.length === 0) return;
    const rates = figures.map(({ rate }) => rate);
    console.log(
      line([
        name,
        median(rates).toFixed(0),
        spread(rates),
        median(figures.map(({ cpuPerThousand }) => cpuPerThousand)).toFixed(2),
        Math.max(...figures.map(({ memoryMiB: each }) => each)).toFixed(0),
        name.startsWith('  Postfix')
          ? ''
          : theirs.length === 0
            ? ''
            : `${(median(rates) / median(theirs.map(({ rate }) => rate))).toFixed(1)}x`,
      ]),
    );
  };
  console.log(row.name);
  show('  vmsmail', ours);
  console.log(`    ${imageLine(ours)}`);
  show('  Postfix', theirs);
}

async function main(): Promise<void> {
  if (spawnSync('which', ['smtp-source']).status !== 0) {
    console.log('SKIPPED: smtp-source (package postfix) is not installed: nothing can be measured');
    return;
  }
  const version = process.getuid?.() === 0 ? postfixVersion() : undefined;
  if (version === undefined)
    console.log('SKIPPED: Postfix is not installed, or we are not root: ours alone is measured');
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-bench-'));
  // Postfix's processes are other users and have to get through.
  chmodSync(directory, 0o755);
  console.log(`4 KiB messages, ${MESSAGES} a round, ${ROUNDS} alternating rounds, ${SESSIONS} sessions.`);
  console.log(
    'vmsmail: SQLite synchronous=FULL, fsync of its log before 250. Postfix: fsync of the queue file before 250.\n',
  );
  console.log(line(['', 'msg/s', 'spread', 'CPU s/1000', 'memory MiB', 'ratio']));
  try {
    for (const row of rows.filter(isWanted)) await runRow(row, directory, version);
    await relay(directory, version);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Where the sink listens: port 25, which our symbiont uses, on a loopback address that no other run of this has. */
const SINK = `127.1.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/** Relay to smtp-sink. */
async function relay(directory: string, version: string | undefined): Promise<void> {
  const row: Row = {
    name: 'relay to smtp-sink',
    keepOpen: true,
    target: 'user@sink.example',
    ours: async (each) => {
      const node = startOurs(each);
      // Every other loopback address leads to this host itself.
      node.dcl(`TCPIP SET HOST relay.example/ADDRESS=${SINK}`);
      node.dcl('TCPIP SET MX_RECORD sink.example/GATEWAY=relay.example/PREFERENCE=1');
      return ourSide(node, () => until(() => node.entries() === 0));
    },
    postfix: (each) => peer(each, { kind: 'relay', sink: SINK }),
  };
  if (!isWanted(row)) return;
  if (process.getuid?.() !== 0) {
    console.log('SKIPPED: relay needs port 25 for smtp-sink, and we are not root');
    return;
  }
  const sink = spawn('smtp-sink', ['-c', '-u', 'nobody', `${SINK}:25`, '1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let counted = 0;
  sink.stdout.on('data', (text: Buffer) => {
    for (const [, count] of text.toString().matchAll(/mesg=(\d+)/g)) counted = Number(count);
  });
  try {
    await runRow(row, directory, version);
    // What was returned to its sender is gone from the queue, too.
    const least = MESSAGES * ROUNDS * (version === undefined ? 1 : 2);
    if (counted < least) throw new Error(`the sink got ${counted} messages, not ${least}`);
  } finally {
    sink.kill();
  }
}

await main();
