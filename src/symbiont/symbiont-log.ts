/**
 * TCPIP$SMTP_LOGFILE.LOG: blocks with a banner, what an operator reads about each job. Source: tcpip-smtp.md §6.4, §4.
 */
import { safeLines } from '../mime/safe-text.ts';
import { formatTime } from '../vms-time/index.ts';
import { LogSnapshot } from './log-snapshot.ts';

export interface SymbiontLog {
  /** Writes a block when `level` is within the level in force. */
  block(level: number, lines: () => readonly string[]): void;
  /** A line of a dialogue, whatever the level. */
  line(text: string): void;
  /** Something has gone wrong: what is in the snapshot is written, where there is one. */
  failed(): void;
}

export function createSymbiontLog(deps: {
  /** Appends lines, joined by LF; never fails and never waits. */
  readonly writeLines: (lines: string) => void;
  readonly level: () => number;
  readonly now: () => number;
  /** Log-Line-Numbers: six digits in front of each line, since the symbiont started. tcpip-smtp.md §4 */
  readonly isNumbered?: () => boolean;
  /** Symb-Snapshot-Blocks: nothing is written but so many blocks of 512 bytes when something has gone wrong. 0: no snapshot */
  readonly snapshotBlocks?: () => number;
}): SymbiontLog {
  const snapshot = new LogSnapshot();
  let lastLine = 0;
  const numbered = (text: string): string =>
    text
      .split('\n')
      .map((line) => `${String(++lastLine).padStart(6, '0')} ${line}`)
      .join('\n');
  const snapshotBlocks = (): number => deps.snapshotBlocks?.() ?? 0;
  const write = (text: string): void => {
    const lines = deps.isNumbered?.() === true ? numbered(text) : text;
    const blocks = snapshotBlocks();
    if (blocks === 0) deps.writeLines(lines);
    else snapshot.add(lines, blocks);
  };
  return {
    block(level, lines) {
      if (level > deps.level()) return;
      const banner = `${'%'.repeat(12)}  ${formatTime(deps.now())}  ${'%'.repeat(12)}`;
      // One write for all: a message may have ten thousand recipients, and the log is written at once.
      // Addresses and replies are what strangers wrote.
      write([banner, ...lines().map(safeLines)].join('\n'));
    },
    line: (text) => write(safeLines(text)),
    failed() {
      if (snapshotBlocks() > 0) deps.writeLines(snapshot.take().join('\n'));
    },
  };
}
