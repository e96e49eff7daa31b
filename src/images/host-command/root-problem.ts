/** Why a root cannot be used, in words for the person who wants to start a node on it. */
export function rootProblem(root: string, error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (isFull(code)) return `no space is left on the file system of ${root}`;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'SQLITE_READONLY':
      return `the root ${root} is not writable for you`;
    case 'EROFS':
      return `the root ${root} is on a read-only file system`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `the root ${root} is not a directory`;
    default:
      return `cannot create ${root}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const isFull = (code: string): boolean =>
  /^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHM(SIZE|OPEN))$/.test(code);
