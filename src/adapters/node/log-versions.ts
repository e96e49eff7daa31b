/**
 * Logs do not grow without bound: one that has reached its limit becomes an older version (`OPERATOR.LOG;7`), the log begins
 * anew, and of the older versions only the latest few stay, as after PURGE/KEEP.
 * Deviation: OpenVMS lets logs grow until the manager opens new ones and purges; docs/deviations.md.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readHostName } from './files/host-names.ts';
import { versionsOf } from './files/versions.ts';

export interface LogBounds {
  readonly limitBytes: number;
  /** Older versions that stay. */
  readonly kept: number;
}

export const LOG_BOUNDS: LogBounds = { limitBytes: 10 * 1_048_576, kept: 4 };

/** For a log that one process writes, and opens for each line. Throws the file system's error. */
export function setLogAside(file: string, bounds: LogBounds = LOG_BOUNDS): void {
  renameSync(file, asOlderVersion(file));
  purge(file, bounds.kept);
}

/**
 * For a log that many processes hold open to append to: it is copied and emptied, if it has reached its limit. What is
 * written in the moment between the last look and the emptying is lost. Throws the file system's error.
 */
export function copyLogAside(file: string, bounds: LogBounds = LOG_BOUNDS): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < bounds.limitBytes) return;
  const older = asOlderVersion(file);
  try {
    copyFileSync(file, older, constants.COPYFILE_EXCL);
    const [from, to] = [openSync(file, 'r+'), openSync(older, 'a')];
    try {
      copyRest(from, to);
      ftruncateSync(from, 0);
    } finally {
      closeSync(from);
      closeSync(to);
    }
  } catch (error) {
    // Without room for a copy the log stays as it is.
    rmSync(older, { force: true });
    throw error;
  }
  purge(file, bounds.kept);
}

function copyRest(from: number, to: number): void {
  const buffer = Buffer.alloc(65_536);
  for (let at = fstatSync(to).size; ; ) {
    const length = readSync(from, buffer, 0, buffer.length, at);
    if (length === 0) return;
    writeSync(to, buffer, 0, length);
    at += length;
  }
}

/** The name the present version has once there is a higher one. */
const asOlderVersion = (file: string): string => `${file};${presentVersion(file)}`;

/** Number of the version without a number, or which it will have. */
export function presentVersion(file: string): number {
  const [highest] = versionsOf(namesOf(file));
  if (highest === undefined) return 1;
  return highest.hostName === basename(file) ? highest.version : highest.version + 1;
}

function purge(file: string, kept: number): void {
  const older = versionsOf(namesOf(file)).filter(({ hostName }) => hostName !== basename(file));
  for (const { hostName } of older.slice(kept)) rmSync(join(dirname(file), hostName), { force: true });
}

function namesOf(file: string) {
  const wanted = readHostName(basename(file))?.fileName;
  return readdirSync(dirname(file)).flatMap((name) => {
    const read = readHostName(name);
    return read !== undefined && read.fileName === wanted ? [read] : [];
  });
}
