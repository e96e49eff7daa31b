/** `vmsmail stop`: finishes what is in hand, at most 30 seconds, and ends every process of the node. */
import { nodeRoot } from '../node-root.ts';
import { connectToNode } from './node-connection.ts';

export const STOP_GRACE_MS = 30_000;

export async function stop(options: { readonly root: string }): Promise<number> {
  const paths = nodeRoot(options.root);
  const client = await connectToNode(paths);
  if (client === undefined) {
    process.stderr.write(`vmsmail: no node is running on ${paths.root}\n`);
    return 1;
  }
  // The link closes when the queue manager has ended: that, not the answer, says that the node is down.
  const down = client.closed;
  await client.call('stop', {}).catch(() => {});
  await down;
  await client.close();
  return 0;
}
