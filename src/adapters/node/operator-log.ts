/** A log for people, OPERATOR.LOG or the symbiont's, as a file of the host. One that cannot be written never stops the node. */
import { appendFileSync, statSync } from 'node:fs';
import type { Log } from '../../ports/log.ts';
import { LOG_BOUNDS, type LogBounds, presentVersion, setLogAside } from './log-versions.ts';

/**
 * Written at once and in order: an operator message is rare, and the last one before a crash is the one wanted.
 * @param log  hears once that the file cannot be written, and again after it could
 */
export function createOperatorLog(
  file: string,
  log: Log,
  bounds: LogBounds = LOG_BOUNDS,
): { append(text: string): void; readonly version: number; beginVersion(): void } {
  let failing = false;
  let sizeBytes: number | undefined;
  return {
    /** Of the file that is appended to. */
    get version() {
      return presentVersion(file);
    },
    /** Throws the file system's error. */
    beginVersion() {
      sizeBytes = undefined;
      if (statSync(file, { throwIfNoEntry: false }) !== undefined) setLogAside(file, bounds);
    },
    append(text) {
      try {
        sizeBytes ??= statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        if (sizeBytes > bounds.limitBytes) {
          sizeBytes = undefined;
          setLogAside(file, bounds);
        }
        appendFileSync(file, text, { mode: 0o600 });
        sizeBytes = (sizeBytes ?? 0) + Buffer.byteLength(text);
        failing = false;
      } catch (error) {
        // Somebody may have taken the file away: looked at anew for the next line.
        sizeBytes = undefined;
        if (!failing) log.error({ err: error, file }, 'a log cannot be written');
        failing = true;
      }
    },
  };
}
