/**
 * A directory of the host, held while something is done in it. Below the root its path is enough: nobody but the node
 * writes there. On a further device other people may: the directory is held open and named by its descriptor, so that
 * what is swapped for a symbolic link meanwhile leads nowhere.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { RMS, signal } from '../../../condition/index.ts';
import { ifExists } from './host-errors.ts';
import { lstat, namesIn } from './host-metadata.ts';

export interface HostDirectory extends AsyncDisposable {
  /** Names of files are joined to it; good until it is disposed of. */
  readonly path: string;
}

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const DIRECTORY = constants.O_DIRECTORY ?? 0;

export const plainDirectory = (path: string): HostDirectory => ({
  path,
  [Symbol.asyncDispose]: async () => {
    // Nothing is held.
  },
});

/** The subdirectory, whose host name `find` knows; undefined when it is not there. Throws RMS PRV for a symbolic link. */
export async function enterPlain(
  directory: HostDirectory,
  wanted: string,
): Promise<HostDirectory | undefined> {
  const name = await findEntry(directory.path, wanted);
  if (name === undefined) return undefined;
  const path = join(directory.path, name);
  const status = await ifExists(lstat(path));
  if (status?.isSymbolicLink()) signal(RMS.PRV);
  return status?.isDirectory() ? plainDirectory(path) : undefined;
}

/** The same, held open. `directory` is the caller's still. */
export async function enterHeld(
  directory: HostDirectory,
  wanted: string,
): Promise<HostDirectory | undefined> {
  const name = await findEntry(directory.path, wanted);
  return name === undefined ? undefined : openHeld(join(directory.path, name));
}

/** Holds a directory by an absolute path, each component of which is a directory and no link. */
export async function holdDirectory(path: string): Promise<HostDirectory | undefined> {
  let held = await openHeld('/');
  for (const component of path.split('/').filter((each) => each !== '')) {
    if (held === undefined) return undefined;
    held = await leaving(held, (outer) => openHeld(join(outer.path, component)));
  }
  return held;
}

/** From a directory that is not needed any more into one that is; it is let go whatever happens. */
export async function leaving<T>(
  outer: HostDirectory,
  work: (outer: HostDirectory) => Promise<T>,
): Promise<T> {
  try {
    return await work(outer);
  } finally {
    await outer[Symbol.asyncDispose]();
  }
}

async function openHeld(path: string): Promise<HostDirectory | undefined> {
  const handle = await openDirectory(path);
  if (handle === undefined) return undefined;
  return {
    // Linux: a path by which the kernel finds the open directory itself, whatever its name leads to now.
    path: `/proc/self/fd/${handle.fd}`,
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function openDirectory(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | DIRECTORY | NO_FOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    // O_DIRECTORY with O_NOFOLLOW says ENOTDIR of a link, too.
    if (code === 'ENOTDIR' || code === 'ELOOP') return (await isLink(path)) ? signal(RMS.PRV) : undefined;
    throw error;
  }
}

const isLink = async (path: string): Promise<boolean> =>
  (await ifExists(lstat(path)))?.isSymbolicLink() ?? false;

/** Name as the host has it: exactly as wanted, else the first that differs only in case. */
export async function findEntry(directory: string, wanted: string): Promise<string | undefined> {
  if ((await ifExists(lstat(join(directory, wanted)))) !== undefined) return wanted;
  const names = (await ifExists(namesIn(directory))) ?? [];
  return names.sort().find((name) => name.toUpperCase() === wanted.toUpperCase());
}
