/** Which mail SHOW MAIL, SEND MAIL and REMOVE MAIL are about. Source: tcpip-smtp.md §2.4. */
import type { ParsedCommand } from '../command-definition/index.ts';
import type { EntryFilter } from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { mayManageSystem } from '../system/privileges.ts';
import { noPrivilege } from './deps.ts';
import { TCPIP } from './messages.ts';

export const userParameter = [{ label: 'USER_NAME', prompt: 'User' }] as const;
export const entryOption = {
  negatable: false,
  value: { type: '$NUMBER', required: true, list: true },
  summary: 'queue entries',
} as const;

export const destinationOption = {
  negatable: false,
  value: { required: true },
  summary: 'mail for this domain; * and % are allowed (ours)',
} as const;

/** Whose mail: of the named user, of everybody with `*`, of the entries named, one's own, or with privilege the whole queue. */
export function filterOf(command: ParsedCommand, { process }: VerbContext): EntryFilter {
  const own = process.account.userName;
  const isPrivileged = mayManageSystem(process.privileges);
  const user = command.value('USER_NAME')?.toUpperCase();
  if (user !== undefined && user !== own && !isPrivileged) throw noPrivilege(TCPIP.MAILERROR);
  const entries = command.values('ENTRY').map(Number);
  const destination = command.value('DESTINATION');
  return {
    kind: 'mail',
    ...(destination === undefined ? {} : { destination }),
    ...(entries.length === 0 ? {} : { entries }),
    ...(isPrivileged && (user === undefined || user === '*') ? {} : { userName: user ?? own }),
  };
}
