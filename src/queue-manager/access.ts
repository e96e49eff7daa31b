/**
 * Who may do what with queues and jobs: by the access list and the protection of the queue, own jobs, OPER, SYSPRV, BYPASS.
 *
 *   R  see the jobs of others     S  submit     D  change and delete the jobs of others     M  all of it, and the queue itself
 *
 * Source: queues.md §14; tcpip-smtp.md §2.5, §2.7.
 */
import { signal } from '../condition/index.ts';
import type { Uic } from '../ports/file-header.ts';
import type { Caller, QueueProperties } from '../ports/queue-manager.ts';
import { JBC } from './messages.ts';

export type QueueAccess = 'R' | 'S' | 'D' | 'M';
export type Protected = Pick<QueueProperties, 'protection' | 'ownerUic' | 'acl'>;

/** What a queue has without a word, and those of mail always. queues.md §4.1 */
export const USUAL_PROTECTION = '(S:M,O:D,G:R,W:S)';
const usual: Protected = { protection: USUAL_PROTECTION };
/** SYSTEM's. */
const systemUic: Uic = { group: 1, member: 4 };
/** MAXSYSGROUP of SYSGEN. */
const LAST_SYSTEM_GROUP = 0o10;

const operatorPrivileges = new Set(['OPER', 'SYSPRV', 'BYPASS']);

export const isOperator = (caller: Caller): boolean =>
  caller.privileges.some((privilege) => operatorPrivileges.has(privilege.toUpperCase()));

/** What the caller may do with jobs of others, and with the queue. M includes everything. */
export function accessTo(queue: Protected | undefined, caller: Caller): ReadonlySet<QueueAccess> {
  if (isOperator(caller)) return everything;
  const { protection, ownerUic = systemUic, acl = [] } = queue ?? usual;
  const access = new Set<QueueAccess>();
  const ace = acl.find(({ identifiers }) => identifiers.every((each) => holds(caller, each)));
  for (const letter of ace?.access ?? '') access.add(letter as QueueAccess);
  // What the list refuses, group and world give no more; system and owner still do.
  const classes = classesOf(caller, ownerUic).filter((who) => ace === undefined || /[SO]/.test(who));
  for (const who of classes) for (const letter of lettersOf(protection, who)) access.add(letter);
  return access.has('M') ? everything : access;
}
const everything: ReadonlySet<QueueAccess> = new Set(['R', 'S', 'D', 'M']);

const holds = ({ rights = [] }: Caller, identifier: string): boolean =>
  identifier === '*' || rights.includes(identifier);

type Class = 'S' | 'O' | 'G' | 'W';

function classesOf({ uic }: Caller, owner: Uic): readonly Class[] {
  if (uic === undefined) return ['W'];
  const isOwner = uic.group === owner.group && uic.member === owner.member;
  return [
    ...(uic.group <= LAST_SYSTEM_GROUP ? (['S'] as const) : []),
    ...(isOwner ? (['O'] as const) : []),
    ...(uic.group === owner.group ? (['G'] as const) : []),
    'W',
  ];
}

/** Of `(S:M,O:D,G:R,W:S)`. */
const lettersOf = (protection: string, who: Class): QueueAccess[] =>
  [...(new RegExp(`\\b${who}:([RSDM]*)`).exec(protection)?.[1] ?? '')] as QueueAccess[];

interface Owned {
  readonly userName: string;
}

const isOwn = (caller: Caller, { userName }: Owned): boolean =>
  caller.userName.toUpperCase() === userName.toUpperCase();

/** @param queue  the queue it stands in; undefined: one of mail */
export const mayChange = (caller: Caller, entry: Owned, queue?: Protected): boolean =>
  isOwn(caller, entry) || accessTo(queue, caller).has('D');

export const mayRead = (caller: Caller, entry: Owned, queue?: Protected): boolean =>
  isOwn(caller, entry) || accessTo(queue, caller).has('R') || accessTo(queue, caller).has('D');

export function checkOperator(caller: Caller): void {
  if (!isOperator(caller)) signal(JBC.NOPRIV);
}

/** M of the queue. */
export function checkManage(caller: Caller, queue: Protected | undefined): void {
  if (!accessTo(queue, caller).has('M')) signal(JBC.NOPRIV);
}

/** ANALYZE MAIL: SYSNAM, SYSPRV or BYPASS. tcpip-smtp.md §2.6 */
export function checkManager({ privileges }: Caller): void {
  if (!privileges.some((each) => /^(SYSNAM|SYSPRV|BYPASS)$/i.test(each))) signal(JBC.NOPRIV);
}
