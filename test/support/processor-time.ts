/** What a piece of work takes of the processor: how busy the machine is otherwise counts little. */

/** Milliseconds, of all threads of this process. */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return sinceMs(before);
}

export async function processorMsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return sinceMs(before);
}

/** Of some runs: the collector and the compiler take their time from anybody. */
export const leastProcessorMs = (work: () => void, runs = 3): number =>
  Math.min(...Array.from({ length: runs }, () => processorMs(work)));

/** Milliseconds since `process.cpuUsage()` was asked. */
export function sinceMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
