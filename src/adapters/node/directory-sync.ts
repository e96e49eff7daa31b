/**
 * The names in a directory, brought to stable storage: fsync of the directory. Those who ask while one is under way share the next:
 * twenty files that are made at once cost two of them, not twenty.
 */
import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';

/** Resolves when every name made before the call is on stable storage; rejects with what the system says. */
export type DirectorySync = () => Promise<void>;

export function directorySync(path: string): DirectorySync {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    next = undefined;
    const now = syncDirectory(path);
    const over = (): void => {
      if (running === now) running = undefined;
    };
    now.then(over, over);
    running = now;
    return now;
  };
  return () => {
    if (running === undefined) return begin();
    // One that is under way may have begun before the name was there.
    next ??= running.then(begin, begin);
    return next;
  };
}

/** What was written to a file, or the names in a directory. */
export const synchronised = promisify(fsync);

export async function syncDirectory(path: string): Promise<void> {
  // To open what is there already waits for nothing.
  const descriptor = openSync(path, 'r');
  try {
    await synchronised(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
