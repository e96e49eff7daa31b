/**
 * The IMAP and POP servers beside Dovecot's over Maildirs, in one run, alternating: what mail programs do with large mailboxes. Both
 * sync what is appended before they answer. Each has been asked once before it is measured: Dovecot writes its index and cache then.
 * Medians, with the least and the greatest; a ratio above 1: ours is so many times as good. Exit status 1 where a row that has to
 * be as good is not. `--messages N` (100,000), `--rounds N` (5), `--idle N` (2,000); `--row WORD`; `--short`: little of everything.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DovecotInstance, startDovecot, whyNoDovecot } from './dovecot-instance.ts';
import { mailRows, type Row } from './mail-rows.ts';
import { type MailServer, serveDovecot, serveOurs } from './mail-servers.ts';
import { startOurs } from './our-node.ts';
import { median } from './time-until.ts';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    messages: { type: 'string' },
    rounds: { type: 'string' },
    idle: { type: 'string' },
    row: { type: 'string', multiple: true },
  },
});
const MESSAGES = Number(options.messages ?? (options.short ? 5_000 : 100_000));
const ROUNDS = Number(options.rounds ?? (options.short ? 1 : 5));
const IDLE = Number(options.idle ?? (options.short ? 50 : 2_000));
/** A user has at most fifty sessions. */
const IDLERS = Math.ceil(IDLE / 50);
const APPENDS = options.short ? 100 : 1_000;

async function main(): Promise<void> {
  const why = whyNoDovecot();
  if (why !== undefined) console.log(`SKIPPED: nothing to compare with: ${why}`);
  const rows = mailRows({ messages: MESSAGES, appends: APPENDS, idle: IDLE, idlers: IDLERS }).filter(
    ({ name }) => options.row?.some((word) => name.includes(word)) ?? true,
  );
  const directory = mkdtempSync(join(tmpdir(), 'imap-'));
  const filling = { messages: MESSAGES, idlers: rows.some(({ name }) => name.includes('IDLE')) ? IDLERS : 0 };
  const node = startOurs(join(directory, 'root'));
  let dovecot: DovecotInstance | undefined;
  try {
    const servers = [await serveOurs(node, filling)];
    if (why === undefined) {
      // Dovecot reads mail as somebody else.
      chmodSync(directory, 0o755);
      mkdirSync(join(directory, 'dovecot'));
      dovecot = await startDovecot(join(directory, 'dovecot'));
      servers.push(serveDovecot(dovecot, join(directory, 'dovecot', 'mail'), filling));
    }
    for (const server of servers) await lookOnce(server);
    console.log(`${''.padEnd(52)}${servers.map(({ name }) => name.padStart(26)).join('')}   ratio`);
    for (const row of rows) await show(row, servers);
  } finally {
    await dovecot?.stop();
    node.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The session in which Dovecot makes its index reads the whole directory with every SELECT: it is not to be measured. */
async function lookOnce(server: MailServer): Promise<void> {
  for (const user of ['large', 'medium']) {
    const client = await server.login(user);
    await client.command('SELECT INBOX');
    client.close();
  }
}

async function show(row: Row, servers: readonly MailServer[]): Promise<void> {
  const figures = servers.map(() => [] as number[]);
  if (row.once !== true) for (const server of servers) await row.measure(server);
  for (let round = 0; round < (row.once === true ? 1 : ROUNDS); round++)
    for (const [index, server] of servers.entries()) {
      const figure = await row.measure(server);
      if (figure !== undefined) figures[index]!.push(figure);
    }
  const [our, their] = figures.map((each) => median(each));
  const ratio = their === undefined ? Number.NaN : row.unit === '/s' ? our! / their : their / our!;
  const isBehind = row.isBound === true && ratio < 1;
  if (isBehind) process.exitCode = 1;
  console.log(
    `${`${row.name}, ${row.unit}`.padEnd(52)}${figures.map((each) => spread(each).padStart(26)).join('')}` +
      `${Number.isNaN(ratio) ? '' : ratio.toFixed(2).padStart(8)}${isBehind ? '  BEHIND' : ''}`,
  );
}

/** `12.3 (11.9–14.0)` */
function spread(figures: readonly number[]): string {
  if (figures.length === 0) return '';
  const middle = median(figures);
  const digits = middle < 10 ? 2 : middle < 100 ? 1 : 0;
  const text = (figure: number): string => figure.toFixed(digits);
  return figures.length === 1
    ? text(middle)
    : `${text(middle)} (${text(Math.min(...figures))}–${text(Math.max(...figures))})`;
}

await main();
