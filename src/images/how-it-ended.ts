/** The end of a process in words. */
import { constants } from 'node:os';

/** Exit status as a shell numbers it: from 128 on it was a signal. */
export function howItEnded(status: number): string {
  const name = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  return name ?? `exit status ${status}`;
}
