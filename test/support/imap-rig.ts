/**
 * An IMAP server over a real mail store and a real socket, without a node around it: user SMITH, password `secret`, and
 * whoever else is named. Commands are said as they go over the wire.
 */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpool } from '../../src/adapters/node/spool.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import {
  AccountWatcher,
  ChangeWatcher,
  ConnectionCounts,
  type ImapDependencies,
  type ImapSettings,
  serveImap,
} from '../../src/imap/index.ts';
import { openClientMailboxes } from '../../src/mail/index.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { MailStore } from '../../src/ports/mail-store.ts';
import { noServerTls } from '../../src/ports/server-tls.ts';
import { newAccount } from '../../src/system/accounts.ts';
import { imapFieldsFrom } from '../../src/system/settings/index.ts';

export interface ImapRig {
  readonly store: MailStore;
  readonly port: number;
  /** Where texts are kept that are long. */
  readonly textDirectory: string;
  /** A session that has read its greeting. */
  connect(): Promise<ImapClient>;
  /** The same, after LOGIN. */
  login(userName?: string): Promise<ImapClient>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type RigOptions = Partial<Omit<ImapDependencies, 'settings'>> & {
  /** Beside the defaults. */
  readonly settings?: Partial<ImapSettings>;
};

export async function startImapRig({ settings, ...options }: RigOptions = {}): Promise<ImapRig> {
  const directory = mkdtempSync(join(tmpdir(), 'imap-'));
  const spool = await openSpool(join(directory, 'spool'), systemClock);
  const textDirectory = join(directory, 'texts');
  const store = openMailStore({ file: join(directory, 'MAIL.DB'), textDirectory, spool });
  const dependencies: ImapDependencies = {
    accounts: new AccountWatcher({ mayStay: async () => true, stamp: () => 0 }, systemClock, silentLog),
    openMailboxes: (userName) => openClientMailboxes(store, userName),
    loginDoor: () => ({
      attempt: async (userName, password) =>
        password === 'secret'
          ? { kind: 'in', account: newAccount(userName.toUpperCase(), { group: 1, member: 1 }, {}) }
          : { kind: 'refused', isOver: false },
      verifier: async () => {
        throw new Error('not here');
      },
      attemptByProof: async () => ({ kind: 'refused', isOver: false }),
    }),
    counts: new ConnectionCounts(),
    watcher: new ChangeWatcher(store.mailboxes, systemClock, silentLog),
    tls: noServerTls,
    clock: systemClock,
    log: silentLog,
    hostName: 'vax1.example',
    versionInfo: 'V1.0, OpenVMS V8.4 x86',
    domain: async () => 'vax1.example',
    settings: async () => ({
      ...imapFieldsFrom(new Map()),
      authMechanisms: ['PLAIN'],
      authWithoutTls: true,
      ...settings,
    }),
    ...options,
  };
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveImap(socket, { address: '127.0.0.1', port: 1 }, dependencies, { isSecure: false }).catch((failure) =>
      process.stderr.write(`serveImap rejected: ${failure}\n`),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const rig: ImapRig = {
    store,
    port,
    textDirectory,
    connect: () => ImapClient.connect(port),
    async login(userName = 'SMITH') {
      const client = await rig.connect();
      await client.command(`LOGIN ${userName} secret`);
      return client;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await store.close();
    },
    [Symbol.asyncDispose]: () => rig.close(),
  };
  return rig;
}

/** Says commands under tags of its own, and collects what comes back, an octet a character. */
export class ImapClient {
  readonly socket: Socket;
  #text = '';
  #arrived: (() => void) | undefined;
  #tags = 0;
  isEnded = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    const wake = (): void => this.#arrived?.();
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      wake();
    });
    socket.on('close', () => {
      this.isEnded = true;
      wake();
    });
    socket.on('error', () => {});
  }

  /** Its greeting is not read. */
  static open(port: number): ImapClient {
    return new ImapClient(connect(port, '127.0.0.1'));
  }

  static async connect(port: number): Promise<ImapClient> {
    const client = ImapClient.open(port);
    await client.until(/^\* OK .*\r\n/);
    return client;
  }

  /** Everything up to and with its tagged response. @param text  without tag and CRLF; octets of literals stand in it */
  async command(text: string): Promise<string> {
    const tag = `a${++this.#tags}`;
    this.write(`${tag} ${text}\r\n`);
    return this.until(new RegExp(`^${tag} [^\\r\\n]*\\r\\n`, 'm'));
  }

  write(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** What has come up to the end of what matches; all there is when the connection ends before. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#text);
      const end = found === null ? -1 : found.index + found[0].length;
      if (end >= 0 || this.isEnded) {
        const text = end < 0 ? this.#text : this.#text.slice(0, end);
        this.#text = this.#text.slice(text.length);
        return text;
      }
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
