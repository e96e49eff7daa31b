/**
 * TCPIP$SMTP_LOGFILE.LOG: blocks with a banner, what an operator reads about each job. Source: tcpip-smtp.md §6.4, §4.
 */
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
      deps.writeLine(`${'%'.repeat(12)}  ${logTime(deps.now())}  ${'%'.repeat(12)}`);
      for (const line of lines()) deps.writeLine(line);
    },
  };
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `24-NOV-2026 06:24:11.58`, the machine's own zone. */
export function logTime(instant: number): string {
  const date = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, ' ');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const hundredths = two(Math.floor(date.getMilliseconds() / 10));
  return `${day}-${months[date.getMonth()]}-${date.getFullYear()} ${time}.${hundredths}`;
}
