/** The clock of a session at a transcript: a WAIT takes no time, unless a key is pressed meanwhile; the node's clock moves on. */
import type { ManualClock } from '../../src/adapters/memory/manual-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

export const createSessionClock = (clock: ManualClock, pressKey: () => boolean): Clock => ({
  now: () => clock.now(),
  steadyMs: () => clock.steadyMs(),
  at(instant, callback) {
    let isOff = false;
    const callOff = clock.at(instant, callback);
    setImmediate(() => {
      if (!isOff && !pressKey()) clock.advance(Math.max(0, instant - clock.now()));
    });
    return () => {
      isOff = true;
      callOff();
    };
  },
});
