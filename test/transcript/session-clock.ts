/** The clock of a session at a transcript: a WAIT takes no time, unless a key is pressed meanwhile; the node's clock moves on. */
import type { ManualClock } from '../../src/adapters/memory/manual-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

export function createSessionClock(clock: ManualClock, pressKey: () => boolean): Clock {
  const at: Clock['at'] = (instant, callback) => {
    let isOff = false;
    const callOff = clock.at(instant, callback);
    setImmediate(() => {
      if (!isOff && !pressKey()) clock.advance(Math.max(0, instant - clock.now()));
    });
    return () => {
      isOff = true;
      callOff();
    };
  };
  return {
    now: () => clock.now(),
    steadyMs: () => clock.steadyMs(),
    at,
    after: (ms, callback) => at(clock.now() + ms, callback),
  };
}
