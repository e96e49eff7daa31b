/** Whether the node does what it is for, and if not, why: for whoever restarts or replaces it, and for people. */
import { LEAST_FREE_BYTES, leftSpace } from '../parts/free-space-watch.ts';
import type { Observation } from './observation.ts';

export interface Health {
  readonly status: 'ok' | 'failing';
  /** Empty when it is well. */
  readonly reasons: readonly string[];
}

/** Pending entries are about to be processed: one that waits so long is not. */
const LONGEST_PENDING_MS = 30 * 60_000;

export function healthOf({ at, report, oldest, space, isWritable }: Observation): Health {
  const reasons: string[] = [];
  if (report === undefined) reasons.push('the queue manager does not answer');
  if (report?.status.queueManager === 'stopped')
    reasons.push('an operator has stopped the queue manager (START/QUEUE/MANAGER)');
  if (!isWritable || report?.statistics.isStoreFailing === true)
    reasons.push('the queue database cannot be written');
  if (space.freeBytes < LEAST_FREE_BYTES) reasons.push(leftSpace(space.freeBytes));
  const waitingMs = oldest?.pending === undefined ? 0 : at - oldest.pending;
  if (waitingMs > LONGEST_PENDING_MS)
    reasons.push(`the oldest pending entry has waited for ${Math.floor(waitingMs / 60_000)} minutes`);
  for (const { name, state } of report?.status.processes ?? [])
    if (state === 'restarting') reasons.push(`process ${name} has ended and is restarted`);
  for (const { service, isServed, listening } of report?.services ?? [])
    if (isServed && !listening) reasons.push(`service ${service} does not listen`);
  return { status: reasons.length === 0 ? 'ok' : 'failing', reasons };
}
