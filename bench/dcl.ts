/**
 * The interpreter beside bash in one run on one machine, alternating, medians: how fast a loop turns, how soon a long
 * procedure starts, how much memory hundreds of waiting procedures take. The interpreter is bundled, as it is shipped.
 * `--short`: one small round. Quote ratios; absolute figures belong to the machine and its neighbours.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const isShort = process.argv.includes('--short');
const ROUNDS = isShort ? 1 : 5;
const ITERATIONS = isShort ? 100_000 : 1_000_000;
const PROCEDURES = 500;

// Where the bundle finds the packages it does not hold.
const directory = mkdtempSync(join(import.meta.dirname, '../node_modules/.bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const subject = join(directory, 'subject.mjs');
await build({
  entryPoints: [join(import.meta.dirname, 'dcl-subject.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: subject,
  external: ['better-sqlite3'],
  logLevel: 'error',
});

function ours(...words: readonly string[]): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, [subject, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { value: number }).value;
}

/** Iterations a second of a loop in bash, its start taken off. */
function bash(loop: string): number {
  const script = join(directory, 'loop.sh');
  writeFileSync(
    script,
    `i=0; n=${ITERATIONS / 4}; s=$EPOCHREALTIME\n${loop}\ne=$EPOCHREALTIME; echo $(( (\${e/./} - \${s/./}) ))\n`,
  );
  const { stdout } = spawnSync('bash', [script], { encoding: 'utf8' });
  return ITERATIONS / 4 / (Number(stdout) / 1_000_000);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const thousands = (value: number): string => `${Math.round(value / 1000).toLocaleString('en')}k/s`;

const dcl: number[] = [];
const test: number[] = [];
const arithmetic: number[] = [];
const shortest: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  dcl.push(ours('loop', String(ITERATIONS)));
  test.push(bash('while [ $i -lt $n ]; do i=$((i+1)); done'));
  arithmetic.push(bash('while (( i < n )); do (( i = i + 1 )); done'));
  // Not the same steps, but nobody can say that bash was not given its best.
  shortest.push(bash('while (( i++ < n )); do :; done'));
}
const starts = Array.from({ length: ROUNDS }, () => ours('start'));
const waiting = ours('wait', String(PROCEDURES));

const lines = [
  ['loop, DCL', thousands(median(dcl)), ''],
  [
    'loop, bash [ ]',
    thousands(median(test)),
    `DCL is ${(median(dcl) / median(test)).toFixed(1)} times as fast`,
  ],
  [
    'loop, bash (( ))',
    thousands(median(arithmetic)),
    `DCL is ${(median(dcl) / median(arithmetic)).toFixed(1)} times as fast`,
  ],
  [
    'loop, bash (( i++ < n ))',
    thousands(median(shortest)),
    `DCL is ${(median(dcl) / median(shortest)).toFixed(1)} times as fast`,
  ],
  [
    '2,500 lines, 200 labels',
    `${Math.min(...starts).toFixed(1)} ms`,
    'to the first command, first run of a process',
  ],
  [`${PROCEDURES} procedures in WAIT`, `${Math.round(waiting)} MiB`, 'of the whole process, Node included'],
];
for (const [what = '', figure = '', remark = ''] of lines) {
  process.stdout.write(`${what.padEnd(26)}${figure.padStart(12)}   ${remark}\n`);
}
