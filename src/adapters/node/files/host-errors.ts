/** What the host's file system says, as RMS conditions. Source: dcl.md §22. */
import { Condition, type MessageDefinition, RMS, SYSTEM } from '../../../condition/index.ts';

const conditions: Readonly<Record<string, MessageDefinition>> = {
  ENOENT: RMS.FNF,
  EACCES: RMS.PRV,
  EPERM: RMS.PRV,
  EROFS: RMS.PRV,
  ELOOP: RMS.PRV,
  EEXIST: RMS.FEX,
  ENOTEMPTY: RMS.MKD,
  ENOSPC: RMS.FUL,
  EDQUOT: RMS.FUL,
  EISDIR: RMS.DIR,
  ENOTDIR: RMS.DIR,
  EBUSY: RMS.FLK,
  ETXTBSY: RMS.FLK,
  ENAMETOOLONG: RMS.FNM,
  EXDEV: RMS.DEV,
  EMFILE: SYSTEM.EXQUOTA,
  ENFILE: SYSTEM.EXQUOTA,
};

/** The condition for a host error; anything else is a bug and stays what it is. */
function fromHostError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const message = code === undefined ? undefined : conditions[code];
  if (message === undefined) return error;
  const secondary = code === 'ENOTEMPTY' ? [new Condition(SYSTEM.DIRNOTEMPTY)] : [];
  return new Condition(message, [], { secondary, cause: error });
}

export async function withConditions<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw fromHostError(error);
  }
}

/** undefined when there is no such file. */
export async function ifExists<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
