/** The end of all of a node's processes at once, as when somebody ends the machine's. */
import { findJobControl } from '../../src/images/node-lock.ts';
import { type ProcessNode, pause } from './process-node.ts';

/** Kills job control and all it runs, which has to be whole. Resolves when they are gone. */
export async function killAll(node: ProcessNode): Promise<void> {
  const pids = [findJobControl(node.paths)?.pid, ...(await node.whole()).processes.map(({ pid }) => pid)];
  for (const pid of pids) if (pid !== undefined) process.kill(pid, 'SIGKILL');
  while (pids.some((pid) => pid !== undefined && isAlive(pid))) await pause(5);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
