/** How long a process of a node gives no sign of life before it is held for one that hangs, and ended; milliseconds. */
export const HANGS_AFTER_MS = 21_000;
