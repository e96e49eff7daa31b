/** The Clock of this machine. */
import type { Clock } from '../../ports/clock.ts';

/** setTimeout holds 31 bits of milliseconds; longer waits are taken in steps. */
const LONGEST_TIMER_MS = 2_000_000_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  steadyMs: () => performance.now(),
  at: (instant, callback) => after(instant - Date.now(), callback),
  after,
};

function after(ms: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const due = performance.now() + ms;
  const arm = (): void => {
    const wait = due - performance.now();
    timer = setTimeout(
      wait > LONGEST_TIMER_MS ? arm : callback,
      Math.max(0, Math.min(wait, LONGEST_TIMER_MS)),
    );
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}
