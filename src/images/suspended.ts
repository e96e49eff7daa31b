/** STOP/QUEUE of a batch job: its process stands still, all of it. Source: queues.md §4.2. */
import { readSync } from 'node:fs';

/**
 * Returns when the queue manager has written a byte, or is gone: the other end of standard input closes with it. A process that
 * was stopped by a signal instead would hold the lock of the node for ever.
 */
export function waitForResume(): void {
  try {
    readSync(0, new Uint8Array(1));
  } catch {
    // Nobody can say any more when to go on.
  }
}
