/**
 * TCPIP$SMTP_LOGFILE.LOG: blocks with a banner, what an operator reads about each job. Source: tcpip-smtp.md §6.4, §4.
 */
import { safeLines } from '../mime/safe-text.ts';
import { formatTime } from '../vms-time/index.ts';

export interface SymbiontLog {
  /** Writes a block when `level` is within the level in force. */
  block(level: number, lines: () => readonly string[]): void;
}

export function createSymbiontLog(deps: {
  /** Appends lines, joined by LF; never fails and never waits. */
  readonly writeLines: (lines: string) => void;
  readonly level: () => number;
  readonly now: () => number;
}): SymbiontLog {
  return {
    block(level, lines) {
      if (level > deps.level()) return;
      const banner = `${'%'.repeat(12)}  ${formatTime(deps.now())}  ${'%'.repeat(12)}`;
      // One write for all: a message may have ten thousand recipients, and the log is written at once.
      // Addresses and replies are what strangers wrote.
      deps.writeLines([banner, ...lines().map(safeLines)].join('\n'));
    },
  };
}
