/** Why a root cannot be used, in words for the person who wants to start a node on it. */
import { Condition, RMS, reasonOf } from '../condition/index.ts';

export function rootProblem(root: string, error: unknown): string {
  const full = fullFileSystem(root, error);
  if (full !== undefined) return full;
  if (isAbout(error, RMS.PRV.ident)) return `${notWritable(root)}: ${reasonOf(error)}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return notWritable(root);
    case 'EROFS':
      return `the root ${root} is on a read-only file system`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `the root ${root} is not a directory`;
    case 'ENOENT':
      return `the root ${root} cannot be made there`;
    case 'ENAMETOOLONG':
      return `the name of the root is too long: ${root}`;
    default:
      return `cannot use the root ${root}: ${reasonOf(error)}`;
  }
}

/** In words, when it is that the file system of the root is full; else undefined. */
export function fullFileSystem(root: string, error: unknown): string | undefined {
  const isFull =
    isAbout(error, RMS.FUL.ident) || /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');
  return isFull ? `no space is left on the file system of ${root}` : undefined;
}

const notWritable = (root: string): string => `the root ${root} is not writable for you`;

/** The condition itself, or one behind it. */
const isAbout = (error: unknown, ident: string): boolean =>
  error instanceof Condition && [error, ...error.secondary].some((each) => each.ident === ident);
