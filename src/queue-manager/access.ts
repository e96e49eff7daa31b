/** Who may do what: own entries, or OPER, SYSPRV, BYPASS. Source: queues.md §14; tcpip-smtp.md §2.5, §2.7. */
import { signal } from '../condition/index.ts';
import type { Caller } from '../ports/queue-manager.ts';
import { JBC } from './messages.ts';

const operatorPrivileges = new Set(['OPER', 'SYSPRV', 'BYPASS']);

export const isOperator = (caller: Caller): boolean =>
  caller.privileges.some((privilege) => operatorPrivileges.has(privilege.toUpperCase()));

export const mayChange = (caller: Caller, entry: { readonly userName: string }): boolean =>
  isOperator(caller) || caller.userName.toUpperCase() === entry.userName.toUpperCase();

/** Queues give others no R access (`W:S`). */
export const mayRead = mayChange;

export function checkOperator(caller: Caller): void {
  if (!isOperator(caller)) signal(JBC.NOPRIV);
}

/** ANALYZE MAIL: SYSNAM, SYSPRV or BYPASS. tcpip-smtp.md §2.6 */
export function checkManager({ privileges }: Caller): void {
  if (!privileges.some((each) => /^(SYSNAM|SYSPRV|BYPASS)$/i.test(each))) signal(JBC.NOPRIV);
}
