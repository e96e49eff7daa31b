/**
 * Mail for a thousand destinations, a fifth of which accept and never answer, answer garbage or hang up in the middle of the text, are
 * dead, or take seconds for each answer: the others have to get nearly as much as if there were no such. Real time, real sockets; the
 * symbiont has as many messages in hand as in a node. With and without them in turns, a second each, so that what else the machine does hits both; and by
 * the processor as well as by the clock. `npm run torture -- peers --seconds 60`.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { pause } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { startSink } from '../support/smtp-sink.ts';
import { startRig } from '../support/symbiont-rig.ts';
import { type BadKind, badHosts, startBadHosts } from './bad-hosts.ts';

/** Messages to healthy destinations. */
export interface Rate {
  readonly perSecond: number;
  readonly perProcessorSecond: number;
}

export interface PeersReport {
  /** With none but them. */
  readonly alone: Rate;
  /** The same, while there are others. */
  readonly among: Rate;
  /** Messages for bad destinations that were handed in, and what has become of them, by kind. */
  readonly bad: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Messages of which nothing was heard, or that were relayed to somebody who did not take them. */
  readonly wrong: readonly string[];
}

const DESTINATIONS = 1_000;
/** As the symbiont of a node asks for. */
const IN_HAND = 2_000;
const HEALTHY = '127.0.0.2';
const SLICE_MS = 1_000;
/** Until bad ones are known for it nobody can do well: a transaction is slow after ten seconds. */
const WARM_MS = 13_000;
/** What is in hand for healthy ones is gone in a moment, on any machine. */
const DRAINED_MS = 10_000;
/** Of twenty destinations in a row; the others are healthy. */
const kinds: Readonly<Record<number, BadKind>> = { 3: 'mute', 7: 'broken', 11: 'dead', 17: 'slow' };
const kindOf = (n: number): BadKind | undefined => kinds[n % 20];

export async function peers(options: {
  readonly seconds: number;
  readonly seed: number;
}): Promise<PeersReport> {
  await using sink = await startSink({ address: HEALTHY });
  const { port } = sink;
  await using _bad = await startBadHosts(port);
  await using alone = await Side.start({ seed: options.seed, port, hasBad: false });
  await using among = await Side.start({ seed: options.seed, port, hasBad: true });
  const until = performance.now() + options.seconds * 1_000;
  await alone.run(SLICE_MS);
  await among.run(WARM_MS);
  for (const side of [alone, among]) side.begin();
  while (performance.now() < until) for (const side of [alone, among]) await side.run(SLICE_MS);
  return {
    alone: alone.rate,
    among: among.rate,
    bad: among.bad,
    outcomes: among.outcomes,
    wrong: [...alone.wrong, ...among.wrong],
  };
}

/** A symbiont, and mail for its destinations. */
class Side implements AsyncDisposable {
  readonly #rig: Awaited<ReturnType<typeof startRig>>;
  readonly #hasBad: boolean;
  readonly #random: () => number;
  readonly #kinds = new Map<string, BadKind | undefined>();
  #seen = 0;
  #good = 0;
  #goodHandedIn = 0;
  /** Of all slices since the beginning. */
  #spent = { good: 0, ms: 0, processorMs: 0 };
  readonly outcomes: Record<string, number> = {};
  readonly wrong: string[] = [];

  private constructor(rig: Awaited<ReturnType<typeof startRig>>, seed: number, hasBad: boolean) {
    this.#rig = rig;
    this.#random = randomNumbers(seed);
    this.#hasBad = hasBad;
  }

  static async start({ seed, port, hasBad }: { seed: number; port: number; hasBad: boolean }): Promise<Side> {
    const hosts = Object.fromEntries(
      Array.from({ length: DESTINATIONS }, (_, n) => {
        const kind = kindOf(n);
        return [`d${n}.example`, [kind === undefined ? HEALTHY : badHosts[kind]]];
      }),
    );
    const dependencies = { clock: systemClock };
    return new Side(await startRig({ port, dns: { addresses: hosts }, dependencies }), seed, hasBad);
  }

  get bad(): number {
    return [...this.#kinds.values()].filter((kind) => kind !== undefined).length;
  }

  get rate(): Rate {
    const { good, ms, processorMs } = this.#spent;
    return {
      perSecond: Math.round((good * 1_000) / ms),
      perProcessorSecond: Math.round((good * 1_000) / processorMs),
    };
  }

  /** What was before does not count. */
  begin(): void {
    this.#spent = { good: 0, ms: 0, processorMs: 0 };
  }

  /** Has it deliver for so long, and then whatever healthy destinations have in hand. */
  async run(ms: number): Promise<void> {
    const before = { at: performance.now(), good: this.#good, processor: process.cpuUsage() };
    while (performance.now() - before.at < ms) {
      this.#look();
      this.#feed();
      await pause(2);
    }
    const late = performance.now() + DRAINED_MS;
    while (this.#good < this.#goodHandedIn && performance.now() < late) {
      await pause(2);
      this.#look();
    }
    const { user, system } = process.cpuUsage(before.processor);
    this.#spent.good += this.#good - before.good;
    this.#spent.ms += performance.now() - before.at;
    this.#spent.processorMs += (user + system) / 1_000;
  }

  #feed(): void {
    const batch = [];
    while (this.#kinds.size - this.#seen < IN_HAND && batch.length < 100) {
      const n = Math.floor(this.#random() * DESTINATIONS);
      const kind = kindOf(n);
      if (kind !== undefined && !this.#hasBad) continue;
      const each = this.#rig.assignment([`x@d${n}.example`], undefined, { submittedAt: systemClock.now() });
      this.#kinds.set(each.entryId, kind);
      if (kind === undefined) this.#goodHandedIn += 1;
      batch.push(each);
    }
    if (batch.length > 0) this.#rig.process(...batch);
  }

  #look(): void {
    const { outcomes } = this.#rig;
    for (; this.#seen < outcomes.length; this.#seen += 1) {
      const { entryId, recipients } = outcomes[this.#seen]!;
      const { outcome } = recipients[0]!;
      const kind = this.#kinds.get(entryId);
      if (kind === undefined) {
        this.#good += 1;
        if (outcome.kind !== 'relayed') this.wrong.push(`${entryId}: ${JSON.stringify(outcome)}`);
      } else {
        const what = `${kind} ${outcome.kind}`;
        this.outcomes[what] = (this.outcomes[what] ?? 0) + 1;
        const isRight = outcome.kind === 'retry' || outcome.kind === 'wait' || what === 'slow relayed';
        if (!isRight) this.wrong.push(`${entryId}: ${what}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rig[Symbol.asyncDispose]();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
  });
  const report = await peers({ seconds: Number(values.seconds), seed: Number(values.seed) });
  process.stdout.write(`${JSON.stringify({ ...report, wrong: report.wrong.slice(0, 20) }, null, 2)}\n`);
  const { alone, among, wrong } = report;
  const left = {
    byProcessor: among.perProcessorSecond / alone.perProcessorSecond,
    byClock: among.perSecond / alone.perSecond,
  };
  process.stdout.write(`Left to them: ${JSON.stringify(left)}\n`);
  // The clock belongs to others, too.
  const isRight = wrong.length === 0 && left.byProcessor >= 0.8 && left.byClock >= 0.7;
  process.stdout.write(isRight ? 'Healthy destinations hardly notice.\n' : 'NOT RIGHT.\n');
  process.exit(isRight ? 0 : 1);
}
