/** The host command's way to a running node, or to the knowledge that none runs. */
import type { NodeClient } from '../../adapters/node/node-link/index.ts';
import { isCondition, JBC } from '../../condition/index.ts';
import { checkSocketDirectory, type NodeRoot } from '../node-root.ts';

/** Undefined where no node runs on this root. */
export async function connectToNode(paths: NodeRoot): Promise<NodeClient | undefined> {
  // A prompt does not wait for the wire.
  const { connectNode } = await import('../../adapters/node/node-link/index.ts');
  checkSocketDirectory(paths);
  try {
    return await connectNode(paths.socketPath);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (isCondition(error) && error.definition === JBC.JOBQUEDIS) return undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ECONNREFUSED') return undefined;
    throw error;
  }
}

export async function nodeIsRunning(paths: NodeRoot): Promise<boolean> {
  const client = await connectToNode(paths);
  await client?.close();
  return client !== undefined;
}
