/**
 * The machine-readable log of one process: pino, one JSON object a line, on standard error. A log that cannot be written
 * (a full file system) never stops the process: what does not fit is left out.
 */
import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { failureFields } from '../../condition/index.ts';
import { safeLines } from '../../mime/safe-text.ts';
import type { Log } from '../../ports/log.ts';

const STANDARD_ERROR = 2;

/** @param write  bytes it could take of what it was given; may throw. Default: standard error, at once */
export function processLog(
  processName: string,
  level: 'debug' | 'info' | 'warn' = 'info',
  write: (bytes: Uint8Array) => number = (bytes) => writeSync(STANDARD_ERROR, bytes),
): Log {
  const logger = pino(
    { name: processName, level, base: { process: processName }, timestamp: pino.stdTimeFunctions.isoTime },
    untroubled(write),
  );
  return {
    debug: (fields, message) => logger.debug(inWords(fields), message),
    info: (fields, message) => logger.info(inWords(fields), message),
    warn: (fields, message) => logger.warn(inWords(fields), message),
    error: (fields, message) => logger.error(inWords(fields), message),
  };
}

/** Stacks are for bugs: what the system or a part of ours refused has a reason. */
function inWords(fields: Fields): Fields {
  if (fields['err'] === undefined) return fields;
  const { err, ...others } = fields;
  return { ...others, ...failureFields(err) };
}

type Fields = Readonly<Record<string, unknown>>;

/** Takes each line whole or in part; after a part the next one begins on a line of its own. */
function untroubled(write: (bytes: Uint8Array) => number): { write(line: string): void } {
  let isTorn = false;
  return {
    write(line) {
      // JSON leaves C1 controls and what turns text as they are; the line ends in LF.
      const shown = safeLines(line);
      const bytes = Buffer.from(isTorn ? `\n${shown}` : shown);
      try {
        const taken = write(bytes);
        isTorn = taken < bytes.byteLength && (isTorn || taken > 0);
      } catch {
        // Full, or nobody reads: there is nowhere left to say it.
      }
    },
  };
}
