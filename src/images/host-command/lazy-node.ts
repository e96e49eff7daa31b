/**
 * A session's way to the queue manager: connected when first needed, so that a prompt comes up at once and MAIL works
 * where no node runs; then queue commands answer `%JBC-E-JOBQUEDIS`.
 */
import type { NodeClient } from '../../adapters/node/node-link/index.ts';
import { condition, JBC, signal } from '../../condition/index.ts';
import type { ServiceState } from '../../management/index.ts';
import type { NodeProcess } from '../../ports/node-information.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { OperatorRequests } from '../../ports/operator-requests.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import type { ProcessDirectory } from '../../system/node-information.ts';
import type { NodeRoot } from '../node-root.ts';
import { remoteProcesses } from '../parts/node-processes.ts';
import { connectToNode } from './node-connection.ts';

export interface LazyNode {
  /** Connects at the first call; every call rejects with JBC JOBQUEDIS while no node runs. */
  readonly queueManager: QueueManager;
  readonly connectedQueueManager: () => Promise<QueueManager>;
  readonly operator: OperatorCommunication;
  /** Every call rejects with JBC JOBQUEDIS while no node runs. */
  readonly operatorRequests: OperatorRequests;
  /** What is announced reaches the node with the first connection. */
  readonly processes: ProcessDirectory;
  readonly serviceStates: () => Promise<readonly ServiceState[]>;
  /**
   * Calls back with the node that runs, and with each that is started in its place, until closed. Only the first call
   * counts. Resolves when the node has been used, or where none runs.
   */
  follow(use: (node: NodeClient) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export function lazyNode(paths: NodeRoot): LazyNode {
  let isClosed = false;
  let following: Promise<void> | undefined;
  let connecting: Promise<NodeClient | undefined> | undefined;
  const announced = new Map<string, NodeProcess>();
  const connection = (): Promise<NodeClient | undefined> => {
    connecting ??= connectToNode(paths).then(
      (found) => {
        // A node that is started again is found again.
        if (found === undefined) connecting = undefined;
        for (const process of announced.values()) found?.notify('announceProcess', process);
        void found?.closed.then(() => {
          connecting = undefined;
        });
        return found;
      },
      (error: unknown) => {
        connecting = undefined;
        throw error;
      },
    );
    return connecting;
  };
  const connectedQueueManager = async (): Promise<QueueManager> => {
    const found = await connection();
    if (found === undefined) throw condition(JBC.JOBQUEDIS);
    return found.queueManager;
  };
  const quietly = (use: (found: NodeClient) => void): void => {
    void connection().then(
      (found) => found !== undefined && use(found),
      () => {},
    );
  };
  return {
    queueManager: new Proxy({} as QueueManager, {
      get:
        (_, method: keyof QueueManager) =>
        async (...args: unknown[]) =>
          ((await connectedQueueManager())[method] as (...all: unknown[]) => unknown)(...args),
    }),
    connectedQueueManager,
    operator: {
      operatorMessage: (...args) => quietly((found) => found.operator.operatorMessage(...args)),
      broadcast: (...args) => quietly((found) => found.operator.broadcast(...args)),
    },
    operatorRequests: new Proxy({} as OperatorRequests, {
      get:
        (_, method: keyof OperatorRequests) =>
        async (...args: unknown[]) => {
          const { operatorRequests } = (await connection()) ?? signal(JBC.JOBQUEDIS);
          return (operatorRequests[method] as (...all: unknown[]) => unknown)(...args);
        },
    }),
    processes: {
      async processes() {
        // Who may not speak to the node learns nothing of it.
        const found = await connection().catch(() => undefined);
        return found === undefined ? [] : remoteProcesses(found).processes();
      },
      announce(process) {
        announced.set(process.pid, process);
        if (connecting !== undefined) quietly((found) => remoteProcesses(found).announce(process));
      },
      withdraw(pid) {
        announced.delete(pid);
        if (connecting !== undefined) quietly((found) => remoteProcesses(found).withdraw(pid));
      },
    },
    async serviceStates() {
      const found = await connection();
      return found === undefined ? [] : ((await found.call('serviceStates', {})) as readonly ServiceState[]);
    },
    follow(use) {
      following ??= new Promise(
        (resolve) => void followNodes({ connection, use, resolve, isClosed: () => isClosed }),
      );
      return following;
    },
    async close() {
      isClosed = true;
      // A connection still being made is awaited: it would keep the process alive, and a notice may wait for it.
      const found = await connecting?.catch(() => undefined);
      await found?.close();
    },
  };
}

/** A node that is started again is found within this time. */
const LOOK_AGAIN_MS = 2_000;

async function followNodes(options: {
  readonly connection: () => Promise<NodeClient | undefined>;
  readonly use: (node: NodeClient) => Promise<void>;
  /** Called after each attempt. */
  readonly resolve: () => void;
  readonly isClosed: () => boolean;
}): Promise<void> {
  for (;;) {
    const found = await options.connection().catch(() => undefined);
    // It may be gone in the middle of it: its successor is used.
    if (found !== undefined) await options.use(found).catch(() => {});
    options.resolve();
    await found?.closed;
    if (options.isClosed()) return;
    // Nothing else may wait for this: a session that is over ends.
    await new Promise<void>((resolve) => setTimeout(resolve, LOOK_AGAIN_MS).unref());
  }
}
