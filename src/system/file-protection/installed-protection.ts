/**
 * Owner and protection of files nobody has given any: what an installed system has, and what Linux programs put below the
 * root. The node's databases, and what lies beside them, are known here by name.
 * Source: Guide to System Security, appendix on the protection of system files.
 */
import type { FileProtection, Uic } from '../../ports/file-header.ts';
import { ordinaryProtection } from './protection-code.ts';

/** Where a file is, as it is really called: escapes removed, upper case. */
export interface FilePlace {
  /** False for a device the system manager defined. */
  readonly isSystemDisk: boolean;
  readonly directory: readonly string[];
  /** `A.TXT`; '' for the directory itself. */
  readonly fileName: string;
}

const SYSTEM: Uic = { group: 1, member: 4 };
/** The account TCPIP$SMTP. */
const MAIL: Uic = { group: 0o3655, member: 1 };

/** Directories of the installed system, and the types of files the world may read in them. `*`: all. */
const installed: Readonly<
  Record<string, { readonly owner: Uic; readonly worldReadable: readonly string[] }>
> = {
  SYSEXE: { owner: SYSTEM, worldReadable: ['COM', 'CLD', 'EXE', 'HLB'] },
  SYSMGR: { owner: SYSTEM, worldReadable: ['COM', 'TXT', 'TEMPLATE'] },
  SYS$STARTUP: { owner: SYSTEM, worldReadable: ['COM'] },
  SYSHLP: { owner: SYSTEM, worldReadable: ['*'] },
  'SYSHLP.EXAMPLES': { owner: SYSTEM, worldReadable: ['*'] },
  SYSLIB: { owner: SYSTEM, worldReadable: ['*'] },
  TCPIP$IMAP: { owner: MAIL, worldReadable: ['CONF', 'TXT', 'TEMPLATE'] },
  TCPIP$SMTP: { owner: MAIL, worldReadable: ['CONF', 'TXT', 'DIS', 'COM', 'TEMPLATE'] },
};

const openDirectory: FileProtection = { system: 'RWE', owner: 'RWE', group: 'RE', world: 'RE' };
/**
 * Directories of users begin with this.
 * Deviation: on OpenVMS the group and the world have E; here every ordinary account is in one group, and nobody is to
 * read what another keeps until that one says so (SET SECURITY, SET FILE/PROTECTION).
 */
export const privateDirectory: FileProtection = { system: 'RWE', owner: 'RWE', group: '', world: '' };
const readable: FileProtection = { ...ordinaryProtection, world: 'RE' };
/** Databases: like SYSUAF.DAT. */
const closed: FileProtection = { system: 'RWED', owner: 'RWED', group: '', world: '' };

/** Keys and certificates of TLS, which a Linux program puts there. */
const privateTypes: readonly string[] = ['PEM', 'KEY'];

/** Of a directory that has no header; undefined: it is as the one above it. */
export function installedDirectory(
  place: FilePlace,
): { readonly owner: Uic; readonly protection: FileProtection } | undefined {
  const { isSystemDisk, directory } = place;
  const [first] = directory;
  if (first === undefined) return { owner: SYSTEM, protection: openDirectory };
  if (directory.length > 1) return undefined;
  const known = isSystemDisk ? installedAs(first) : undefined;
  if (known !== undefined) return { owner: known.owner, protection: openDirectory };
  return { owner: SYSTEM, protection: privateDirectory };
}

/** Of a file that has no header. */
export function installedFile(place: FilePlace): FileProtection {
  const { isSystemDisk, directory, fileName } = place;
  const known = isSystemDisk ? installedAs(directory.join('.')) : undefined;
  if (known === undefined) return ordinaryProtection;
  const type = fileName.slice(fileName.lastIndexOf('.') + 1);
  if (isDatabase(place) || privateTypes.includes(type)) return closed;
  const { worldReadable } = known;
  return worldReadable.includes('*') || worldReadable.includes(type) ? readable : ordinaryProtection;
}

const installedAs = (directory: string) =>
  Object.hasOwn(installed, directory) ? installed[directory] : undefined;

/** [SYSEXE] and its like: no user owns them because he logs in there. */
export const isInstalledDirectory = ({ isSystemDisk, directory }: FilePlace): boolean =>
  isSystemDisk && (directory.length === 0 || installedAs(directory[0]!) !== undefined);

/** Databases the node keeps open. Nobody writes them but the node. */
const databases = /^(QMAN\$MASTER|VMSMAIL|SYSUAF|INTRUSION|LNM\$SYSTEM|TCPIP\$\w+)\.DAT$/;
const volumeDatabase = 'INDEXF.SYS';
/** What lies beside them: nobody sees it. */
const internal = /^(.*\.DAT|INDEXF\.SYS)-(WAL|SHM|JOURNAL)$|^QUEUE_MANAGER\.SOCK|^JOB_CONTROL\.LOCK/;
/** Texts of messages, the queue's and the mail files': only BYPASS reads them, and nobody writes. */
const messageTexts = ['SYSEXE.MAIL$TEXT', 'TCPIP$SMTP.SPOOL'];

/** Directories the node works in: whoever moved one would take what lies in it out of the rules above. */
export const isNodeDirectory = ({ isSystemDisk, directory, fileName }: FilePlace): boolean =>
  isSystemDisk &&
  fileName.endsWith('.DIR') &&
  nodeDirectories.has([...directory, fileName.slice(0, -'.DIR'.length)].join('.'));

const nodeDirectories: ReadonlySet<string> = new Set([...Object.keys(installed), ...messageTexts]);

export function isDatabase({ isSystemDisk, directory, fileName }: FilePlace): boolean {
  if (!isSystemDisk) return false;
  if (directory.length === 0) return fileName === volumeDatabase;
  return directory.length === 1 && directory[0] === 'SYSEXE' && databases.test(fileName);
}

export const isInternal = ({ isSystemDisk, directory, fileName }: FilePlace): boolean =>
  isSystemDisk &&
  (directory.length === 0 || (directory.length === 1 && directory[0] === 'SYSEXE')) &&
  internal.test(fileName);

export const holdsMessageTexts = ({ isSystemDisk, directory }: FilePlace): boolean =>
  isSystemDisk && messageTexts.includes(directory.join('.'));
