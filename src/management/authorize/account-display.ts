/** SHOW and LIST of AUTHORIZE: the brief table and the full record. Source: System Management Utilities Reference, AUTHORIZE. */
import type { Account } from '../../ports/system-store.ts';
import { uicText } from '../../system/accounts.ts';
import { formatTime } from '../../vms-time/index.ts';

export const accountHeading =
  '       Owner         Username           UIC       Account  Privs Pri Directory';

/** Owner at 0, user name at 21, UIC at 34, account at 50, privileges at 59, directory at 69. */
export function accountLine(account: Account): string {
  return [
    account.owner.slice(0, 20).padEnd(21),
    account.userName.padEnd(12),
    ` ${uicText(account.uic).padEnd(15)} `,
    ''.padEnd(9),
    privilegeClass(account).padEnd(6),
    '4'.padStart(3),
    ` ${account.flags.includes('DISUSER') ? 'Disuser' : account.device + account.directory}`,
  ].join('');
}

/** The word of the brief table: how much the strongest privilege allows. */
function privilegeClass({ privileges }: Account): string {
  const has = (...names: readonly string[]): boolean => names.some((name) => privileges.includes(name));
  if (has('BYPASS', 'CMKRNL', 'SYSPRV', 'SETPRV', 'CMEXEC', 'SYSNAM', 'READALL', 'SECURITY')) return 'All';
  if (has('VOLPRO', 'SYSGBL', 'OPER', 'ALTPRI', 'WORLD')) return 'System';
  if (has('GROUP', 'GRPPRV')) return 'Group';
  return 'Normal';
}

export function accountFullLines(account: Account): string[] {
  const login = (instant: number | undefined): string =>
    instant === undefined ? '            (none)' : formatTime(instant).replace(/:\d\d\.\d\d$/, '');
  return [
    '',
    `Username: ${account.userName.padEnd(32)} Owner:  ${account.owner}`,
    `Account:  ${''.padEnd(32)} UIC:    ${uicText(account.uic)} (${uicName(account)})`,
    `CLI:      ${'DCL'.padEnd(32)} Tables: DCLTABLES`,
    `Default:  ${account.device}${account.directory}`,
    `LGICMD:   ${account.loginCommand}`,
    `Flags:  ${account.flags.map(flagWord).join(' ')}`.trimEnd(),
    `Pwd ${account.passwordHash === '' ? 'none, no login by password' : 'set'}`,
    `Last Login: ${login(account.lastInteractive)} (interactive), ${login(account.lastNonInteractive)} (non-interactive)`,
    'Authorized Privileges: ',
    ...privilegeLines(account.privileges),
    'Default Privileges: ',
    ...privilegeLines(account.defaultPrivileges),
  ];
}

const uicName = ({ userName }: Account): string => `[${userName}]`;
const flagWord = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase();

/** Names in columns of 13, two blanks in. */
function privilegeLines(names: readonly string[]): string[] {
  const sorted = [...names].sort();
  const lines: string[] = [];
  for (let index = 0; index < sorted.length; index += 6) {
    const row = sorted.slice(index, index + 6).map((name) => name.padEnd(12));
    lines.push(`  ${row.join(' ')}`.trimEnd());
  }
  return lines;
}
