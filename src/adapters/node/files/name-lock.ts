/**
 * Only one process at a time changes which versions a file has: a lock file beside it, held for microseconds.
 * One that a dead process left is broken after a while.
 */
import { lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RMS, signal } from '../../../condition/index.ts';
import { ifExists } from './host-errors.ts';
import { LOCK_PREFIX } from './host-names.ts';

const STALE_AFTER_MS = 5000;
const GIVE_UP_AFTER_TRIES = 2000;
const WAIT_MS = 5;

/** The name that is locked; host path of its directory. */
export interface LockedName {
  readonly hostDirectory: string;
  readonly baseName: string;
  /** Where it is, in one way of writing: who needs two locks takes them in this order. */
  readonly directory: string;
}

/** Both names at once, or one where they are the same. */
export function withNameLocks<T>(
  [one, other]: readonly [LockedName, LockedName],
  action: () => Promise<T>,
): Promise<T> {
  const order = compare(key(one), key(other));
  if (order === 0) return withNameLock(one, action);
  const [first, second] = order < 0 ? [one, other] : [other, one];
  return withNameLock(first, () => withNameLock(second, action));
}

const key = ({ directory, baseName }: LockedName): string => `${directory}${baseName.toUpperCase()}`;
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export async function withNameLock<T>(name: LockedName, action: () => Promise<T>): Promise<T> {
  const path = join(name.hostDirectory, LOCK_PREFIX + name.baseName.toUpperCase());
  await acquire(path);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  /** Whose lock is waited for, and since when: not by its age, which depends on who sets the clock. */
  let holder = '';
  let since = 0;
  for (let tries = 0; tries < GIVE_UP_AFTER_TRIES; tries += 1) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const status = await ifExists(lstat(path));
    const found = status === undefined ? '' : `${status.ino} ${status.mtimeMs}`;
    if (found !== holder) {
      holder = found;
      since = performance.now();
    }
    if (found !== '' && performance.now() - since > STALE_AFTER_MS) await rm(path, { force: true });
    else await delay(WAIT_MS);
  }
  signal(RMS.FLK);
}
