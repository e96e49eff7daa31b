/** A process's end of the node's wire. */
import { connect, type Socket } from 'node:net';
import { condition, JBC } from '../../../condition/index.ts';
import { type Log, silentLog } from '../../../ports/log.ts';
import type { OperatorCommunication } from '../../../ports/operator-communication.ts';
import type { OperatorRequests } from '../../../ports/operator-requests.ts';
import type { QueueManager } from '../../../ports/queue-manager.ts';
import type { TerminalRegistry } from '../../../ports/terminal-registry.ts';
import { Connection } from './connection.ts';
import { GREETING_TIMEOUT_MS, LONGEST_GREETING, PROTOCOL, readKey } from './handshake.ts';
import { operatorRequestsProxy } from './operator-requests-service.ts';
import { queueManagerProxy } from './queue-manager-proxy.ts';

export interface NodeClient {
  readonly nodeName: string;
  readonly queueManager: QueueManager;
  readonly operator: OperatorCommunication;
  readonly operatorRequests: OperatorRequests;
  readonly terminals: TerminalRegistry;
  /** A request by name, to a handler of `serveNode`. Rejects with JBC JOBQUEDIS when the connection is lost. */
  call(name: string, params: unknown): Promise<unknown>;
  /** Answers requests of the node. */
  handle(name: string, handler: (params: never) => Promise<unknown>): void;
  notify(name: string, params: unknown): void;
  onNotification(name: string, handler: (params: never) => void): void;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to the node of this root. Rejects with the system's error (ENOENT, ECONNREFUSED) where none runs, EACCES
 * where the caller may not; with JBC JOBQUEDIS where it ends before it has greeted, or hangs.
 * @param process  name for the node's log: `TCPIP$SMTP_1`
 */
export async function connectNode(
  socketPath: string,
  options: { readonly process?: string; readonly log?: Log; readonly gatherMs?: number } = {},
): Promise<NodeClient> {
  const socket = await connected(socketPath);
  const connection = new Connection(socket, options.log ?? silentLog, LONGEST_GREETING, options.gatherMs);
  try {
    const nodeName = await welcome(connection, readKey(socketPath), options.process ?? 'host');
    return nodeClient(connection, nodeName);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

function connected(socketPath: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function welcome(connection: Connection, key: string, process: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(condition(JBC.JOBQUEDIS)), GREETING_TIMEOUT_MS);
    void connection.closed.then(() => {
      clearTimeout(deadline);
      reject(condition(JBC.JOBQUEDIS));
    });
    connection.beforeTrust((frame) => {
      clearTimeout(deadline);
      if (frame.kind !== 'welcome') {
        reject(new Error((frame.header as { reason?: string } | undefined)?.reason ?? 'the node refused'));
        return;
      }
      connection.trust();
      resolve((frame.header as { nodeName: string }).nodeName);
    });
    connection.send('hello', 0, { protocol: PROTOCOL, key, process });
  });
}

function nodeClient(connection: Connection, nodeName: string): NodeClient {
  return {
    nodeName,
    queueManager: queueManagerProxy(connection),
    operator: {
      operatorMessage: (...message) => connection.notify('operatorMessage', message),
      broadcast: (...message) => connection.notify('broadcast', message),
    },
    operatorRequests: operatorRequestsProxy(connection),
    terminals: terminalsProxy(connection),
    call: (name, params) => connection.call(name, params),
    handle: (name, handler) => connection.handle(name, handler),
    notify: (name, params) => connection.notify(name, params),
    onNotification: (name, handler) => connection.onNotification(name, handler),
    closed: connection.closed,
    close: () => connection.close(),
  };
}

function terminalsProxy(connection: Connection): TerminalRegistry {
  const writers = new Map<number, (text: string) => void>();
  let next = 1;
  connection.onNotification('terminalText', ({ terminal, text }: { terminal: number; text: string }) =>
    writers.get(terminal)?.(text),
  );
  return {
    async register(description, write) {
      const terminal = next++;
      writers.set(terminal, write);
      await connection.call('registerTerminal', { terminal, description });
      return {
        async refuse(kinds) {
          await connection.call('refuseBroadcasts', { terminal, kinds });
        },
        async enableOperator(classes) {
          await connection.call('enableOperator', { terminal, classes });
        },
        async close() {
          writers.delete(terminal);
          await connection.call('closeTerminal', { terminal });
        },
      };
    },
  };
}
