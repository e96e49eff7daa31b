/** `vmsmail stop`: finishes what is in hand, at most 30 seconds, and ends every process of the node. */
import { setTimeout as delay } from 'node:timers/promises';
import { findJobControl, killNode, nodeHasEnded } from '../node-lock.ts';
import { type NodeRoot, nodeRoot } from '../node-root.ts';
import { complain } from './display.ts';
import { connectToNode } from './node-connection.ts';
import { whatGoesOn } from './status.ts';

/** The node takes 30 seconds at most: what is there after these is killed. */
export const STOP_LIMIT_MS = 35_000;
const KILLED_WITHIN_MS = 5_000;

export async function stop(options: { readonly root: string }): Promise<number> {
  const paths = nodeRoot(options.root);
  const late = performance.now() + STOP_LIMIT_MS;
  const inside = findJobControl(paths);
  if (inside?.state.kind === 'inside')
    return complain(`${whatGoesOn(paths.root, inside)}, which alone can stop it`);
  const isAsked = (await askQueueManager(paths)) || askJobControl(paths);
  if (!isAsked) return complain(`no node is running on ${paths.root}`);
  if (await nodeHasEnded(paths, Math.max(0, late - performance.now()))) return 0;
  const found = findJobControl(paths);
  if (found === undefined) return 0;
  killNode(found);
  if (!(await nodeHasEnded(paths, KILLED_WITHIN_MS))) {
    return complain(`processes of the node on ${paths.root} do not end`);
  }
  complain(`the node on ${paths.root} did not end by itself and was killed; no accepted mail is lost`);
  return 0;
}

/** False where none answers. Resolves when it has gone, or did not go in time. */
async function askQueueManager(paths: NodeRoot): Promise<boolean> {
  const client = await connectToNode(paths).catch(() => undefined);
  if (client === undefined) return false;
  const late = new AbortController();
  client.call('stop', {}).catch(() => {});
  await Promise.race([client.closed, delay(STOP_LIMIT_MS, undefined, { signal: late.signal })]);
  late.abort();
  await client.close();
  return true;
}

/** No queue manager answers between its death and its restart, nor one that hangs. False where nothing runs. */
function askJobControl(paths: NodeRoot): boolean {
  const found = findJobControl(paths);
  if (found === undefined) return false;
  try {
    if (found.isAlive) process.kill(found.pid, 'SIGTERM');
  } catch {
    // It has just ended.
  }
  return true;
}
