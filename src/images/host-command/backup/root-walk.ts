/** What of a root goes into a backup: everything but what belongs to the processes that run, and to SQLite. */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isDatabase } from '../../../adapters/sqlite/snapshot.ts';

/** Names of the file system's own, which a node makes again: second names, locks, open files; and of backups. */
const ownNames = /^\.(INDEXED|OPEN_FILES|LOCK|BACKUP|RESTORE);/;
const besideDatabase = /-(wal|shm|journal)$/;
const ofProcesses: ReadonlySet<string> = new Set([
  'SYSEXE/JOB_CONTROL.LOCK',
  'SYSEXE/QUEUE_MANAGER.SOCK',
  'SYSEXE/QUEUE_MANAGER.SOCK.KEY',
]);

export interface FoundFile {
  /** Below the root, components joined by `/`. */
  readonly path: string;
  readonly hostPath: string;
  readonly status: Stats;
  readonly kind: 'file' | 'database' | 'directory';
}

/**
 * A directory before what is in it; links, sockets and devices not at all.
 * @param isLeftOut  by path: is not looked into
 */
export function* walkRoot(
  root: string,
  isLeftOut: (path: string) => boolean,
  below = '',
): Generator<FoundFile> {
  let names: readonly string[];
  try {
    names = readdirSync(join(root, below)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`;
    if (ownNames.test(name) || ofProcesses.has(path) || isLeftOut(path)) continue;
    const hostPath = join(root, path);
    const status = lstatSync(hostPath, { throwIfNoEntry: false });
    if (status?.isDirectory() === true) {
      yield { path, hostPath, status, kind: 'directory' };
      yield* walkRoot(root, isLeftOut, path);
    } else if (status?.isFile() === true && !isBesideDatabase(hostPath)) {
      const kind = isDatabaseNow(hostPath);
      if (kind !== undefined) yield { path, hostPath, status, kind };
    }
  }
}

/** The logs of a database are in the copy of it. */
function isBesideDatabase(hostPath: string): boolean {
  const database = hostPath.replace(besideDatabase, '');
  return database !== hostPath && isDatabaseNow(database) === 'database';
}

/** Undefined: it is gone. */
function isDatabaseNow(hostPath: string): 'file' | 'database' | undefined {
  try {
    return isDatabase(hostPath) ? 'database' : 'file';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
