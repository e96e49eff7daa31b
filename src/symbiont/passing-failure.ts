/** Failures of this machine that pass: it is short of something, or a disk is not there now. The text itself may be sound. */
import { Condition, RMS } from '../condition/index.ts';
import type { RecipientOutcome } from '../ports/queue-manager.ts';

export const isPassing = (error: unknown): boolean => {
  if (error instanceof Condition) return error.definition === RMS.FUL;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^E(MFILE|NFILE|IO|NOMEM|AGAIN|BUSY|NOSPC|DQUOT|STALE)$/.test(code);
};

/** It may also be the file that is read, and for good. */
export const isOfTheDisk = (error: unknown): boolean =>
  ['EIO', 'ESTALE'].includes(String((error as { code?: unknown } | null)?.code));

export const PASSING_WAIT_MS = 60_000;

/** What becomes of recipients that cannot be served now. */
export const notNow = (error: unknown, now: number, waitMs = PASSING_WAIT_MS): RecipientOutcome => ({
  kind: 'retry',
  at: now + waitMs,
  reply: `451 4.3.0 ${error instanceof Error ? error.message : String(error)}`,
});
