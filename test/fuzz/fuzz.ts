/**
 * Throws inputs at parsers and servers that are a little wrong, made from kept ones: no bug is thrown or logged, nothing hangs, no
 * dialogue stays without an answer, memory does not grow, nothing takes longer than its size explains. Where `keeps` is said inputs
 * that reach code which none has reached before are kept in corpus/, and every later run begins with them.
 */
import { randomNumbers } from '../support/random-numbers.ts';
import { dialogues } from './dialogues.ts';
import { Explorer } from './explorer.ts';
import { Mutator } from './mutate.ts';
import { parsers } from './parsers.ts';
import { inTime, processorMs } from './processor-time.ts';
import { SlowInputs } from './slow-inputs.ts';
import { keep, type Target } from './target.ts';

export const targets: Readonly<Record<string, () => Target | Promise<Target>>> = { ...parsers, ...dialogues };

export interface Finding {
  readonly what: string;
  /** An octet a character. */
  readonly input: string;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Of processor time. */
  readonly seconds: number;
  /** Blocks of code that have run, where that was looked at. */
  readonly edges?: number;
  /** Inputs that reached code which none had reached before. */
  readonly kept: number;
  /** What is slow is among them. */
  readonly findings: readonly Finding[];
  /** Heap at the end less that after the first tenth of the time. */
  readonly grownMb: number;
}

export interface FuzzOptions {
  /** Of processor time of this process: on a busy machine it takes the longer. */
  readonly seconds: number;
  readonly seed: number;
  readonly keeps?: boolean;
  /** Ends it early; what was done so far is reported. */
  readonly signal?: AbortSignal;
}

/** The same findings again and again are one. */
const FINDINGS = 10;
/** Far beyond what an input may take. One that takes so long is tried once more. */
const HANG_MS = 10_000;
/** A target is made anew now and then: what it keeps on purpose, as mail, is no leak. */
const INPUTS_OF_A_TARGET = 20_000;
/** The part of the time in which new code is looked for. */
const EXPLORING = 0.6;

export async function fuzz(name: string, options: FuzzOptions): Promise<FuzzReport> {
  const make = targets[name];
  if (make === undefined) throw new Error(`there is no target ${name}: ${Object.keys(targets).join(', ')}`);
  const findings = new Map<string, Finding>();
  const thrown: string[] = [];
  const onThrown = (error: unknown): void => void thrown.push(textOf(error));
  process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
  const began = processorMs();
  let target = await make();
  const mutator = new Mutator(randomNumbers(options.seed), target.seeds, target.grammar);
  const again = async (input: string): Promise<void> => {
    await problemOf(target, input, mutator.pieces(input));
  };
  let explorer = options.keeps === true ? await Explorer.start(again, target.seeds) : undefined;
  let edges: number | undefined;
  const anew = async (): Promise<void> => {
    await target.close?.();
    target = await make();
  };
  const slow = new SlowInputs(again, target.mayTake, anew);
  let kept = 0;
  let inputs = 0;
  let heapBefore: number | undefined;
  /** To ask for processor time costs as much as a small input. */
  let spent = 0;
  let lookedAt = 0;
  const lookAtTime = (): void => {
    if (performance.now() - lookedAt < 50) return;
    lookedAt = performance.now();
    spent = (processorMs() - began) / 1_000 / options.seconds;
  };
  const one = async (input: string): Promise<void> => {
    const problem = await problemOf(target, input, mutator.pieces(input));
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
  /** The rest of the time belongs to speed. */
  const endOfExploring = async (): Promise<void> => {
    edges = explorer?.edges ?? edges;
    await explorer?.[Symbol.asyncDispose]();
    explorer = undefined;
  };
  /** Whether the last ones were the first after another so many. */
  const passed = (many: number): boolean => inputs % many < (target.atOnce ?? 1);
  /** A short run takes all that are kept, too. */
  const goesOn = (): boolean =>
    (spent < 1 || inputs < target.seeds.length) &&
    findings.size < FINDINGS &&
    options.signal?.aborted !== true;
  try {
    while (goesOn()) {
      // Those from the corpus come first, as they are.
      const batch = Array.from(
        { length: target.atOnce ?? 1 },
        (_, n) => target.seeds[inputs + n] ?? mutator.next(),
      );
      inputs += batch.length;
      const before = performance.now();
      await Promise.all(batch.map(one));
      await slow.note(batch, performance.now() - before);
      const bugs = bugsOf(target, thrown);
      if (bugs.length > 0) await whose(batch, bugs);
      for (const input of batch) await explored(input);
      lookAtTime();
      if (spent > EXPLORING) await endOfExploring();
      if (passed(INPUTS_OF_A_TARGET)) await anew();
      if (heapBefore === undefined && spent > 0.1) heapBefore = heap();
      // Others have to get their turns: timers, sockets.
      if (passed(50)) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await endOfExploring();
    await target.close?.();
    process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
  }
  for (const { input, ms } of slow.found)
    findings.set(input, { what: `${ms} ms of processor time for ${input.length} octets`, input });
  return {
    inputs,
    seconds: Math.round((processorMs() - began) / 1_000),
    ...(edges !== undefined && { edges }),
    kept,
    findings: [...findings.values()],
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
    try {
      const work = target.take(input, pieces);
      if (work === undefined || (await inTime(work, HANG_MS))) return undefined;
    } catch (error) {
      return textOf(error);
    }
  }
  return 'it hangs';
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Where it happened, whatever it says. */
const kindOf = (what: string): string => /\n\s+at .*/.exec(what)?.[0] ?? what.slice(0, 40);

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
