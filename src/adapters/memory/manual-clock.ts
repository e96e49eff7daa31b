/** A Clock that tests move by hand; callbacks run in the order of their instants. */
import type { Clock } from '../../ports/clock.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function manualClock(start = Date.UTC(2026, 9, 7, 0, 45, 56)): ManualClock {
  let now = start;
  const waiting = new Set<{ readonly instant: number; readonly callback: () => void }>();
  return {
    now: () => now,
    at(instant, callback) {
      const entry = { instant, callback };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...waiting]
          .filter((each) => each.instant <= end)
          .sort((a, b) => a.instant - b.instant)[0];
        if (due === undefined) break;
        waiting.delete(due);
        now = Math.max(now, due.instant);
        due.callback();
      }
      now = end;
    },
  };
}
