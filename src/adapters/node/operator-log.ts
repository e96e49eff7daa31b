/** A log for people, OPERATOR.LOG or the symbiont's, as a file of the host. One that cannot be written never stops the node. */
import { appendFileSync } from 'node:fs';
import type { Log } from '../../ports/log.ts';

/**
 * Written at once and in order: an operator message is rare, and the last one before a crash is the one wanted.
 * @param log  hears once that the file cannot be written, and again after it could
 */
export function createOperatorLog(file: string, log: Log): { append(text: string): void } {
  let failing = false;
  return {
    append(text) {
      try {
        appendFileSync(file, text, { mode: 0o600 });
        failing = false;
      } catch (error) {
        if (!failing) log.error({ err: error, file }, 'a log cannot be written');
        failing = true;
      }
    },
  };
}
