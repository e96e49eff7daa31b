/** When a failed recipient is tried next. Source: tcpip-smtp.md §2.3; RFC 5321 §4.5.4.1. */
import type { EnvelopeRequests } from '../ports/delivery-requests.ts';

export interface RetryIntervals {
  readonly initialIntervalMs: number;
  readonly retryIntervalMs: number;
  readonly maximumIntervalMs: number;
}

/**
 * With the defaults attempts fall at 0:00, 0:30, 1:30, 2:30 … and last at 3 days.
 * @param attemptsBefore  attempts before the one that just failed, 0 or more
 * @returns the instant, or undefined once `maximumIntervalMs` or the time for it (RFC 2852, mode R) has passed: return the
 * message. With mode N there is an attempt at that time too, so that the sender is told then.
 */
export function nextAttempt(attempt: Attempt, intervals: RetryIntervals): number | undefined {
  const { now, deliverBy } = attempt;
  const longest = attempt.since + intervals.maximumIntervalMs;
  const deadline = deliverBy?.mode === 'R' ? Math.min(longest, deliverBy.at) : longest;
  if (now >= deadline) return undefined;
  const wait = attempt.attemptsBefore === 0 ? intervals.initialIntervalMs : intervals.retryIntervalMs;
  const next = Math.min(now + wait, deadline);
  return deliverBy !== undefined && now < deliverBy.at ? Math.min(next, deliverBy.at) : next;
}

interface Attempt {
  readonly attemptsBefore: number;
  /** When it was submitted, or was to be released. */
  readonly since: number;
  readonly now: number;
  readonly deliverBy?: EnvelopeRequests['deliverBy'] | undefined;
}

/** A mail database that is busy or full is soon better: it is asked again sooner than a host that is down. */
const LOCAL_WAIT_MS = 60_000;

export function nextLocalAttempt(attempt: Attempt, intervals: RetryIntervals): number | undefined {
  const next = nextAttempt(attempt, intervals);
  return next === undefined ? undefined : Math.min(next, attempt.now + LOCAL_WAIT_MS);
}
