/**
 * Many sessions in the same two mailboxes at once: they append, flag, copy, move, expunge, search, read, idle, break off and
 * come back, with and without CONDSTORE and QRESYNC, while each holds what it is told against the rules (tracked-mailbox.ts).
 * In the end all of them must believe the same, and every message must be where it was said to be.
 * `npm run torture -- imap --seconds 120 --clients 50`; `--dovecot` puts the same load on a Dovecot.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDovecot } from '../../bench/dovecot-instance.ts';
import { openClientMailboxes } from '../../src/mail/index.ts';
import { startImapRig } from '../support/imap-rig.ts';
import { Actor, type Options } from './actor.ts';
import { checkEnd } from './check-end.ts';
import { Ledger } from './ledger.ts';
import { TrackingSession } from './tracking-session.ts';

export interface ConcurrencyReport {
  readonly commands: number;
  readonly appended: number;
  /** What the server did wrong. */
  readonly problems: readonly string[];
}

export async function concurrency(options: Options): Promise<ConcurrencyReport> {
  const problems: string[] = [];
  const ledger = new Ledger((text) => problems.push(text));
  const until = Date.now() + options.seconds * 1_000;
  const actors = Array.from(
    { length: options.clients },
    (_, index) => new Actor(index, options, ledger, problems, until),
  );
  await Promise.all(actors.map((actor) => actor.run()));
  await checkEnd(actors, options, ledger, problems);
  return {
    commands: actors.reduce((sum, { commands }) => sum + commands, 0),
    appended: ledger.appended.size,
    problems,
  };
}

/** Against a server of ours in this process. */
export async function concurrencyOfOurs(
  options: Omit<Options, 'port' | 'wastebasket'>,
): Promise<ConcurrencyReport> {
  const rig = await startImapRig({ settings: { maxUserConnections: 1_000 } });
  try {
    const { fileId } = await openClientMailboxes(rig.store, 'SMITH');
    await rig.store.mailboxes.create(fileId, 'ARCHIVE');
    return await concurrency({ ...options, port: rig.port, wastebasket: 'Wastebasket' });
  } finally {
    await rig.close();
  }
}

async function concurrencyOfDovecot(
  options: Omit<Options, 'port' | 'wastebasket'>,
): Promise<ConcurrencyReport> {
  const directory = mkdtempSync(join(tmpdir(), 'dovecot-'));
  const dovecot = await startDovecot(directory);
  try {
    const session = await TrackingSession.open('setup', dovecot.port, []);
    await session.command('LOGIN smith secret');
    await session.command('CREATE Archive');
    session.close();
    return await concurrency({ ...options, port: dovecot.port, wastebasket: undefined });
  } finally {
    await dovecot.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '120' },
      clients: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      dovecot: { type: 'boolean', default: false },
    },
  });
  const options = {
    seconds: Number(values.seconds),
    clients: Number(values.clients),
    seed: Number(values.seed),
  };
  const report = await (values.dovecot ? concurrencyOfDovecot(options) : concurrencyOfOurs(options));
  const { problems, ...figures } = report;
  console.log(JSON.stringify(figures));
  for (const problem of problems.slice(0, 50)) console.log(problem);
  console.log(problems.length === 0 ? 'nothing was wrong' : `${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}
