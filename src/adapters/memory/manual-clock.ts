/** A Clock that tests move by hand; callbacks run in the order of their instants. */
import type { Clock } from '../../ports/clock.ts';

export interface ManualClock extends Clock {
  /** Time passes. */
  advance(ms: number): void;
  /** Somebody sets date and time: no time passes. */
  set(byMs: number): void;
}

export function manualClock(start = Date.UTC(2026, 9, 7, 0, 45, 56)): ManualClock {
  let setBy = 0;
  let steady = 0;
  const waiting = new Set<{ readonly due: number; readonly callback: () => void }>();
  const now = (): number => start + setBy + steady;
  const after = (ms: number, callback: () => void): (() => void) => {
    const entry = { due: steady + ms, callback };
    waiting.add(entry);
    return () => void waiting.delete(entry);
  };
  return {
    now,
    steadyMs: () => steady,
    at: (instant, callback) => after(instant - now(), callback),
    after,
    advance(ms) {
      const end = steady + ms;
      for (;;) {
        const due = [...waiting].filter((each) => each.due <= end).sort((a, b) => a.due - b.due)[0];
        if (due === undefined) break;
        waiting.delete(due);
        steady = Math.max(steady, due.due);
        due.callback();
      }
      steady = end;
    },
    set(byMs) {
      setBy += byMs;
    },
  };
}
