/**
 * A large mailbox beside a small one: the real `vmsmail mail` of the built bundle on a real terminal, each answer timed
 * until the prompt is back, alternating, medians. Bound: what the large mailbox takes longer is below 150 ms, and the
 * program stays below 150 MiB. With mutt installed, the same messages in a maildir, opened and used the same way (its files
 * are hard links to a thousand texts, which the page cache then holds: mutt gets every advantage).
 * `--messages N`, `--rounds N`, `--no-mutt`; `--short`: 50,000 messages, one round, no mutt.
 */
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openMailStore } from '../src/adapters/sqlite/mail-store/index.ts';
import { nodeRoot } from '../src/images/node-root.ts';
import { fillMailbox, mailText, NEEDLE, SENDERS } from './large-mailbox.ts';
import { startOurs } from './our-node.ts';
import { type Conversation, converse, type Step } from './terminal-steps.ts';
import { hasPython, median } from './time-until.ts';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    messages: { type: 'string' },
    rounds: { type: 'string' },
    'no-mutt': { type: 'boolean', default: false },
  },
});
const LARGE = Number(options.messages ?? (options.short ? 50_000 : 1_000_000));
const SMALL = 100;
const ROUNDS = Number(options.rounds ?? (options.short ? 1 : 5));
const BOUND_MS = 150;
const BOUND_MIB = 150;
const launcher = join(import.meta.dirname, '..', 'bin', 'vmsmail');

const command = (text: string, until: string): Step => ({
  name: text,
  send: `${text}\r`,
  until: `${until}.*MAIL> `,
});
const ourSteps = (messages: number): readonly Step[] => [
  { name: 'start, until the prompt', send: '', until: 'MAIL> ' },
  command('DIRECTORY', 'Press RETURN for more'),
  command('DIRECTORY/FOLDER', 'Listing of folders'),
  command('SELECT MAIL', 'messages selected'),
  { ...command(`READ ${messages - 1}`, `#${messages - 1} `), name: 'READ the last but one, at once' },
  command('SELECT MAIL', 'messages selected'),
  {
    ...command(`DIRECTORY/START=${messages - 9}`, `${messages} SMTP`),
    name: 'DIRECTORY/START of the last ten, at once',
  },
  command('SELECT MAIL/SINCE=1-JUL-2025', 'messages selected'),
  command('DIRECTORY', 'Press RETURN for more'),
  command('SELECT MAIL/BEFORE=1-FEB-2024', 'messages? selected'),
  command('SELECT MAIL', 'messages selected'),
  command(`SEARCH ${NEEDLE}`, '#3 '),
  {
    name: 'SEARCH, Ctrl/C after a second',
    send: 'SEARCH nowhere\r',
    // A small mailbox is searched long before: it is timed with nothing to search for.
    ...(messages > SMALL ? { pause: 1000, further: '\x03' } : {}),
    until: 'MAIL> ',
  },
  command('SELECT MAIL/MARKED', 'no messages'),
  {
    ...command('SELECT MAIL/FROM=sender7@', 'messages? selected'),
    name: 'SELECT MAIL/FROM (reads all; no bound)',
  },
];

/** As mutt shows its index and its pager on 24 rows. */
const muttSteps = (messages: number): readonly Step[] => [
  { name: 'start, until the index', send: '', until: `Msgs:${messages}` },
  { name: 'read the last but one', send: `${messages - 1}\r\r`, until: `This is message ` },
  { name: 'limit to a sender', send: 'il~f sender7@\r', until: 'To view all messages' },
];

async function main(): Promise<void> {
  if (!hasPython()) {
    console.log('SKIPPED: python3 is not installed: no terminal to measure on');
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-mailbox-'));
  const node = startOurs(join(directory, 'root'));
  try {
    for (const user of ['LARGE', 'SMALL']) node.dcl(`MCR AUTHORIZE ADD ${user}/PASSWORD=BENCH_ONLY_1`);
    await fill(node.root);
    const sessions = { large: [] as Conversation[], small: [] as Conversation[] };
    const ours = (user: string, messages: number): Conversation =>
      converse([launcher, 'mail', '--root', node.root, '--user', user], ourSteps(messages));
    ours('SMALL', SMALL);
    for (let round = 0; round < ROUNDS; round++) {
      sessions.small.push(ours('SMALL', SMALL));
      sessions.large.push(ours('LARGE', LARGE));
    }
    show(sessions.small, sessions.large);
    if (!options.short && !options['no-mutt']) mutt(directory);
  } finally {
    node.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function fill(root: string): Promise<void> {
  const { mailDatabase, mailDirectory } = nodeRoot(root);
  const store = openMailStore({ file: mailDatabase, textDirectory: mailDirectory });
  const started = performance.now();
  await fillMailbox(store, 'LARGE', LARGE);
  const seconds = (performance.now() - started) / 1000;
  await fillMailbox(store, 'SMALL', SMALL);
  await store.close();
  console.log(
    `${LARGE.toLocaleString('en')} messages, written in ${seconds.toFixed(1)} s; beside it ${SMALL}. Medians of ${ROUNDS}, ms.\n`,
  );
}

function show(small: readonly Conversation[], large: readonly Conversation[]): void {
  const at = (sessions: readonly Conversation[], step: number): number =>
    median(sessions.map(({ times }) => times[step]!));
  console.log(
    `${'vmsmail mail'.padEnd(44)}${'small'.padStart(8)}${'large'.padStart(8)}${'more'.padStart(8)}`,
  );
  let isHeld = true;
  for (const [step, { name }] of ourSteps(LARGE).entries()) {
    const more = at(large, step) - at(small, step);
    const hasBound = !name.includes('no bound');
    const isOver = hasBound && more >= BOUND_MS;
    if (isOver) isHeld = false;
    const figures = [at(small, step), at(large, step), more]
      .map((each) => each.toFixed(0).padStart(8))
      .join('');
    console.log(`  ${name.padEnd(42)}${figures}${isOver ? `   OVER ${BOUND_MS} ms` : ''}`);
  }
  const memory = [small, large].map((each) => Math.max(...each.map(({ memoryMiB }) => memoryMiB)));
  if (memory[1]! >= BOUND_MIB) isHeld = false;
  console.log(`  ${'memory, MiB'.padEnd(42)}${memory.map((each) => each.toFixed(0).padStart(8)).join('')}`);
  console.log(isHeld ? 'The bounds hold.' : 'THE BOUNDS DO NOT HOLD.');
  if (!isHeld) process.exitCode = 1;
}

function mutt(directory: string): void {
  if (spawnSync('mutt', ['-v']).status !== 0) {
    console.log('\nSKIPPED: mutt is not installed: nothing to compare with');
    return;
  }
  const settings = join(directory, 'muttrc');
  mkdirSync(join(directory, 'cache'));
  writeFileSync(
    settings,
    `set header_cache="${join(directory, 'cache')}"
set folder="${directory}"
set mbox_type=Maildir
set sort=mailbox-order
set wait_key=no
`,
  );
  const large = makeMaildir(join(directory, 'large'), LARGE);
  const small = makeMaildir(join(directory, 'small'), SMALL);
  const run = (maildir: string, messages: number): Conversation =>
    converse(['mutt', '-n', '-F', settings, '-R', '-f', maildir], muttSteps(messages), 600);
  for (const title of ['mutt, first time', 'mutt, with its header cache']) {
    const [few, many] = [run(small, SMALL), run(large, LARGE)];
    console.log(`\n${title.padEnd(44)}${'small'.padStart(8)}${'large'.padStart(8)}`);
    for (const [step, { name }] of muttSteps(LARGE).entries()) {
      const figures = [few, many].map(({ times }) => times[step]!.toFixed(0).padStart(8)).join('');
      console.log(`  ${name.padEnd(42)}${figures}`);
    }
    const memory = [few, many].map(({ memoryMiB }) => memoryMiB.toFixed(0).padStart(8)).join('');
    console.log(`  ${'memory, MiB'.padEnd(42)}${memory}`);
  }
}

/** A million files take minutes to write: a thousand are written, the others are further names of theirs. */
function makeMaildir(maildir: string, messages: number): string {
  for (const each of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, each), { recursive: true });
  const name = (number: number): string =>
    join(maildir, 'cur', `${String(number).padStart(8, '0')}.bench:2,S`);
  for (let number = 1; number <= messages; number++) {
    if (number <= SENDERS) writeFileSync(name(number), mailText(number).replaceAll('\r\n', '\n'));
    else linkSync(name(((number - 1) % SENDERS) + 1), name(number));
  }
  return maildir;
}

await main();
