/**
 * `yymmddhhmmsscc_user-name`: job name and name of the control file, and the specification SHOW QUEUE/FULL prints.
 * Source: tcpip-smtp.md §2.2.
 */
import type { StoredEntry } from '../ports/queue-store.ts';
import { controlFileStamp } from '../vms-time/index.ts';

/** 39 characters at most, as a job name may have. Local time. */
export const jobName = (instant: number, userName: string): string =>
  `${controlFileStamp(instant)}_${userName}`.slice(0, 39);

/** User parts of mail that belongs to the Postmaster directory, not to a user's. Returned mail is SYSTEM's, and without a sender. */
const postmasterUsers = new Set(['TCPIP$SMTP', 'MAIL$SERVER']);
const SYSTEM = 'SYSTEM';
const SYSTEM_DIRECTORY = 'SYSMGR';

/**
 * `_HEARTS$DKA0:[MARLOW]97020701511458_MARLOW.TCPIP_HEARTS;1`.
 * @param fileDirectory  device and directory of mail received by SMTP; a user's own mail shows the user's directory
 */
export function fileSpecification(
  fileDirectory: string,
  nodeName: string,
  { jobName: name, userName, reversePath }: Pick<StoredEntry, 'jobName' | 'userName' | 'reversePath'>,
): string {
  const isPostmasters = postmasterUsers.has(userName) || (userName === SYSTEM && reversePath === '');
  const own = userName === SYSTEM ? SYSTEM_DIRECTORY : userName;
  const directory = isPostmasters ? fileDirectory : fileDirectory.replace(/\[.*\]$/, `[${own}]`);
  return `${directory}${name}.TCPIP_${nodeName};1`;
}
