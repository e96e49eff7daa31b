/**
 * The benchmark: a node of ours and other mail servers in turn, on one machine in one run, and ours alone as it grows. Prints the
 * tables of docs/performance.md; what is said besides goes to standard error. `--row WORD` (repeatable): rows with that word in
 * their names; `--rounds N`, `--messages N`: more or fewer; `--short`: everything small, to see that it works; `--list`.
 * Quote ratios; absolute figures belong to the machine and its neighbours.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findHaraka } from './haraka-instance.ts';
import { hasSmtpSource } from './load/smtp-source.ts';
import { postfixVersion } from './postfix-instance.ts';
import { goInside, whyNoPrivateNetwork } from './private-network.ts';
import { rows } from './rows/index.ts';
import type { Bench } from './rows/row.ts';
import { tableHead } from './table.ts';

const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    messages: { type: 'string' },
    row: { type: 'string', multiple: true },
  },
});

const NETWORK = 'a network of its own';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const wanted = rows.filter(({ name }) => options.row?.some((word) => name.includes(word)) ?? true);
  if (options.list || wanted.length === 0) {
    for (const { name } of rows) console.log(name);
    return;
  }
  if (!hasSmtpSource()) {
    say('SKIPPED: smtp-source (package postfix) is not installed: nothing can be measured');
    return;
  }
  const missing = inside();
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-bench-'));
  // Postfix's processes are other users and have to get through.
  chmodSync(directory, 0o755);
  const bench: Bench = {
    directory: join(directory, 'row'),
    rounds: Number(options.rounds ?? (options.short ? 1 : 5)),
    isShort: options.short,
    messages: (usual) => Number(options.messages ?? (options.short ? Math.max(20, usual / 50) : usual)),
    size: (usual) => (options.short ? Math.max(10, usual / 100) : usual),
    missing: (peer) => missing.get(peer),
  };
  let head: readonly string[] | undefined = [];
  try {
    for (const row of wanted) {
      if (row.needsNetwork === true && missing.has(NETWORK)) {
        say(`SKIPPED: ${row.name}: ${missing.get(NETWORK)}`);
        continue;
      }
      const started = performance.now();
      mkdirSync(bench.directory);
      const result = await row.run(bench);
      rmSync(bench.directory, { recursive: true, force: true, maxRetries: 5 });
      if (result.head === undefined) console.log('');
      else if (head !== result.head) console.log(`\n${tableHead(result.head)}`);
      head = result.head;
      for (const line of result.lines) console.log(line);
      const seconds = (performance.now() - started) / 1_000;
      say(
        `  ${row.name}: ${seconds.toFixed(0)} s, load ${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores`,
      );
      for (const note of result.notes ?? []) say(`    ${note}`);
      if (result.isOver === true) process.exitCode = 1;
    }
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Who cannot take part, and why. Returns in a network of our own, where there can be one. */
function inside(): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  // Before the network is private: npm may have to fetch it.
  const haraka = findHaraka();
  if ('missing' in haraka) missing.set('Haraka', haraka.missing);
  const reason = whyNoPrivateNetwork();
  if (reason !== undefined) for (const what of ['Postfix', NETWORK]) missing.set(what, reason);
  else goInside();
  const postfix = postfixVersion();
  if (postfix === undefined) missing.set('Postfix', 'it is not installed');
  for (const [what, why] of missing) say(`SKIPPED: ${what}: ${why}`);
  say(
    `vmsmail: SQLite, synchronous=FULL: its log is synced before 250. Postfix ${postfix ?? ''}: the queue file is synced before 250. ` +
      `Haraka ${'version' in haraka ? haraka.version : ''}: the queue file is synced before 250, its directory is not.`,
  );
  return missing;
}

await main();
