/**
 * What a process may do with a file: the UIC of the process against the owner and the protection of the file, then the
 * privileges. Source: Guide to System Security, "How the system determines access" (UIC-based protection).
 */
import type { FileProtection, Uic } from '../../ports/file-header.ts';

/** Read, write, execute (for a directory: look up a name), delete. */
export type Access = 'R' | 'W' | 'E' | 'D';

export interface FileSubject {
  readonly uic: Uic;
  /** Live: SET PROCESS/PRIVILEGES counts at once. */
  readonly privileges: { has(name: string): boolean };
}

export interface ProtectedObject {
  readonly owner: Uic;
  readonly protection: FileProtection;
}

/** Groups up to MAXSYSGROUP are the system. */
const LARGEST_SYSTEM_GROUP = 0o10;
export const isSystemGroup = (group: number): boolean => group <= LARGEST_SYSTEM_GROUP;

/** A process belongs to every category it fits, and needs one that grants. */
export function mayAccess(subject: FileSubject, object: ProtectedObject, access: Access): boolean {
  const { protection } = object;
  // Who may execute or look up may do so by reading, too.
  const grants = (letters: string): boolean =>
    letters.includes(access) || (access === 'E' && letters.includes('R'));
  if (grants(protection.world)) return true;
  if (isOwner(subject, object) && grants(protection.owner)) return true;
  if (subject.uic.group === object.owner.group && grants(protection.group)) return true;
  if (isSystem(subject, object) && grants(protection.system)) return true;
  if (subject.privileges.has('BYPASS')) return true;
  return subject.privileges.has('READALL') && (access === 'R' || access === 'E');
}

/** May change owner-settable things: protection, dates, attributes. */
export const mayControl = (subject: FileSubject, object: ProtectedObject): boolean =>
  isOwner(subject, object) || isSystem(subject, object) || subject.privileges.has('BYPASS');

/** May give a file to somebody: SYSPRV and BYPASS to all, GRPPRV within the group. */
export function mayOwn(subject: FileSubject, owner: Uic): boolean {
  const { uic, privileges } = subject;
  if (uic.group === owner.group && (uic.member === owner.member || privileges.has('GRPPRV'))) return true;
  return uic.group <= LARGEST_SYSTEM_GROUP || privileges.has('SYSPRV') || privileges.has('BYPASS');
}

const isOwner = ({ uic }: FileSubject, { owner }: ProtectedObject): boolean =>
  uic.group === owner.group && uic.member === owner.member;

const isSystem = ({ uic, privileges }: FileSubject, { owner }: ProtectedObject): boolean =>
  uic.group <= LARGEST_SYSTEM_GROUP ||
  privileges.has('SYSPRV') ||
  (privileges.has('GRPPRV') && uic.group === owner.group);
