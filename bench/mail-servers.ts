/**
 * Our node and a Dovecot over Maildirs with the same users and the same mail, for benchmarks of what clients fetch: LARGE with as many
 * messages as are wanted, MEDIUM with a tenth, APPENDER and IDLE0 … without any.
 */
import { chmodSync, chownSync, linkSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openMailStore } from '../src/adapters/sqlite/mail-store/index.ts';
import { nodeRoot } from '../src/images/node-root.ts';
import type { DovecotInstance } from './dovecot-instance.ts';
import { MeasuringClient } from './imap-client.ts';
import { fillMailbox, mailText } from './large-mailbox.ts';
import type { OurNode } from './our-node.ts';
import { ScramLogin } from './scram-login.ts';

export interface MailServer {
  readonly name: string;
  /** An IMAP session of a user, let in by what costs the server least. */
  login(user: string): Promise<MeasuringClient>;
  /** A POP session. Undefined where there is no such server. */
  readonly loginPop: ((user: string) => Promise<MeasuringClient>) | undefined;
  /** Processes of the server. */
  pids(): readonly number[];
}

export interface Filling {
  /** Of LARGE; MEDIUM has a tenth. */
  readonly messages: number;
  /** Users without mail. */
  readonly idlers: number;
}

const PASSWORD = 'BENCH_ONLY_1';
/** Of Dovecot's, for everybody. */
const THEIR_PASSWORD = 'secret';
/** The share of LARGE that MEDIUM has. */
export const mediumOf = (messages: number): number => messages / 10;

export async function serveOurs(node: OurNode, { messages, idlers }: Filling): Promise<MailServer> {
  const { root, dcl, pids, portOf } = node;
  const idle = Array.from({ length: idlers }, (_, index) => `IDLE${index}`);
  const users = ['LARGE', 'MEDIUM', 'APPENDER', ...idle];
  for (const command of ['SET SERVICE IMAP/LIMIT=5000', 'ENABLE SERVICE IMAP', 'ENABLE SERVICE POP'])
    dcl(`TCPIP ${command}`);
  // All clients of a benchmark come from one address. What is said here counts before the users are there.
  writeFileSync(join(imapDirectory(root), 'TCPIP$IMAP.CONF'), 'Max-Address-Connections: 5000\n');
  dcl('TCPIP SET CONFIGURATION SMTP/AUTH_WITHOUT_TLS');
  for (const user of users) dcl(`MCR AUTHORIZE ADD ${user}/PASSWORD=${PASSWORD}`);
  const { mailDatabase, mailDirectory } = nodeRoot(root);
  const store = openMailStore({ file: mailDatabase, textDirectory: mailDirectory });
  await fillMailbox(store, 'LARGE', messages, 'NEWMAIL');
  await fillMailbox(store, 'MEDIUM', mediumOf(messages), 'NEWMAIL');
  await store.close();
  const imapPort = portOf('IMAP');
  const popPort = portOf('POP');
  const keys = new Map(users.map((user) => [user, new ScramLogin(user, PASSWORD)]));
  return {
    name: 'ours',
    pids,
    async login(user) {
      const client = await MeasuringClient.open(imapPort);
      await client.authenticate(keys.get(user.toUpperCase())!);
      return client;
    },
    loginPop: (user) => enterPop(popPort, user, PASSWORD),
  };
}

/** Files are hard links to a thousand texts, which the page cache then holds: an advantage of Dovecot's. */
export function serveDovecot(
  { port, popPort, masterPid }: DovecotInstance,
  mail: string,
  { messages }: Filling,
): MailServer {
  makeMaildir(join(mail, 'large'), messages);
  makeMaildir(join(mail, 'medium'), mediumOf(messages));
  return {
    name: 'Dovecot',
    pids: () => [masterPid],
    async login(user) {
      const client = await MeasuringClient.open(port);
      await client.command(`LOGIN ${user} ${THEIR_PASSWORD}`);
      return client;
    },
    loginPop: popPort === undefined ? undefined : (user) => enterPop(popPort, user, THEIR_PASSWORD),
  };
}

async function enterPop(port: number, user: string, password: string): Promise<MeasuringClient> {
  const client = await MeasuringClient.open(port);
  await client.say(`USER ${user}\r\n`, /^\+OK[^\n]*\r\n$/);
  await client.say(`PASS ${password}\r\n`, /^\+OK[^\n]*\r\n$/);
  return client;
}

/** Where the templates of its configuration lie. */
function imapDirectory(root: string): string {
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.includes('TCPIP$IMAP_CONF.TEMPLATE'),
  );
  return dirname(join(root, found!));
}

/** Texts of their own; further messages are further names of theirs. */
const OWN_TEXTS = 1_000;
const NOBODY = 65_534;

function makeMaildir(maildir: string, messages: number): void {
  const owned = (path: string): string => {
    // Dovecot serves no mail as root.
    if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY);
    return path;
  };
  for (const each of ['', 'cur', 'new', 'tmp']) {
    mkdirSync(join(maildir, each), { recursive: true });
    chmodSync(owned(join(maildir, each)), 0o700);
  }
  const name = (number: number): string =>
    join(maildir, 'cur', `${1_700_000_000 + number}.M${number}.bench:2,S`);
  for (let number = 1; number <= messages; number++) {
    if (number <= OWN_TEXTS) {
      writeFileSync(name(number), mailText(number));
      owned(name(number));
    } else linkSync(name(((number - 1) % OWN_TEXTS) + 1), name(number));
  }
  // Of a directory that has only just changed Dovecot cannot know that it will not change in the same second again: it reads it anew.
  const anHourAgo = Date.now() / 1000 - 3_600;
  utimesSync(join(maildir, 'cur'), anHourAgo, anHourAgo);
}
