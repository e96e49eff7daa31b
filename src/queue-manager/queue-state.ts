/**
 * The states of a queue and what moves it on. Source: queues.md §2.1, §4.2.
 *
 *   stopped ── start ──► started ── pause ──► paused        next, reset ──► stopping, resetting ── drained ──► stopped
 */
import type { JobPhase } from '../ports/batch.ts';
import type { QueueState } from '../ports/queue-manager.ts';
import type { StoredQueueState } from '../ports/queue-store.ts';

export type QueueEvent = 'start' | 'pause' | 'next' | 'reset' | 'drained';

/** What is not here changes nothing: the queue is on its way already. */
export const queueTransitions = {
  /** Passes entries on (generic), or has them processed (execution). */
  started: { pause: 'paused', next: 'stopping', reset: 'resetting' },
  /** Takes up nothing; what it had in hand went back. START/QUEUE resumes. */
  paused: { start: 'started', next: 'stopping', reset: 'resetting' },
  /** Finishes what is in hand, takes up nothing. */
  stopping: { start: 'started', reset: 'resetting', drained: 'stopped' },
  /** What is in hand is being recalled. */
  resetting: { start: 'started', drained: 'stopped' },
  stopped: { start: 'started' },
} as const satisfies Record<StoredQueueState, Partial<Record<QueueEvent, StoredQueueState>>>;

export const nextQueueState = (state: StoredQueueState, event: QueueEvent): StoredQueueState | undefined =>
  (queueTransitions[state] as Partial<Record<QueueEvent, StoredQueueState>>)[event];

/** What else there is to know of an output queue. */
export interface OutputSituation {
  /** Of the jobs in hand. */
  readonly phases: readonly JobPhase[];
  readonly isUnavailable: boolean;
}

/** The phrase operators read. A started execution queue is idle, available or busy by the jobs in hand. */
export function shownQueueState(
  state: StoredQueueState,
  jobsInHand: number,
  jobLimit: number,
  { phases, isUnavailable }: OutputSituation = { phases: [], isUnavailable: false },
): QueueState {
  if (state === 'paused' && phases.includes('aligning')) return 'aligning';
  if (state === 'paused' && phases.some((phase) => phase !== 'suspended')) return 'pausing';
  if (state !== 'started') return state;
  if (isUnavailable) return 'unavailable';
  if (phases.includes('stalled')) return 'stalled';
  if (jobsInHand === 0) return 'idle';
  return jobsInHand < jobLimit ? 'available' : 'busy';
}
