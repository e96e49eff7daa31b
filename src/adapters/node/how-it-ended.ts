/** How a process ended, in words for operators. */
import { constants } from 'node:os';

/** What Node ends itself by when it gets no more memory; hardly anything else does. */
const WITHOUT_MEMORY: readonly string[] = ['SIGABRT', 'SIGTRAP', 'SIGILL'];

/** `exit status 1`, `SIGKILL`, `SIGABRT: no memory was left, or Node itself failed` */
export function howItEnded(code: number | null, signal: string | null): string {
  if (signal === null) return `exit status ${code}`;
  return WITHOUT_MEMORY.includes(signal) ? `${signal}: no memory was left, or Node itself failed` : signal;
}

/** @param status  as a shell has it: of what a signal ended, its number and 128 */
export function howItEndedInShell(status: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  return howItEnded(status, signal ?? null);
}
