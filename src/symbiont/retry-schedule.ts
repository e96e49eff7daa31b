/** When a failed recipient is tried next. Source: tcpip-smtp.md §2.3; RFC 5321 §4.5.4.1. */
export interface RetryIntervals {
  readonly initialIntervalMs: number;
  readonly retryIntervalMs: number;
  readonly maximumIntervalMs: number;
}

/**
 * With the defaults attempts fall at 0:00, 0:30, 1:30, 2:30 … and last at 3 days.
 * @param attemptsBefore  attempts before the one that just failed, 0 or more
 * @returns the instant, or undefined once `maximumIntervalMs` has passed: return the message
 */
export function nextAttempt(
  attempt: { readonly attemptsBefore: number; readonly submittedAt: number; readonly now: number },
  intervals: RetryIntervals,
): number | undefined {
  const deadline = attempt.submittedAt + intervals.maximumIntervalMs;
  if (attempt.now >= deadline) return undefined;
  const wait = attempt.attemptsBefore === 0 ? intervals.initialIntervalMs : intervals.retryIntervalMs;
  return Math.min(attempt.now + wait, deadline);
}

/** A mail database that is busy or full is soon better: it is asked again sooner than a host that is down. */
const LOCAL_WAIT_MS = 60_000;

export function nextLocalAttempt(
  attempt: { readonly attemptsBefore: number; readonly submittedAt: number; readonly now: number },
  intervals: RetryIntervals,
): number | undefined {
  const next = nextAttempt(attempt, intervals);
  return next === undefined ? undefined : Math.min(next, attempt.now + LOCAL_WAIT_MS);
}
