/** Processes that die while operators give commands and mail flows: the queue manager, mostly, alone or with all others. */
import { kill, killAll } from '../support/kill-node.ts';
import type { ProcessNode } from '../support/process-node.ts';

export interface Killing {
  /** Resolves when all processes are there again. @returns how often each died */
  stop(): Promise<ReadonlyMap<string, number>>;
}

/**
 * Kills about every so many milliseconds, once the node is whole again. All at once is what comes most often: job control waits
 * longer and longer before it starts a queue manager again that dies and dies.
 */
export function startKilling(
  node: ProcessNode,
  options: { readonly everyMs: number; readonly random: () => number; readonly restart: () => Promise<void> },
): Killing {
  const { everyMs, random, restart } = options;
  const killed = new Map<string, number>();
  let isStopping = false;
  let wake = (): void => {};
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const killOne = async (): Promise<string> => {
    const chance = random();
    if (chance < 0.75) {
      await killAll(node);
      await restart();
      return 'all at once';
    }
    const { processes } = await node.whole();
    const queueManager = processes.find(({ image }) => image === 'queue-manager')!;
    const victim = chance < 0.9 ? queueManager : processes[Math.floor(random() * processes.length)]!;
    await kill(victim.pid);
    return victim.image;
  };
  const killOn = async (): Promise<void> => {
    for (;;) {
      await sleep(everyMs * (0.5 + random()));
      if (isStopping) return;
      const name = `killed ${await killOne()} under commands`;
      killed.set(name, (killed.get(name) ?? 0) + 1);
      await node.whole();
    }
  };
  const done = killOn();
  // `stop` tells of it.
  done.catch(() => {});
  return {
    async stop() {
      isStopping = true;
      wake();
      await done;
      return killed;
    },
  };
}
