/** Waiting for other processes where SQLite does not, or waits badly. */

/**
 * Does the work until it is not refused because the database is busy; the last refusal is thrown.
 * Waiting is synchronous, as the database is: others hold their locks for milliseconds.
 */
export function askAgain<T>(patienceMs: number, pauseMs: number, work: () => T): T {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
}

const isBusy = (error: unknown): boolean =>
  /^SQLITE_BUSY/.test(String((error as { code?: unknown } | null)?.code));
