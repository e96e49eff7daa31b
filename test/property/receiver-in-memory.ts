/** The real receiver on a stream in memory, with a clock that stands still: for properties that are tried thousands of times. */
import { type Duplex, duplexPair } from 'node:stream';
import { manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { Submission } from '../../src/ports/queue-manager.ts';
import type { RecipientCheck } from '../../src/ports/recipient-check.ts';
import { noServerTls } from '../../src/ports/server-tls.ts';
import {
  defaultReceiverSettings,
  type ReceiverDependencies,
  type ReceiverSettings,
  serveConnection,
} from '../../src/receiver/index.ts';
import { Outage } from '../../src/system/outage.ts';
import { memorySpool } from '../support/symbiont-rig.ts';

/** Who is here, who is not; every other domain is elsewhere. */
export const LOCAL = ['smith@node.example', 'jones@node.example', 'postmaster'];
export const HOST = 'node.example';

export interface ReceiverInMemory {
  readonly submissions: readonly Submission[];
  write(bytes: Uint8Array | string): void;
  /** Lines of the next reply; undefined where the receiver has closed instead. */
  reply(): Promise<readonly string[] | undefined>;
  /** Says no more, and gives what is said until the receiver closes. Rejects where it does not. */
  end(): Promise<string>;
}

export function startReceiver(
  with_: { readonly recipients?: RecipientCheck; readonly settings?: Partial<ReceiverSettings> } = {},
): ReceiverInMemory {
  const clock = manualClock();
  const submissions: Submission[] = [];
  const [client, server] = duplexPair() as [Duplex, Duplex];
  const dependencies = {
    queueManager: {
      submit: async (submission: Submission) => ({ entry: submissions.push(submission), jobName: 'X' }),
    },
    spool: memorySpool(),
    recipients: with_.recipients ?? {
      async check(path: string) {
        const mailbox = path.toLowerCase().replaceAll('"', '');
        if (LOCAL.includes(mailbox)) return 'local';
        return mailbox.endsWith(`@${HOST}`) || !mailbox.includes('@') ? 'unknown' : 'remote';
      },
      verify: async () => ({ kind: 'unknown' as const }),
      room: async () => 'enough',
      isAddressOf: async () => false,
      loginName: async (given: string) => given,
      expand: async () => undefined,
    },
    clock,
    log: silentLog,
    resolver: createMemoryResolver({}),
    tls: noServerTls,
    events: { note() {} },
    storage: new Outage({ clock, log: silentLog }, { begins: 'full', ends: 'over' }),
    hostName: HOST,
    versionInfo: 'V1.0',
    settings: async () => ({
      ...defaultReceiverSettings,
      goodClients: [],
      checksSenders: false,
      errorLimit: 1_000_000,
      tarpits: false,
      ...with_.settings,
    }),
  } as unknown as ReceiverDependencies;

  let said = '';
  let isOver = false;
  let wake = (): void => {};
  client.setEncoding('latin1');
  client.on('data', (text: string) => {
    said += text;
    wake();
  });
  const over = (): void => {
    isOver = true;
    wake();
  };
  client.on('end', over).on('close', over).on('error', over);
  const served = serveConnection(server, { address: '192.0.2.7', port: 1 }, dependencies);
  served.then(() => server.end(), over);

  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`the receiver says nothing more after ${JSON.stringify(said)}`)),
          5_000,
        );
        wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
  };
  const whole = /^(?:\d{3}-[^\r\n]*\r\n)*\d{3}(?: [^\r\n]*)?\r\n/;
  return {
    submissions,
    write: (bytes) => void (client.writable && client.write(bytes)),
    async reply() {
      await until(() => whole.test(said) || isOver);
      const match = whole.exec(said);
      if (match === null) return undefined;
      said = said.slice(match[0].length);
      return match[0].slice(0, -2).split('\r\n');
    },
    async end() {
      client.end();
      await until(() => isOver);
      await served;
      return said;
    },
  };
}

/** What one turn of the event loop takes. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
