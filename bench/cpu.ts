/**
 * What a message costs each process of a node, in processor time, and how often it waits: figures that a busy machine blurs
 * little. `--build DIR` (repeatable): other projects of this kind, built, which take turns with this one; `--row WORD`,
 * `--rounds N`, `--messages N`. Medians.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type OurNode, startOurs } from './our-node.ts';
import { ownCpuSeconds } from './process-figures.ts';

const { values: options } = parseArgs({
  options: {
    build: { type: 'string', multiple: true },
    row: { type: 'string' },
    rounds: { type: 'string' },
    messages: { type: 'string' },
  },
});
const ROUNDS = Number(options.rounds ?? 5);
const MESSAGES = Number(options.messages ?? 6_000);
const IMAGES = ['smtp-receiver', 'queue-manager', 'auxiliary-server', 'smtp-symbiont'];

interface Row {
  readonly name: string;
  readonly isDelivered: boolean;
  readonly arguments: readonly string[];
}
const rows: readonly Row[] = [
  { name: 'kept open', isDelivered: false, arguments: ['-d'] },
  { name: 'connection each', isDelivered: false, arguments: [] },
  { name: 'delivered', isDelivered: true, arguments: ['-d'] },
];

function send(port: number, messages: number, more: readonly string[]): Promise<void> {
  const args = ['-s', '20', '-m', String(messages), '-l', '4096', '-f', 'sender@bench.example'];
  const child = spawn('smtp-source', [...args, '-t', 'user@bench.example', ...more, `127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? done() : reject(new Error(`smtp-source: exit status ${code}`)),
    );
  });
}

interface Usage {
  readonly cpu: number;
  readonly waits: number;
}

/** proc(5), status: the process gave the processor up because it had to wait for something. */
const waitsOf = (pid: number): number =>
  Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

const usage = (node: OurNode): ReadonlyMap<string, Usage> =>
  new Map(
    [...node.images()].map(([image, pid]) => [image, { cpu: ownCpuSeconds(pid), waits: waitsOf(pid) }]),
  );

class Subject {
  readonly name: string;
  readonly #node: OurNode;
  readonly #isDelivered: boolean;
  /** Microseconds a message, and waits a message, by image. */
  readonly figures = new Map<string, Usage[]>();

  constructor(root: string, project: string, isDelivered: boolean) {
    this.name = basename(project);
    this.#node = startOurs(root, project);
    this.#isDelivered = isDelivered;
    if (!isDelivered) this.#node.dcl('TCPIP STOP MAIL');
  }

  async round(row: Row, counts: boolean): Promise<void> {
    const before = usage(this.#node);
    await send(this.#node.port, MESSAGES, row.arguments);
    while (this.#isDelivered && this.#node.entries() > 0) await new Promise((done) => setTimeout(done, 50));
    const after = usage(this.#node);
    if (!counts) return;
    for (const [image, { cpu, waits }] of after) {
      const figures = this.figures.get(image) ?? [];
      this.figures.set(image, figures);
      figures.push({
        cpu: ((cpu - before.get(image)!.cpu) * 1e6) / MESSAGES,
        waits: (waits - before.get(image)!.waits) / MESSAGES,
      });
    }
  }

  stop(): void {
    this.#node.stop();
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

if (spawnSync('which', ['smtp-source']).status !== 0) {
  console.log('SKIPPED: smtp-source (package postfix) is not installed: nothing can be measured');
  process.exit();
}
const directory = mkdtempSync(join(tmpdir(), 'vmsmail-bench-cpu-'));
const projects = [...(options.build ?? []), join(import.meta.dirname, '..')].map((each) => resolve(each));
console.log(
  `Microseconds of processor time a message (waits a message). 4 KiB messages, ${MESSAGES} a round, ${ROUNDS} rounds, 20 sessions.\n`,
);
console.log(`${''.padEnd(34)}${[...IMAGES, 'sum'].map((image) => image.padStart(18)).join('')}`);
try {
  for (const row of rows.filter(({ name }) => name.includes(options.row ?? ''))) {
    const subjects = projects.map(
      (each, index) => new Subject(join(directory, String(index)), each, row.isDelivered),
    );
    try {
      // The first rounds warm up.
      for (let round = -1; round < ROUNDS; round++)
        for (const each of subjects) await each.round(row, round >= 0);
    } finally {
      for (const each of subjects) each.stop();
    }
    for (const { name, figures } of subjects) {
      const cpus = IMAGES.map((image) => median((figures.get(image) ?? []).map(({ cpu }) => cpu)));
      const waits = IMAGES.map((image) => median((figures.get(image) ?? []).map((each) => each.waits)));
      const cells = cpus.map((cpu, index) => `${cpu.toFixed(0)} (${waits[index]!.toFixed(2)})`);
      const sum = cpus.reduce((total, each) => total + each, 0).toFixed(0);
      console.log(
        `${`${row.name}, ${name}`.padEnd(34)}${[...cells, sum].map((cell) => cell.padStart(18)).join('')}`,
      );
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
