/** What clients of IMAP and POP do with large mailboxes, one row each. */
import type { MeasuringClient } from './imap-client.ts';
import { mailText, NEEDLE } from './large-mailbox.ts';
import { type MailServer, mediumOf } from './mail-servers.ts';
import { memoryMiB } from './process-figures.ts';

export interface Row {
  readonly name: string;
  readonly unit: 'ms' | '/s' | 'KiB';
  /** Ours must be as good. */
  readonly isBound?: boolean;
  readonly once?: boolean;
  /** Undefined where the server cannot do it. */
  measure(server: MailServer): Promise<number | undefined>;
}

export interface RowSizes {
  /** Of LARGE. */
  readonly messages: number;
  readonly appends: number;
  /** Clients in IDLE, spread over the users IDLE0 … */
  readonly idle: number;
  readonly idlers: number;
}

const APPENDERS = 8;
/** What takes less than a millisecond is done so often for one figure. */
const SHORT_TIMES = 500;
const SESSIONS = 20;

export function mailRows({ messages, appends, idle, idlers }: RowSizes): readonly Row[] {
  const medium = mediumOf(messages);
  const many = (count: number): string => count.toLocaleString('en');
  return [
    {
      name: `SELECT of ${many(messages)}`,
      unit: 'ms',
      isBound: true,
      async measure(server) {
        const client = await server.login('large');
        let took = 0;
        for (let count = 0; count < SHORT_TIMES; count++) {
          took += await client.command('SELECT INBOX');
          await client.command('UNSELECT');
        }
        client.close();
        return took / SHORT_TIMES;
      },
    },
    {
      name: `SELECT of ${many(messages)}, the first of a session`,
      unit: 'ms',
      isBound: true,
      async measure(server) {
        let took = 0;
        for (let count = 0; count < SESSIONS; count++) {
          const client = await server.login('large');
          took += await client.command('SELECT INBOX');
          client.close();
        }
        return took / SESSIONS;
      },
    },
    {
      name: `FETCH FLAGS of ${many(messages)}`,
      unit: 'ms',
      isBound: true,
      measure: inMailbox('large', 'FETCH 1:* FLAGS', 4),
    },
    {
      name: `UID FETCH FLAGS of ${many(messages)}`,
      unit: 'ms',
      isBound: true,
      measure: inMailbox('large', 'UID FETCH 1:* FLAGS', 4),
    },
    {
      name: `FETCH ENVELOPE of ${many(medium)}`,
      unit: 'ms',
      measure: inMailbox('medium', 'FETCH 1:* ENVELOPE', 2),
    },
    {
      name: `FETCH a list's items of ${many(medium)}`,
      unit: 'ms',
      measure: inMailbox(
        'medium',
        'UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)',
        2,
      ),
    },
    {
      name: `SORT by subject of ${many(medium)}`,
      unit: 'ms',
      measure: inMailbox('medium', 'UID SORT (SUBJECT) UTF-8 ALL', 2),
    },
    {
      name: `SEARCH TEXT in ${many(medium)}`,
      unit: 'ms',
      measure: inMailbox('medium', `SEARCH TEXT ${NEEDLE}`),
    },
    {
      name: `FETCH BODY[] of ${many(medium / 10)}`,
      unit: 'ms',
      measure: inMailbox('medium', `FETCH 1:${medium / 10} BODY.PEEK[]`),
    },
    {
      name: `POP, RETR of ${many(medium)} one by one`,
      unit: 'ms',
      measure: retrieve(medium),
    },
    {
      name: `APPEND, ${APPENDERS} sessions, 4 KiB, synced`,
      unit: '/s',
      isBound: true,
      measure: appendRate(appends),
    },
    {
      name: `memory of a client of ${many(idle)} in IDLE`,
      unit: 'KiB',
      once: true,
      measure: idleMemory(idle, idlers),
    },
  ];
}

/** In sessions of their own, with the mailbox selected; the mean of `sessions`. */
const inMailbox =
  (user: string, command: string, sessions = 1) =>
  async (server: MailServer): Promise<number> => {
    let took = 0;
    for (let count = 0; count < sessions; count++) {
      const client = await server.login(user);
      await client.command('SELECT INBOX');
      took += await client.command(command);
      client.close();
    }
    return took / sessions;
  };

/** As programs do that wait for each message before they ask for the next. */
const retrieve =
  (messages: number) =>
  async (server: MailServer): Promise<number | undefined> => {
    const client = await server.loginPop?.('medium');
    if (client === undefined) return undefined;
    const started = performance.now();
    for (let number = 1; number <= messages; number++)
      await client.say(`RETR ${number}\r\n`, /(?:\r\n\.|^-ERR[^\n]*)\r\n$/);
    const took = performance.now() - started;
    await client.say('QUIT\r\n', /^\+OK[^\n]*\r\n$/);
    client.close();
    return took;
  };

const appendRate =
  (appends: number) =>
  async (server: MailServer): Promise<number> => {
    const text = mailText(1).padEnd(4_096, 'x');
    const clients = await Promise.all(Array.from({ length: APPENDERS }, () => server.login('appender')));
    const started = performance.now();
    await Promise.all(
      clients.map(async (client) => {
        for (let count = 0; count < appends / APPENDERS; count++)
          await client.command(`APPEND INBOX {${text.length}+}\r\n${text}`);
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    for (const client of clients) client.close();
    return appends / seconds;
  };

const idleMemory =
  (idle: number, idlers: number) =>
  async (server: MailServer): Promise<number> => {
    const before = memoryMiB(server.pids());
    const clients: MeasuringClient[] = [];
    for (let count = 0; count < idle; count++) {
      const client = await server.login(`idle${count % idlers}`);
      await client.command('SELECT INBOX');
      await client.say('i IDLE\r\n', /\+ [^\n]*\r\n$/);
      clients.push(client);
    }
    const after = memoryMiB(server.pids());
    for (const client of clients) client.close();
    return ((after - before) * 1024) / idle;
  };
