/** What the file system or the network of this machine said, for a person: no call names, no stacks. */
import { isCondition, reasonOf } from '../../condition/index.ts';

const texts: Readonly<Record<string, string>> = {
  EACCES: 'no access to',
  EPERM: 'no access to',
  ENOENT: 'there is no',
  ENOTDIR: 'there is no directory for',
  EISDIR: 'not a file:',
  ENAMETOOLONG: 'the name is too long:',
  ENOSPC: 'no space is left for',
  EDQUOT: 'no space is left for',
  EROFS: 'the file system is read-only:',
  ELOOP: 'too many symbolic links:',
  EMFILE: 'too many open files for',
  EIO: 'the device of it has failed:',
};

/** The error's own words, unless they are those of a system call. */
export function hostErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // With what is behind it: that a file is of a newer version, for one.
  if (isCondition(error)) return reasonOf(error);
  const { code, path, syscall, message } = error as NodeJS.ErrnoException & { readonly address?: string };
  if (code === undefined || syscall === undefined) return message;
  const place = path ?? (error as { address?: string }).address ?? syscall;
  return texts[code] === undefined ? `system error ${code} at ${place}` : `${texts[code]} ${place}`;
}
