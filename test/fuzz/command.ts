/** `npm run torture -- fuzz`: fuzzes targets one after the other, and says what came of it. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FuzzReport, fuzz, targets } from './fuzz.ts';
import { unreached } from './unreached.ts';

const HELP = `usage: npm run torture -- fuzz [options]

  --target A,B     ${Object.keys(targets).join(', ')}; default: all, one after the other
  --seconds N      processor time of each (user and system, all threads), not time by the clock: on a machine
                   that is busy, or that stops the run for a while, it takes the longer; default 60
  --seed N         of the random numbers; default 1
  --keep           keep inputs that reach code which none has reached before in test/fuzz/corpus/
  --unreached RE   say which lines of files of src/ with such names were not reached
  --findings DIR   write the inputs of findings there
  --help

It ends early, and reports, on SIGINT and SIGTERM. The exit status is 1 after findings: a bug that is thrown or logged, an
input that hangs or takes more processor time than its size explains, a dialogue that is not answered in whole lines.
`;

/** More than that is more than a collector of garbage has not got to. */
const GROWN_MB = 100;

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: Object.keys(targets).join(',') },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    unreached: { type: 'string' },
    findings: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit();
}
// What targets write goes with it; where it waits for no disk a third of the processor time is saved.
const MEMORY = '/dev/shm';
const directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'fuzz-'));
process.env.TMPDIR = directory;
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());

for (const name of values.target.split(',')) {
  if (stop.signal.aborted) break;
  const run = async (): Promise<void> =>
    report(
      name,
      await fuzz(name, {
        seconds: Number(values.seconds),
        seed: Number(values.seed),
        keeps: values.keep,
        signal: stop.signal,
      }),
    );
  if (values.unreached === undefined) await run();
  else
    for (const each of await unreached(run, new RegExp(values.unreached)))
      process.stdout.write(`  ${each}\n`);
}
process.exit();

function report(name: string, { inputs, seconds, edges, kept, findings, grownMb }: FuzzReport): void {
  const explored = edges === undefined ? '' : ` ${edges} edges, ${kept} inputs kept,`;
  process.stdout.write(
    `${name}: ${seconds} s of processor time, ${inputs} executions (${Math.round(inputs / seconds)}/s),${explored} ${findings.length} findings\n`,
  );
  if (grownMb > GROWN_MB) {
    process.exitCode = 1;
    process.stdout.write(`! memory grew by ${grownMb} MB\n`);
  }
  for (const [index, { what, input }] of findings.entries()) {
    process.exitCode = 1;
    process.stdout.write(`! ${what}\n  ${JSON.stringify(input.slice(0, 1_000))}\n`);
    if (values.findings === undefined) continue;
    mkdirSync(values.findings, { recursive: true });
    writeFileSync(join(values.findings, `${name}-${index + 1}`), input, 'latin1');
  }
}
