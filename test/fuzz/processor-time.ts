/** Time as this process gets it: a machine that is busy with others, or that stops it for a while, does not make it run. */

/** Milliseconds of processor time this process has had, in all its threads. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const TICK_MS = 100;

/**
 * Whether work was over in its time. That is counted in turns of the event loop: a process that is stopped, or gets no
 * processor, has none, and waits longer.
 */
export async function inTime(work: Promise<void>, ms: number): Promise<boolean> {
  let ticks = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setInterval(() => {
      ticks += 1;
      if (ticks * TICK_MS >= ms) resolve(false);
    }, TICK_MS);
  });
  return Promise.race([work.then(() => true as const), late]).finally(() => clearInterval(timer));
}
