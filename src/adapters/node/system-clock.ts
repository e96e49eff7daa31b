/** The Clock of this machine. */
import type { Clock } from '../../ports/clock.ts';

/** setTimeout holds 31 bits of milliseconds; longer waits are taken in steps. */
const LONGEST_TIMER_MS = 2_000_000_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  at(instant, callback) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const wait = instant - Date.now();
      timer = setTimeout(
        wait > LONGEST_TIMER_MS ? arm : callback,
        Math.max(0, Math.min(wait, LONGEST_TIMER_MS)),
      );
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
