/**
 * A session's way to the queue manager: connected when first needed, so that a prompt comes up at once and MAIL works
 * where no node runs; then queue commands answer `%JBC-E-JOBQUEDIS`.
 */
import type { NodeClient } from '../../adapters/node/node-link/index.ts';
import { condition } from '../../condition/index.ts';
import type { ServiceState } from '../../management/index.ts';
import type { NodeProcess } from '../../ports/node-information.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import type { TerminalDescription, TerminalRegistration } from '../../ports/terminal-registry.ts';
import { JBC } from '../../queue-manager/index.ts';
import type { ProcessDirectory } from '../../system/node-information.ts';
import type { NodeRoot } from '../node-root.ts';
import { remoteProcesses } from '../parts/node-processes.ts';
import { connectToNode } from './node-connection.ts';

export interface LazyNode {
  /** Connects at the first call; every call rejects with JBC JOBQUEDIS while no node runs. */
  readonly queueManager: QueueManager;
  readonly connectedQueueManager: () => Promise<QueueManager>;
  readonly operator: OperatorCommunication;
  /** What is announced reaches the node with the first connection. */
  readonly processes: ProcessDirectory;
  readonly serviceStates: () => Promise<readonly ServiceState[]>;
  /** Broadcasts come to this terminal; nothing happens where no node runs. */
  registerTerminal(terminal: TerminalDescription, write: (text: string) => void): Promise<void>;
  /** What came of it; undefined without a terminal, and where no node runs. */
  readonly terminalRegistration: () => Promise<TerminalRegistration | undefined>;
  close(): Promise<void>;
}

export function lazyNode(paths: NodeRoot): LazyNode {
  let connecting: Promise<NodeClient | undefined> | undefined;
  let registering: Promise<TerminalRegistration | undefined> | undefined;
  const announced = new Map<string, NodeProcess>();
  const connection = (): Promise<NodeClient | undefined> => {
    connecting ??= connectToNode(paths).then((found) => {
      // A node that is started again is found again.
      if (found === undefined) connecting = undefined;
      for (const process of announced.values()) found?.notify('announceProcess', process);
      void found?.closed.then(() => {
        connecting = undefined;
      });
      return found;
    });
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
    processes: {
      async processes() {
        const found = await connection();
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
    async registerTerminal(terminal, write) {
      registering = connection().then(
        (found) => found?.terminals.register(terminal, write).catch(() => undefined),
        () => undefined,
      );
      await registering;
    },
    terminalRegistration: async () => registering,
    async close() {
      // A connection still being made is awaited: it would keep the process alive, and a notice may wait for it.
      const found = await connecting?.catch(() => undefined);
      await found?.close();
    },
  };
}
