/** The machine-readable log of one process: pino, one JSON object a line, on standard error. */
import { pino } from 'pino';
import type { Log } from '../../ports/log.ts';

export function processLog(processName: string, level: 'debug' | 'info' | 'warn' = 'info'): Log {
  const logger = pino(
    { name: processName, level, base: { process: processName }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
