/** What a failure of SQLite or of the system below it means to the callers of a store. */
import { condition, RMS } from '../../condition/index.ts';

/** Codes under which SQLite and the system report that the file system has no room. */
const fullCodes: ReadonlySet<unknown> = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_SHMOPEN',
  'ENOSPC',
  'EDQUOT',
]);

export const isFull = (error: unknown): boolean => fullCodes.has((error as { code?: unknown } | null)?.code);

/** An error as callers of a store know it: no room becomes RMS FUL, anything else passes as it is. */
export function storeFailure(error: unknown): unknown {
  return isFull(error) ? Object.assign(condition(RMS.FUL), { cause: error }) : error;
}

export function withStoreFailures<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error);
  }
}

/** Opens a database file; when that fails, the message says which file it was. */
export function opening<T>(file: string, open: () => T): T {
  try {
    return withStoreFailures(open);
  } catch (error) {
    if (error instanceof Error && !error.message.includes(file)) error.message = `${file}: ${error.message}`;
    throw error;
  }
}
