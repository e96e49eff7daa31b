/**
 * TCPIP$SMTP_LOGFILE.LOG: blocks with a banner, what an operator reads about each job. Source: tcpip-smtp.md §6.4, §4.
 */
import { formatTime } from '../vms-time/index.ts';

export interface SymbiontLog {
  /** Writes a block when `level` is within the level in force. */
  block(level: number, lines: () => readonly string[]): void;
}

export function createSymbiontLog(deps: {
  /** Appends a line; never fails and never waits. */
  readonly writeLine: (line: string) => void;
  readonly level: () => number;
  readonly now: () => number;
}): SymbiontLog {
  return {
    block(level, lines) {
      if (level > deps.level()) return;
      deps.writeLine(`${'%'.repeat(12)}  ${formatTime(deps.now())}  ${'%'.repeat(12)}`);
      for (const line of lines()) deps.writeLine(line);
    },
  };
}
