/** A session outlives the queue managers it speaks to. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveNode } from '../../adapters/node/node-link/index.ts';
import type { OperatorRequests } from '../../ports/operator-requests.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import { nodeRoot } from '../node-root.ts';
import { lazyNode } from './lazy-node.ts';

test('a queue manager that ends while it is called is not running, and the next one is found', async () => {
  const root = mkdtempSync(join(tmpdir(), 'lazy-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const paths = nodeRoot(root);
  mkdirSync(dirname(paths.socketPath), { recursive: true });
  chmodSync(dirname(paths.socketPath), 0o700);
  writeFileSync(`${paths.socketPath}.KEY`, '0'.repeat(64));
  const node = lazyNode(paths);
  onTestFinished(() => node.close());
  const queues = () => node.queueManager.queues();

  await expect(queues()).rejects.toMatchObject({ ident: 'JOBQUEDIS' });

  const dying = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => dying.listen(paths.socketPath, resolve));
  await expect(queues()).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
  await new Promise((resolve) => dying.close(resolve));

  const next = await serveNode(paths.socketPath, {
    nodeName: 'HEARTS',
    queueManager: { queues: async () => [] } as Partial<QueueManager> as QueueManager,
    operator: { operatorMessage() {}, broadcast() {} },
    operatorRequests: {} as OperatorRequests,
  });
  onTestFinished(() => next.close());
  expect(await queues()).toEqual([]);
});
