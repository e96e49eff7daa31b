/**
 * Throws inputs at parsers and servers that are a little wrong, made from kept ones: no bug is thrown or logged, nothing hangs, no
 * dialogue stays without an answer, memory does not grow. `npm run torture -- fuzz --target imap --seconds 60 --seed 1`. With
 * --keep inputs that reach code which none has reached before are kept in corpus/, and every later run begins with them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomNumbers } from '../support/random-numbers.ts';
import { dialogues } from './dialogues.ts';
import { Explorer } from './explorer.ts';
import { Mutator } from './mutate.ts';
import { parsers } from './parsers.ts';
import { keep, type Target } from './target.ts';

export const targets: Readonly<Record<string, () => Target | Promise<Target>>> = { ...parsers, ...dialogues };

export interface Finding {
  readonly what: string;
  /** An octet a character. */
  readonly input: string;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that reached code which none had reached before. */
  readonly kept: number;
  readonly findings: readonly Finding[];
  /** Milliseconds the slowest input took. */
  readonly slowestMs: number;
  readonly slowest: string;
  /** Heap at the end less that after the first tenth of the time. */
  readonly grownMb: number;
}

/** The same findings again and again are one. */
const FINDINGS = 10;
/** Far beyond what an input may take: a machine may be busy. One that takes so long is tried once more. */
const HANG_MS = 10_000;
/** A target is made anew now and then: what it keeps on purpose, as mail, is no leak. */
const INPUTS_OF_A_TARGET = 20_000;
/** The part of the time in which new code is looked for. */
const EXPLORING = 0.6;

export async function fuzz(
  name: string,
  options: { readonly seconds: number; readonly seed: number; readonly keeps?: boolean },
): Promise<FuzzReport> {
  const make = targets[name];
  if (make === undefined) throw new Error(`there is no target ${name}: ${Object.keys(targets).join(', ')}`);
  const findings = new Map<string, Finding>();
  const thrown: string[] = [];
  const onThrown = (error: unknown): void => void thrown.push(textOf(error));
  process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
  let target = await make();
  const mutator = new Mutator(randomNumbers(options.seed), target.seeds);
  const again = async (input: string): Promise<void> => {
    await problemOf(target, input, mutator.pieces(input));
  };
  let explorer = options.keeps === true ? await Explorer.start(again, target.seeds) : undefined;
  let kept = 0;
  const began = performance.now();
  const until = began + options.seconds * 1_000;
  let inputs = 0;
  let slowestMs = 0;
  let slowest = '';
  let heapBefore: number | undefined;
  const one = async (input: string): Promise<void> => {
    const before = performance.now();
    const problem = await problemOf(target, input, mutator.pieces(input));
    const ms = performance.now() - before;
    if (ms > slowestMs) [slowestMs, slowest] = [ms, input];
    if (problem !== undefined) findings.set(kindOf(problem), { what: problem, input });
  };
  /** Of several at once it was one: they are tried again, one after the other. */
  const whose = async (batch: readonly string[], bugs: readonly string[]): Promise<void> => {
    for (const what of bugs) findings.set(kindOf(what), { what, input: batch.join('\n---\n') });
    for (const input of batch.length === 1 ? [] : batch) {
      await again(input);
      for (const what of bugsOf(target, thrown)) findings.set(kindOf(what), { what, input });
    }
  };
  const explored = async (input: string): Promise<void> => {
    for (const each of (await explorer?.note(input)) ?? []) {
      kept += 1;
      mutator.add(each);
      keep(name, each);
    }
  };
  /** Whether the last ones were the first after another so many. */
  const passed = (many: number): boolean => inputs % many < (target.atOnce ?? 1);
  try {
    while (performance.now() < until && findings.size < FINDINGS) {
      // Those from the corpus come first, as they are.
      const batch = Array.from(
        { length: target.atOnce ?? 1 },
        (_, n) => target.seeds[inputs + n] ?? mutator.next(),
      );
      inputs += batch.length;
      await Promise.all(batch.map(one));
      const bugs = bugsOf(target, thrown);
      if (bugs.length > 0) await whose(batch, bugs);
      for (const input of batch) await explored(input);
      // The rest of the time belongs to speed.
      if (explorer !== undefined && performance.now() - began > options.seconds * EXPLORING * 1_000) {
        await explorer[Symbol.asyncDispose]();
        explorer = undefined;
      }
      if (passed(INPUTS_OF_A_TARGET)) {
        await target.close?.();
        target = await make();
      }
      if (heapBefore === undefined && performance.now() - began > options.seconds * 100) heapBefore = heap();
      // Others have to get their turns: timers, sockets.
      if (passed(50)) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await explorer?.[Symbol.asyncDispose]();
    await target.close?.();
    process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
  }
  return {
    inputs,
    kept,
    findings: [...findings.values()],
    slowestMs: Math.round(slowestMs),
    slowest,
    grownMb: Math.round((heap() - (heapBefore ?? 0)) / 1e6),
  };
}

const bugsOf = (target: Target, thrown: string[]): readonly string[] => [
  ...(target.bugs?.() ?? []),
  ...thrown.splice(0),
];

async function problemOf(
  target: Target,
  input: string,
  pieces: readonly string[],
): Promise<string | undefined> {
  for (let tries = 0; tries < 2; tries += 1) {
    const before = performance.now();
    try {
      const work = target.take(input, pieces);
      // What does not let go of the thread is not seen by any timer.
      if ((work === undefined || (await inTime(work))) && performance.now() - before < HANG_MS)
        return undefined;
    } catch (error) {
      return textOf(error);
    }
  }
  return 'it hangs';
}

async function inTime(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), HANG_MS);
  });
  return Promise.race([work.then(() => true as const), late]).finally(() => clearTimeout(timer));
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Where it happened, whatever it says. */
const kindOf = (what: string): string => /\n\s+at .*/.exec(what)?.[0] ?? what.slice(0, 40);

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: '' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      findings: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  // What targets write goes with it.
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  process.env.TMPDIR = directory;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const name of values.target === '' ? Object.keys(targets) : values.target.split(',')) {
    const report = await fuzz(name, {
      seconds: Number(values.seconds),
      seed: Number(values.seed),
      keeps: values.keep,
    });
    const { findings, slowest, ...numbers } = report;
    process.stdout.write(`${name}: ${findings.length} findings, ${JSON.stringify(numbers)}\n`);
    if (numbers.slowestMs > 2_000)
      process.stdout.write(`  slowest: ${JSON.stringify(slowest.slice(0, 1_000))}\n`);
    for (const [index, { what, input }] of findings.entries()) {
      process.exitCode = 1;
      process.stdout.write(`! ${what}\n  ${JSON.stringify(input.slice(0, 2_000))}\n`);
      if (values.findings === undefined) continue;
      mkdirSync(values.findings, { recursive: true });
      writeFileSync(join(values.findings, `${name}-${index + 1}`), input, 'latin1');
    }
  }
  process.exit();
}
