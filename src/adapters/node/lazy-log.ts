/** A log that is opened by the first line that is worth writing: a session that has nothing to say starts without it. */
import type { Log } from '../../ports/log.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];

/**
 * @param open    called once, at the first line of at least `level`
 * @param level   lines below are dropped without opening
 */
export function lazyLog(open: () => Promise<Log>, level: Level): Log {
  let opened: Promise<Log> | undefined;
  const at = (each: Level): Log[Level] => {
    if (levels.indexOf(each) < levels.indexOf(level)) return () => {};
    return (fields, message) => {
      opened ??= open();
      // A log that cannot be opened never stops what it would have told about.
      opened.then((log) => log[each](fields, message)).catch(() => {});
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
