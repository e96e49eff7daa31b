/** The end of all of a node's processes at once, as when somebody ends the machine's. */
import { readFileSync } from 'node:fs';
import { findJobControl } from '../../src/images/node-lock.ts';
import { type ProcessNode, pause } from './process-node.ts';

/** Kills job control and all it runs, which has to be whole. Resolves when they are gone. */
export async function killAll(node: ProcessNode): Promise<void> {
  const pids = [findJobControl(node.paths)?.pid, ...(await node.whole()).processes.map(({ pid }) => pid)];
  await Promise.all(pids.map((pid) => pid !== undefined && kill(pid)));
}

/** Resolves when it is gone; it may have been before. */
export async function kill(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  while (isAlive(pid)) await pause(5);
}

/** What is only not waited for by its parent yet does nothing any more. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
