/**
 * The states of an entry and what moves it on. Source: queues.md §2.2, §9, §10.
 *
 *            submit ──► pending ◄──► holding, holdingUntil        release ──► pending
 *                         │ start         ▲ hold, after, retry         │
 *                         ▼               │                    retainedOnError
 *                      executing ─────────┴──── fail ─────────────────►┘
 *                         │ delete: aborting
 *                         ▼ complete
 *                      deleted
 */
import type { JobState } from '../ports/queue-manager.ts';

export type JobEvent =
  /** Claimed for a symbiont. */
  | 'start'
  /** Every recipient is done. */
  | 'complete'
  /** Recipients remain, to be tried now. */
  | 'continue'
  /** Recipients remain, to be tried later. */
  | 'retry'
  /** The job as a whole failed. */
  | 'fail'
  /** A batch job that is to be kept ended well. */
  | 'retain'
  /** The symbiont gave it back, or is gone. */
  | 'giveBack'
  /** Its time has come. */
  | 'due'
  // An operator, or its owner:
  | 'hold'
  | 'noHold'
  | 'release'
  | 'return'
  | 'after'
  | 'noAfter'
  | 'priority'
  | 'delete';

/** `deleted` is not a state to be in: the entry is gone. */
export type NextState = JobState | 'deleted';

/** What is not here is forbidden. */
export const jobTransitions = {
  /** Waits for a symbiont with room. The scheduler moves it on. */
  pending: {
    start: 'executing',
    hold: 'holding',
    noHold: 'pending',
    release: 'pending',
    return: 'pending',
    after: 'holdingUntil',
    noAfter: 'pending',
    priority: 'pending',
    delete: 'deleted',
  },
  /** In the hands of a symbiont, under a lease. Operators' wishes wait until it comes back, and hurry that. */
  executing: {
    complete: 'deleted',
    continue: 'pending',
    retry: 'holdingUntil',
    fail: 'retainedOnError',
    retain: 'retainedOnCompletion',
    giveBack: 'pending',
    hold: 'executing',
    noHold: 'executing',
    release: 'executing',
    return: 'executing',
    after: 'executing',
    noAfter: 'executing',
    priority: 'executing',
    delete: 'aborting',
  },
  /** Held by somebody, until somebody lifts the hold. An /AFTER given meanwhile counts from then on. */
  holding: {
    hold: 'holding',
    noHold: 'pending',
    release: 'pending',
    return: 'pending',
    after: 'holding',
    noAfter: 'holding',
    priority: 'holding',
    delete: 'deleted',
  },
  /** Waits for an instant: /AFTER, or the next attempt. The clock moves it on. */
  holdingUntil: {
    due: 'pending',
    hold: 'holding',
    noHold: 'holdingUntil',
    release: 'pending',
    return: 'pending',
    after: 'holdingUntil',
    noAfter: 'pending',
    priority: 'holdingUntil',
    delete: 'deleted',
  },
  /** Failed as a whole; kept for the operator, who releases or deletes it. */
  retainedOnError: {
    hold: 'holding',
    noHold: 'retainedOnError',
    release: 'pending',
    return: 'pending',
    after: 'holdingUntil',
    noAfter: 'retainedOnError',
    priority: 'retainedOnError',
    delete: 'deleted',
  },
  /** A batch job that ended well, kept because it or its queue says so, until somebody deletes it or has it run again. */
  retainedOnCompletion: {
    hold: 'holding',
    noHold: 'retainedOnCompletion',
    release: 'pending',
    return: 'pending',
    after: 'holdingUntil',
    noAfter: 'retainedOnCompletion',
    priority: 'retainedOnCompletion',
    delete: 'deleted',
  },
  /** Deleted while it executed: gone as soon as the symbiont lets go, however that ends. */
  aborting: {
    complete: 'deleted',
    continue: 'deleted',
    retry: 'deleted',
    fail: 'deleted',
    retain: 'deleted',
    giveBack: 'deleted',
    delete: 'aborting',
  },
} as const satisfies Record<JobState, Partial<Record<JobEvent, NextState>>>;

/** The state after `event`, or undefined when it is forbidden in `state`. */
export const nextState = (state: JobState, event: JobEvent): NextState | undefined =>
  (jobTransitions[state] as Partial<Record<JobEvent, NextState>>)[event];
