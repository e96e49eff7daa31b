/** A node on a socket of its own for each test, and processes that talk to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { OperatorCommunication } from '../../../../ports/operator-communication.ts';
import type { OperatorRequests } from '../../../../ports/operator-requests.ts';
import type { QueueManager, Submission } from '../../../../ports/queue-manager.ts';
import { connectNode, type NodeClient, type NodeServer, serveNode } from '../index.ts';

/** A queue manager of which a test writes the calls it needs. */
export const partly = (methods: Partial<QueueManager>): QueueManager => methods as QueueManager;

const mute: OperatorCommunication = { operatorMessage() {}, broadcast() {} };

/** Called once in a file of tests: what it opens for a test is closed behind it. */
export function linkedNode() {
  let directory: string;
  let socketPath: string;
  const open: { close(): Promise<unknown> }[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'link-'));
    socketPath = join(directory, 'private', 'QM.SOCK');
  });
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
    rmSync(directory, { recursive: true });
  });

  return {
    socketPath: (): string => socketPath,
    closeLater: (each: { close(): Promise<unknown> }): void => void open.push(each),
    async serve(
      queueManager: QueueManager,
      operator = mute,
      operatorRequests = {} as OperatorRequests,
    ): Promise<NodeServer> {
      const server = await serveNode(socketPath, {
        nodeName: 'HEARTS',
        queueManager,
        operator,
        operatorRequests,
        handlers: {
          echo: async (params) => params,
          fail: async () => {
            throw new TypeError('a bug');
          },
          askBack: async (question, peer) => peer.call('question', question),
        },
      });
      open.push(server);
      return server;
    },
    async client(): Promise<NodeClient> {
      const connected = await connectNode(socketPath, { process: 'TEST' });
      open.push(connected);
      return connected;
    },
  };
}

export const mail = (text: Uint8Array): Submission => ({
  envelope: { reversePath: '', forwardPaths: ['jones@node.example'] },
  text: { kind: 'inline', bytes: text },
  userName: 'TCPIP$SMTP',
});
