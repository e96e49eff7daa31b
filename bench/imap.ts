/**
 * The IMAP server beside Dovecot's over Maildirs, in one run, alternating, medians: what mail programs do with large
 * mailboxes. Both sync what is appended before they answer. Each has been asked once before it is measured: Dovecot writes its
 * index and cache then. `--messages N` (100,000), `--rounds N` (5), `--idle N` (2,000); `--row WORD`; `--short`: little of everything.
 */
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openMailStore } from '../src/adapters/sqlite/mail-store/index.ts';
import { nodeRoot } from '../src/images/node-root.ts';
import { type DovecotInstance, startDovecot, whyNoDovecot } from './dovecot-instance.ts';
import { MeasuringClient } from './imap-client.ts';
import { fillMailbox, mailText, NEEDLE } from './large-mailbox.ts';
import { type OurNode, startOurs } from './our-node.ts';
import { memoryMiB } from './process-figures.ts';
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
const LARGE = Number(options.messages ?? (options.short ? 5_000 : 100_000));
const MEDIUM = LARGE / 10;
const ROUNDS = Number(options.rounds ?? (options.short ? 1 : 5));
const IDLE = Number(options.idle ?? (options.short ? 50 : 2_000));
const APPENDS = options.short ? 100 : 1_000;
const APPENDERS = 8;
/** A user has at most fifty sessions. */
const IDLERS = Math.ceil(IDLE / 50);

interface Side {
  readonly name: string;
  readonly port: number;
  readonly password: string;
  /** Processes of the server. */
  pids(): readonly number[];
}
interface Row {
  readonly name: string;
  readonly unit: 'ms' | '/s' | 'KiB';
  readonly once?: boolean;
  measure(side: Side): Promise<number>;
}

const login = async (side: Side, user: string): Promise<MeasuringClient> => {
  const client = await MeasuringClient.open(side.port);
  await client.command(`LOGIN ${user} ${side.password}`);
  return client;
};
/** In a session of its own, with the mailbox selected. */
const inMailbox = (user: string, command: string) => async (side: Side) => {
  const client = await login(side, user);
  await client.command('SELECT INBOX');
  const took = await client.command(command);
  client.close();
  return took;
};

const rows: readonly Row[] = [
  {
    name: `SELECT of ${LARGE.toLocaleString('en')}`,
    unit: 'ms',
    async measure(side) {
      const client = await login(side, 'large');
      const took = await client.command('SELECT INBOX');
      client.close();
      return took;
    },
  },
  {
    name: `FETCH FLAGS of ${LARGE.toLocaleString('en')}`,
    unit: 'ms',
    measure: inMailbox('large', 'FETCH 1:* FLAGS'),
  },
  {
    name: `UID FETCH FLAGS of ${LARGE.toLocaleString('en')}`,
    unit: 'ms',
    measure: inMailbox('large', 'UID FETCH 1:* FLAGS'),
  },
  {
    name: `FETCH ENVELOPE of ${MEDIUM.toLocaleString('en')}`,
    unit: 'ms',
    measure: inMailbox('medium', 'FETCH 1:* ENVELOPE'),
  },
  {
    name: `SEARCH TEXT in ${MEDIUM.toLocaleString('en')}`,
    unit: 'ms',
    measure: inMailbox('medium', `SEARCH TEXT ${NEEDLE}`),
  },
  {
    name: `FETCH BODY[] of ${(MEDIUM / 10).toLocaleString('en')}`,
    unit: 'ms',
    measure: inMailbox('medium', `FETCH 1:${MEDIUM / 10} BODY.PEEK[]`),
  },
  { name: `APPEND, ${APPENDERS} sessions, 4 KiB, synced`, unit: '/s', measure: appendRate },
  {
    name: `memory of a client of ${IDLE.toLocaleString('en')} in IDLE`,
    unit: 'KiB',
    once: true,
    measure: idleMemory,
  },
];

async function appendRate(side: Side): Promise<number> {
  const text = mailText(1).padEnd(4_096, 'x');
  const clients = await Promise.all(Array.from({ length: APPENDERS }, () => login(side, 'appender')));
  const started = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let count = 0; count < APPENDS / APPENDERS; count++)
        await client.command(`APPEND INBOX {${text.length}+}\r\n${text}`);
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const client of clients) client.close();
  return APPENDS / seconds;
}

async function idleMemory(side: Side): Promise<number> {
  const before = memoryMiB(side.pids());
  const clients: MeasuringClient[] = [];
  for (let count = 0; count < IDLE; count++) {
    const client = await login(side, `idle${count % IDLERS}`);
    await client.command('SELECT INBOX');
    await client.say('i IDLE\r\n', /\+ [^\n]*\r\n$/);
    clients.push(client);
  }
  const after = memoryMiB(side.pids());
  for (const client of clients) client.close();
  return ((after - before) * 1024) / IDLE;
}

async function main(): Promise<void> {
  const why = whyNoDovecot();
  if (why !== undefined) console.log(`SKIPPED: nothing to compare with: ${why}`);
  const directory = mkdtempSync(join(tmpdir(), 'imap-'));
  const node = startOurs(join(directory, 'root'));
  let dovecot: DovecotInstance | undefined;
  try {
    const sides = [await ours(node)];
    if (why === undefined) {
      // Dovecot reads mail as somebody else.
      chmodSync(directory, 0o755);
      mkdirSync(join(directory, 'dovecot'));
      dovecot = await startDovecot(join(directory, 'dovecot'));
      sides.push(theirs(dovecot, join(directory, 'dovecot', 'mail')));
    }
    console.log(`${''.padEnd(46)}${sides.map(({ name }) => name.padStart(10)).join('')}     ratio`);
    for (const row of rows)
      if (options.row?.some((word) => row.name.includes(word)) ?? true) await show(row, sides);
  } finally {
    await dovecot?.stop();
    node.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A ratio above 1: ours is so many times as good. */
async function show(row: Row, sides: readonly Side[]): Promise<void> {
  const figures = sides.map(() => [] as number[]);
  if (row.once !== true) for (const side of sides) await row.measure(side);
  for (let round = 0; round < (row.once === true ? 1 : ROUNDS); round++)
    for (const [index, side] of sides.entries()) figures[index]!.push(await row.measure(side));
  const [our, their] = figures.map((each) => median(each));
  const ratio = their === undefined ? '' : (row.unit === '/s' ? our! / their : their / our!).toFixed(2);
  const texts = [our, their].map((each) => (each === undefined ? '' : each.toFixed(0)).padStart(10));
  console.log(`${`${row.name}, ${row.unit}`.padEnd(46)}${texts.join('')}${ratio.padStart(10)}`);
}

/** Where the templates of its configuration lie. */
function imapDirectory(root: string): string {
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.includes('TCPIP$IMAP_CONF.TEMPLATE'),
  );
  return dirname(join(root, found!));
}

async function ours({ root, dcl, pids, portOf }: OurNode): Promise<Side> {
  const password = 'BENCH_ONLY_1';
  const idle = Array.from({ length: IDLERS }, (_, index) => `IDLE${index}`);
  for (const user of ['LARGE', 'MEDIUM', 'APPENDER', ...idle])
    dcl(`MCR AUTHORIZE ADD ${user}/PASSWORD=${password}`);
  for (const command of [
    'SET CONFIGURATION SMTP/AUTH_WITHOUT_TLS',
    'SET SERVICE IMAP/LIMIT=5000',
    'ENABLE SERVICE IMAP',
  ])
    dcl(`TCPIP ${command}`);
  // All clients of a benchmark come from one address.
  writeFileSync(join(imapDirectory(root), 'TCPIP$IMAP.CONF'), 'Max-Address-Connections: 5000\n');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { mailDatabase, mailDirectory } = nodeRoot(root);
  const store = openMailStore({ file: mailDatabase, textDirectory: mailDirectory });
  await fillMailbox(store, 'LARGE', LARGE, 'NEWMAIL');
  await fillMailbox(store, 'MEDIUM', MEDIUM, 'NEWMAIL');
  await store.close();
  return { name: 'ours', port: portOf('IMAP'), password, pids };
}

/** Files are hard links to a thousand texts, which the page cache then holds: an advantage of Dovecot's. */
function theirs({ port, masterPid }: DovecotInstance, mail: string): Side {
  const isRoot = process.getuid?.() === 0;
  const owned = (path: string): string => {
    if (isRoot) chownSync(path, 65_534, 65_534);
    return path;
  };
  for (const [user, messages] of [
    ['large', LARGE],
    ['medium', MEDIUM],
  ] as const) {
    for (const each of ['', 'cur', 'new', 'tmp']) {
      mkdirSync(join(mail, user, each), { recursive: true });
      owned(join(mail, user, each));
    }
    for (let number = 1; number <= messages; number++) {
      const path = join(mail, user, 'cur', `${1_700_000_000 + number}.M${number}.bench:2,S`);
      const original = join(
        mail,
        user,
        'cur',
        `${1_700_000_000 + ((number - 1) % 1_000) + 1}.M${((number - 1) % 1_000) + 1}.bench:2,S`,
      );
      if (number <= 1_000) {
        writeFileSync(path, mailText(number));
        owned(path);
      } else linkSync(original, path);
    }
  }
  return { name: 'Dovecot', port, password: 'secret', pids: () => [masterPid] };
}

await main();
