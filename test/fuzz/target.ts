/** What can be fuzzed: inputs to begin with, and what takes one. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Grammar } from './grammar.ts';
import type { MayTake } from './slow-inputs.ts';

export interface Target {
  readonly seeds: readonly string[];
  /** Makes more of them. */
  readonly grammar?: Grammar;
  /** Takes one input, an octet a character. Throws, or rejects, for a bug; never resolves when it hangs. */
  take(input: string, pieces: readonly string[]): void | Promise<void>;
  /** So many at once: most of what an input takes is waiting. Default 1. */
  readonly atOnce?: number;
  /** Default 60 ms, whatever lines it has. */
  readonly mayTake?: MayTake;
  /** What was logged as a bug since the last call. */
  bugs?(): readonly string[];
  close?(): Promise<void>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Inputs that are kept: what found something, and what no transcript has. */
export function corpus(name: string): readonly string[] {
  const directory = here(`corpus/${name}`);
  return readdirSync(directory).map((file) => readFileSync(join(directory, file), 'latin1'));
}

/** A long one finds nothing that a short one does not, and there are to be many. */
const KEPT_BYTES = 2_000;
const KEPT_AT_MOST = 250;

/** Keeps an input for the runs to come; its name is made of what it is. */
export function keep(name: string, input: string): void {
  const directory = here(`corpus/${name}`);
  if (input.length > KEPT_BYTES || readdirSync(directory).length >= KEPT_AT_MOST) return;
  const bytes = Buffer.from(input, 'latin1');
  const file = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  writeFileSync(join(directory, file), bytes);
}

/** What is said in the dialogues of test/transcripts, each under its heading. */
export const said = (folder: string, prefix: RegExp, lineEnd = '\r\n'): readonly string[] =>
  readdirSync(here(`../transcripts/${folder}`))
    .filter((file) => file.endsWith('.txt'))
    .flatMap((file) => readFileSync(here(`../transcripts/${folder}/${file}`), 'latin1').split(/^#.*$/m))
    .map((section) =>
      section.split('\n').flatMap((line) => (prefix.test(line) ? [line.replace(prefix, '')] : [])),
    )
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((each) => each + lineEnd).join(''));

/** Files of the product. */
export const shipped = (folder: string, pattern: RegExp): readonly string[] =>
  readdirSync(here(`../../${folder}`))
    .filter((file) => pattern.test(file))
    .map((file) => readFileSync(here(`../../${folder}/${file}`), 'latin1'));
