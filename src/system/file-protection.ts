/**
 * Which files a process may touch. Every door of a process to files goes through it: DCL's verbs, lexical functions,
 * /OUTPUT, images. What belongs to the system's parts themselves (they have the files unprotected) is not decided here.
 *
 * Own directory and below: everything. SYSPRV and BYPASS: everything that is nobody's open database; READALL reads it.
 * Everybody else reads the system's procedures, help and lists, and no more.
 * Deviation: files carry no protection of their own; what is here stands for the protection OpenVMS installs files with
 * (S:RWED,O:RWED,G:RE,W for users' files, W:RE for the system's procedures), without the rights of the group.
 * Source: Guide to System Security, ch. 4; DESIGN §1: nobody reads another user's mail, by any route.
 */
import { Condition, condition, isCondition, RMS, SYSTEM, signal } from '../condition/index.ts';
import { directoryComponents, parseFileSpecification, unescapedName } from '../file-specification/index.ts';
import type { FileEntry, FileSystem } from '../ports/file-system.ts';
import type { Account } from '../ports/system-store.ts';

export interface FileSubject {
  readonly account: Pick<Account, 'device' | 'directory'>;
  /** Live: SET PROCESS/PRIVILEGES counts at once. */
  readonly privileges: { has(name: string): boolean };
}

/** Types of files W:RE, by directory. `*`: all of them. */
const worldReadable: Readonly<Record<string, readonly string[]>> = {
  SYSEXE: ['.COM', '.CLD', '.EXE', '.HLB'],
  SYSMGR: ['.COM', '.TXT', '.TEMPLATE'],
  SYS$STARTUP: ['.COM'],
  SYSHLP: ['*'],
  SYSLIB: ['*'],
  TCPIP$SMTP: ['.CONF', '.TXT', '.DIS', '.COM', '.TEMPLATE'],
};

/** Databases the node keeps open, and what lies beside them. */
const SYSTEM_DIRECTORY = 'SYSEXE';
const database = /^(QMAN\$MASTER|VMSMAIL|SYSUAF|LNM\$SYSTEM|TCPIP\$\w+)\.DAT$/;
const internal = /\.DAT-(WAL|SHM|JOURNAL)$|^QUEUE_MANAGER\.SOCK/;
/** Texts of messages: the queue's and the mail files'. */
const messageTexts = ['SYSEXE.MAIL$TEXT', 'TCPIP$SMTP.SPOOL'];

const SYSTEM_DISK = /^_?(DKA0|SYS\$SYSDEVICE|SYS\$DISK)?:?$/;

type Access = 'read' | 'write' | 'list';

/** Where a specification points to, as the host will take it: escapes removed, upper case. */
interface Target {
  readonly isSystemDisk: boolean;
  /** undefined: relative or not understood; the file system refuses it. */
  readonly directory: readonly string[] | undefined;
  readonly fileName: string;
  readonly type: string;
}

export function protectFiles(files: FileSystem, subject: FileSubject): FileSystem {
  const home = targetOf(subject.account.device + subject.account.directory).directory ?? [];
  const check = (specification: string, access: Access): void => {
    const target = targetOf(specification);
    if (isInternal(target)) signal(RMS.FNF);
    if (!mayAccess(target, access, home, subject.privileges)) signal(RMS.PRV);
    if (access === 'write' && isOpenDatabase(target)) signal(RMS.FLK);
  };
  const checked = <T>(specification: string, access: Access, work: () => Promise<T>): Promise<T> =>
    isNullDevice(specification) ? work() : checkExisting(specification, access).then(work);
  /** Where there is no such directory there is nothing to protect. */
  const checkExisting = async (specification: string, access: Access): Promise<void> => {
    try {
      check(specification, access);
    } catch (error) {
      const isMissing =
        isCondition(error) && error.value === RMS.PRV.value && !(await files.directoryExists(specification));
      throw isMissing ? new Condition(RMS.DNF, [], { secondary: [condition(SYSTEM.NOSUCHFILE)] }) : error;
    }
  };
  const isListed = ({ specification }: FileEntry): boolean => {
    const target = targetOf(specification);
    return !isInternal(target) && mayAccess(target, 'list', home, subject.privileges);
  };
  return {
    lookup: (text) => checked(text, 'read', () => files.lookup(text)),
    async search(text) {
      const found = await files.search(text);
      const listed = found.filter(isListed);
      // A directory that was named and may not be read is refused; one that a wildcard met is passed over.
      if (listed.length === 0 && found.length > 0 && !/\*|%|\.\.\./.test(directoryPart(text)))
        check(text, 'list');
      return listed;
    },
    openRead: (text) => checked(text, 'read', () => files.openRead(text)),
    create: (text) => checked(text, 'write', () => files.create(text)),
    openAppend: (text) => checked(text, 'write', () => files.openAppend(text)),
    remove: (text) => checked(text, 'write', () => files.remove(text)),
    rename: (from, to) => checked(from, 'write', () => checked(to, 'write', () => files.rename(from, to))),
    async createDirectory(text) {
      check(text, 'write');
      return files.createDirectory(text);
    },
    directoryExists: (text) => files.directoryExists(text),
    hostPathForCreate: (text) => checked(text, 'write', () => files.hostPathForCreate(text)),
  };
}

function mayAccess(
  target: Target,
  access: Access,
  home: readonly string[],
  privileges: FileSubject['privileges'],
): boolean {
  if (!target.isSystemDisk || target.directory === undefined) return true;
  const path = target.directory.join('.');
  if (messageTexts.includes(path)) return access !== 'write' && privileges.has('BYPASS');
  if (privileges.has('SYSPRV') || privileges.has('BYPASS')) return true;
  if (isWithin(target.directory, home)) return true;
  if (access === 'write') return false;
  if (privileges.has('READALL')) return true;
  if (target.directory.length > 1) return false;
  const types = path === '' ? [] : Object.hasOwn(worldReadable, path) ? worldReadable[path] : undefined;
  if (types === undefined || access === 'list') return types !== undefined;
  return types.includes('*') || types.includes(target.type) || target.type === '.DIR';
}

/** [000000] is nobody's own directory. */
const isWithin = (directory: readonly string[], home: readonly string[]): boolean =>
  home.length > 0 && home.every((component, index) => directory[index] === component);

const isInSystemDirectory = ({ isSystemDisk, directory }: Target): boolean =>
  isSystemDisk && directory?.length === 1 && directory[0] === SYSTEM_DIRECTORY;

const isInternal = (target: Target): boolean => isInSystemDirectory(target) && internal.test(target.fileName);
const isOpenDatabase = (target: Target): boolean =>
  isInSystemDirectory(target) && database.test(target.fileName);

function targetOf(specification: string): Target {
  const { device, directory, name, type } = parseFileSpecification(specification);
  const components = directory === '' ? [] : directoryComponents(directory);
  const isAbsolute = components?.every((each) => each !== '' && each !== '-') ?? false;
  return {
    isSystemDisk: SYSTEM_DISK.test(device),
    directory: isAbsolute ? components!.map((each) => unescapedName(each).toUpperCase()) : undefined,
    fileName: unescapedName(name + (type === '.' ? '' : type)).toUpperCase(),
    type: unescapedName(type).toUpperCase(),
  };
}

const directoryPart = (specification: string): string => parseFileSpecification(specification).directory;
const isNullDevice = (specification: string): boolean => /^_?NL(A0)?:/i.test(specification.trim());
