/** A receiver on a port of its own, and a client that can go on under TLS: for tests. */
import { createServer, connect as plainConnect, type Socket } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { createMemoryResolver } from '../../adapters/memory/resolver.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import { createSelfSignedCertificate } from '../../adapters/node/tls/self-signed-certificate.ts';
import { createServerTls } from '../../adapters/node/tls/server-tls.ts';
import { silentLog } from '../../ports/log.ts';
import type { Submission } from '../../ports/queue-manager.ts';
import type { ServerTls } from '../../ports/server-tls.ts';
import { Outage } from '../../system/outage.ts';
import { defaultReceiverSettings, type ReceiverDependencies, serveConnection } from '../index.ts';
import { plainService, type ReceiverService } from '../session.ts';

const pair = createSelfSignedCertificate('node.example', Date.now());
const ticketKeys = Buffer.alloc(48, 7).toString('base64');
/** As a process of the node has it. */
const serverTls = (): Promise<ServerTls> =>
  createServerTls({ current: async () => ({ ...pair, ticketKeys }), onChange() {} });

const closers: (() => void)[] = [];
/** Done by `closeAll`. */
export const onClose = (close: () => void): void => void closers.push(close);
export function closeAll(): void {
  for (const close of closers.splice(0)) close();
}

export interface Rig {
  readonly port: number;
  readonly submissions: readonly Submission[];
}

export async function startRig(
  overrides: Partial<ReceiverDependencies> = {},
  service: Partial<ReceiverService> = {},
): Promise<Rig> {
  const submissions: Submission[] = [];
  const dependencies = {
    queueManager: {
      submit: async (submission: Submission) => ({ entry: submissions.push(submission), jobName: 'X' }),
    },
    recipients: {
      check: async (path: string) => (path.endsWith('@node.example') ? 'local' : 'remote'),
      async verify(path: string) {
        const match = /^([a-z]+)(?:\+[a-z]+)?@(?:node|alias|bücher)\.example$/i.exec(path);
        return match === null
          ? { kind: 'remote', address: path }
          : { kind: 'user', userName: match[1]!.toUpperCase(), address: path };
      },
      room: async () => 'enough',
      async isAddressOf(path: string, userName: string) {
        const found = await this.verify(path);
        return found.kind === 'user' && found.userName === userName;
      },
    },
    clock: systemClock,
    log: silentLog,
    resolver: createMemoryResolver({}),
    tls: await serverTls(),
    events: { note() {} },
    storage: new Outage({ clock: systemClock, log: silentLog }, { begins: 'full', ends: 'over' }),
    hostName: 'node.example',
    versionInfo: 'V1.0, OpenVMS V8.4 x86',
    settings: async () => ({
      ...defaultReceiverSettings,
      goodClients: [],
      checksSenders: false,
      tarpits: false,
    }),
    ...overrides,
  } as unknown as ReceiverDependencies;
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    const peer = { address: '192.0.2.7', port: 1 };
    void serveConnection(socket, peer, dependencies, { ...plainService, ...service }).then(() =>
      socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { port: (server.address() as { port: number }).port, submissions };
}

/** The text of a message that is short. */
export const textOf = ({ text }: Submission): string =>
  text.kind === 'inline' ? Buffer.from(text.bytes).toString('latin1') : '';

export class Client {
  #socket: Socket;
  #text = '';
  #wake = (): void => {};
  isClosed = false;
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#watch(socket);
  }
  /** Another one under TLS. */
  get socket(): Socket {
    return this.#socket;
  }
  /** After the greeting and EHLO under TLS. */
  static async secure(port: number): Promise<Client> {
    const client = Client.plain(port);
    await client.reply();
    await client.say('EHLO me');
    await client.say('STARTTLS');
    await client.upgrade();
    await client.say('EHLO me');
    return client;
  }
  static plain(port: number): Client {
    const client = new Client(plainConnect(port, '127.0.0.1'));
    closers.push(() => client.#socket.destroy());
    return client;
  }
  #watch(socket: Socket): void {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }
  async upgrade(options: object = {}): Promise<TLSSocket> {
    this.#socket.removeAllListeners('data');
    const secure = tlsConnect({ socket: this.#socket, rejectUnauthorized: false, ...options });
    this.#socket = secure;
    this.#watch(secure);
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve);
      secure.once('error', reject);
    });
    return secure;
  }
  async reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#text);
      if (match !== null) {
        this.#text = this.#text.slice(match[0].length);
        return match[0].slice(0, -2);
      }
      if (this.isClosed) return `(closed)${this.#text}`;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
  reset(): void {
    this.#socket.resetAndDestroy();
  }
  /** As it is. */
  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }
  async say(text: string): Promise<string> {
    this.#socket.write(`${text}\r\n`);
    return this.reply();
  }
}
