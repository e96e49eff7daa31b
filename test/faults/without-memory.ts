/** A process that gets no more memory: Node ends itself then, as when the limit of a cgroup or of ulimit is reached. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pause } from '../support/process-node.ts';
import type { Fault } from './fault.ts';

/** It wants more, and gets none, before this. */
const PATIENCE_MS = 60_000;

export const withoutMemory =
  (image: string): Fault['begin'] =>
  async (_node, { processes }) => {
    const pids = processes.filter((each) => each.image === image).map(({ pid }) => pid);
    // What it has it keeps: it is the next piece that is not to be had.
    for (const pid of pids) spawnSync('prlimit', ['--pid', `${pid}`, '--as=1048576:']);
    const late = performance.now() + PATIENCE_MS;
    while (pids.some((pid) => existsSync(`/proc/${pid}`))) {
      if (performance.now() > late) throw new Error(`${image} goes on without memory`);
      await pause(100);
    }
    // Its successor has no limit.
    return async () => {};
  };
