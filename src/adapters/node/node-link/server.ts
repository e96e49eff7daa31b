/** The node's end of its wire: a Unix socket that only the owner of the root can reach. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Log } from '../../../ports/log.ts';
import { silentLog } from '../../../ports/log.ts';
import type {
  AlarmMark,
  OperatorClass,
  OperatorCommunication,
} from '../../../ports/operator-communication.ts';
import type { OperatorRequests } from '../../../ports/operator-requests.ts';
import type { QueueManager } from '../../../ports/queue-manager.ts';
import type {
  BroadcastKind,
  TerminalDescription,
  TerminalRegistration,
  TerminalRegistry,
} from '../../../ports/terminal-registry.ts';
import { Connection } from './connection.ts';
import {
  createKey,
  GREETING_TIMEOUT_MS,
  type Hello,
  LONGEST_GREETING,
  PROTOCOL,
  refusal,
  removeKey,
} from './handshake.ts';
import { serveOperatorRequests } from './operator-requests-service.ts';
import { serveQueueManager } from './queue-manager-service.ts';

/** A process on the wire, as the node sees it. */
export interface NodePeer {
  /** What it called itself. */
  readonly process: string;
  call(name: string, params: unknown): Promise<unknown>;
  notify(name: string, params: unknown): void;
  readonly closed: Promise<void>;
}

export interface NodeServices {
  readonly nodeName: string;
  readonly queueManager: QueueManager;
  readonly operator: OperatorCommunication;
  readonly terminals?: TerminalRegistry;
  readonly operatorRequests?: OperatorRequests;
  /** Further requests by name: status, stop, … */
  readonly handlers?: Readonly<Record<string, (params: never, peer: NodePeer) => Promise<unknown>>>;
  readonly notifications?: Readonly<Record<string, (params: never, peer: NodePeer) => void>>;
  readonly log?: Log;
}

export interface NodeServer {
  readonly peers: readonly NodePeer[];
  /** To every process. */
  notifyAll(name: string, params: unknown): void;
  /** Ends all connections and removes the socket. */
  close(): Promise<void>;
}

/** Rejects with EADDRINUSE when a node answers there already. A socket left by a crash is replaced. */
export async function serveNode(socketPath: string, services: NodeServices): Promise<NodeServer> {
  const log = services.log ?? silentLog;
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
  if (await answers(socketPath)) {
    throw Object.assign(new Error(`a node is already running at ${socketPath}`), { code: 'EADDRINUSE' });
  }
  rmSync(socketPath, { force: true });
  const key = createKey(socketPath);
  const connections = new Map<Connection, NodePeer>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, log, LONGEST_GREETING);
    greet(socket, connection, key, services, (peer) => {
      connections.set(connection, peer);
      void connection.closed.then(() => connections.delete(connection));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);

  return {
    get peers() {
      return [...connections.values()];
    },
    notifyAll(name, params) {
      for (const connection of connections.keys()) connection.notify(name, params);
    },
    async close() {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...connections.keys()].map((each) => each.close()));
      await ended;
      removeKey(socketPath);
    },
  };
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function greet(
  socket: Socket,
  connection: Connection,
  key: string,
  services: NodeServices,
  accepted: (peer: NodePeer) => void,
): void {
  const deadline = setTimeout(() => socket.destroy(), GREETING_TIMEOUT_MS);
  socket.once('close', () => clearTimeout(deadline));
  connection.beforeTrust((frame) => {
    clearTimeout(deadline);
    const reason = frame.kind === 'hello' ? refusal(frame.header, key) : 'a hello was expected';
    if (reason !== undefined) {
      // What came with it is not answered any more.
      connection.beforeTrust(() => {});
      connection.send('refusal', 0, { reason });
      void connection.close();
      return;
    }
    connection.trust();
    const peer: NodePeer = {
      process: (frame.header as Hello).process,
      call: (name, params) => connection.call(name, params),
      notify: (name, params) => connection.notify(name, params),
      closed: connection.closed,
    };
    serve(connection, peer, services);
    accepted(peer);
    connection.send('welcome', 0, { protocol: PROTOCOL, nodeName: services.nodeName });
  });
}

function serve(connection: Connection, peer: NodePeer, services: NodeServices): void {
  serveQueueManager(connection, services.queueManager);
  const { operator, terminals } = services;
  connection.onNotification(
    'operatorMessage',
    ([to, from, text, alarm]: [OperatorClass | OperatorClass[], string, string, AlarmMark?]) =>
      operator.operatorMessage(to, from, text, alarm),
  );
  connection.onNotification('broadcast', ([userName, kind, text]: [string, BroadcastKind, string]) =>
    operator.broadcast(userName, kind, text),
  );
  if (terminals !== undefined) serveTerminals(connection, terminals);
  if (services.operatorRequests !== undefined) serveOperatorRequests(connection, services.operatorRequests);
  for (const [name, handler] of Object.entries(services.handlers ?? {})) {
    connection.handle(name, (params) => handler(params, peer));
  }
  for (const [name, handler] of Object.entries(services.notifications ?? {})) {
    connection.onNotification(name, (params) => handler(params, peer));
  }
}

function serveTerminals(connection: Connection, terminals: TerminalRegistry): void {
  const registered = new Map<number, TerminalRegistration>();
  connection.handle(
    'registerTerminal',
    async ({ terminal, description }: { terminal: number; description: TerminalDescription }) => {
      const write = (text: string): void => connection.notify('terminalText', { terminal, text });
      registered.set(terminal, await terminals.register(description, write));
    },
  );
  connection.handle(
    'refuseBroadcasts',
    async ({ terminal, kinds }: { terminal: number; kinds: BroadcastKind[] }) => {
      await registered.get(terminal)?.refuse(kinds);
    },
  );
  connection.handle(
    'enableOperator',
    async ({ terminal, classes }: { terminal: number; classes: OperatorClass[] }) => {
      await registered.get(terminal)?.enableOperator(classes);
    },
  );
  connection.handle('closeTerminal', async ({ terminal }: { terminal: number }) => {
    await registered.get(terminal)?.close();
    registered.delete(terminal);
  });
  void connection.closed.then(() => Promise.all([...registered.values()].map((each) => each.close())));
}
