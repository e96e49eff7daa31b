/** What the process of a batch job is called. Source: queues.md §11. */

/** Stands in place of an entry number for what is run when the node starts, which is in no queue. */
export const STARTUP_ENTRY = 0;

/** `BATCH_12`, or `STARTUP`. */
export const batchProcessName = (entry: number): string =>
  entry === STARTUP_ENTRY ? 'STARTUP' : `BATCH_${entry}`;
