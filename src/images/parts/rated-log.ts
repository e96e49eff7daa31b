/** The log of a batch job, written out every minute or at the rate of SET OUTPUT_RATE. Source: queues.md §11. */
import type { FileOutput } from '../../dcl/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OutputLog } from '../../system/process.ts';

const USUAL_RATE_MS = 60_000;
/** A rate of nothing would write line by line. */
const SHORTEST_RATE_MS = 1_000;

export interface RatedLog extends OutputLog {
  /** Before the log is closed. */
  stop(): void;
}

export function ratedLog(log: FileOutput, clock: Clock): RatedLog {
  let rateMs = USUAL_RATE_MS;
  let cancel: () => void;
  const start = (): void => {
    cancel = clock.after(rateMs, () => {
      // A disk that is full fails the job with its next line.
      void log.flush().catch(() => undefined);
      start();
    });
  };
  start();
  return {
    get rateMs() {
      return rateMs;
    },
    setRate(wanted) {
      cancel();
      rateMs = Math.max(SHORTEST_RATE_MS, wanted);
      start();
    },
    flush: () => log.flush(),
    stop: () => cancel(),
  };
}
