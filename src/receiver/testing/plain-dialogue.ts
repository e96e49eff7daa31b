/** A receiver on a port of its own that takes mail for node.example, and dialogues in clear: for tests. */
import { createServer, type Socket } from 'node:net';
import { createMemoryResolver } from '../../adapters/memory/resolver.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import { createMessageVerifier } from '../../message-authentication/index.ts';
import { silentLog } from '../../ports/log.ts';
import type { Spool } from '../../ports/message-text.ts';
import type { Submission } from '../../ports/queue-manager.ts';
import { noServerTls } from '../../ports/server-tls.ts';
import { Outage } from '../../system/outage.ts';
import { defaultReceiverSettings, type ReceiverDependencies, serveConnection } from '../index.ts';
import { Client, onClose } from './receiver-rig.ts';

/** A spool that counts and forgets. */
export function countingSpool() {
  const seen = { bytes: 0, committed: 0, abandoned: 0 };
  const spool: Spool = {
    create() {
      return {
        write(chunk) {
          seen.bytes += chunk.byteLength;
          return undefined;
        },
        async *read() {},
        async commit() {
          seen.committed += 1;
          return 'SPOOLED';
        },
        async abandon() {
          seen.abandoned += 1;
        },
      };
    },
    async *read() {},
    async linkTo() {},
    async remove() {},
    async sizeBytes() {
      return undefined;
    },
    async list() {
      return [];
    },
    async strangers() {
      return 0;
    },
  };
  return { seen, spool };
}

/** @param address  of the clients, as the receiver sees it */
export async function startReceiver(overrides: Partial<ReceiverDependencies> = {}, address = '127.0.0.1') {
  const submissions: Submission[] = [];
  const dependencies: ReceiverDependencies = {
    queueManager: {
      async submit(submission) {
        submissions.push(submission);
        return { entry: submissions.length, jobName: 'X' };
      },
    },
    spool: countingSpool().spool,
    recipients: {
      async check(path) {
        if (path.endsWith('@node.example') || path === 'postmaster')
          return path.startsWith('nobody') ? 'unknown' : 'local';
        return 'remote';
      },
      async verify(name) {
        return name === 'smith'
          ? { kind: 'user', userName: 'SMITH', address: 'smith@node.example' }
          : { kind: 'unknown' };
      },
      room: async () => 'enough',
      isAddressOf: async () => false,
      loginName: async (given) => given,
      async expand(list) {
        return list === 'team' ? ['a@b.example', 'c@d.example'] : undefined;
      },
    },
    clock: systemClock,
    log: silentLog,
    resolver: createMemoryResolver({}),
    tls: noServerTls,
    verifier: createMessageVerifier({
      resolver: createMemoryResolver({}),
      clock: systemClock,
      authservId: 'node.example',
    }),
    events: { note() {} },
    storage: new Outage({ clock: systemClock, log: silentLog }, { begins: 'full', ends: 'over' }),
    hostName: 'node.example',
    versionInfo: 'V1.0, OpenVMS V8.4 x86',
    settings: async () => defaultReceiverSettings,
    ...overrides,
  };
  let latest: Socket | undefined;
  const server = createServer((socket) => {
    latest = socket;
    socket.on('error', () => {});
    void serveConnection(socket, { address, port: 1, name: 'client.example' }, dependencies);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onClose(() => server.close());
  const { port } = server.address() as { port: number };
  /** Resolves when so many bytes have come in, and been worked on. */
  const arrived = async (bytes: number): Promise<void> => {
    while (latest !== undefined && !latest.destroyed && latest.bytesRead < bytes) await turn();
    await turn();
  };
  return { port, submissions, arrived };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Greeting and commands, one after the other. */
export async function dialogue(
  lines: readonly string[],
  overrides: Partial<ReceiverDependencies> = {},
  address?: string,
) {
  const { port, submissions } = await startReceiver(overrides, address);
  const client = Client.plain(port);
  await client.reply();
  const replies: string[] = [];
  for (const line of lines) replies.push(await client.say(line));
  return { replies, submissions, client };
}

/** Up to where DATA may come. */
export const hello = ['EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<smith@node.example>'];
