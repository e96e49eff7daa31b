/** What an SQLite failure means to the callers of the store. */
import { condition, RMS } from '../../../condition/index.ts';

const isCode = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'string';

/** Codes under which SQLite reports that the file system has no room. */
const fullCodes = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_SHMOPEN',
  'ENOSPC',
  'EDQUOT',
]);

/** Runs `work`; no room becomes RMS FUL, anything else passes as it is. */
export function withStoreFailures<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isCode(error) && fullCodes.has(error.code)) throw fullCondition(error);
    throw error;
  }
}

function fullCondition(cause: Error): Error {
  const full = condition(RMS.FUL);
  full.cause = cause;
  return full;
}
