/** SHOW and LIST of AUTHORIZE: the brief table and the full record. Source: System Management Utilities Reference, AUTHORIZE. */
import type { Account, RightsIdentifier } from '../../ports/system-store.ts';
import { accountFlagText } from '../../system/account-flags.ts';
import { type QuotaName, quotaOf } from '../../system/account-quotas.ts';
import { uicText } from '../../system/accounts.ts';
import { identifierValueText } from '../../system/rights-identifiers.ts';
import { formatDelta, formatTime } from '../../vms-time/index.ts';
import { accessLines } from './access-hours.ts';

export const accountHeading =
  '       Owner         Username           UIC       Account  Privs Pri Directory';

/** Owner at 0, user name at 21, UIC at 34, account at 50, privileges at 59, directory at 69. */
export function accountLine(account: Account): string {
  return [
    account.owner.slice(0, 20).padEnd(21),
    account.userName.padEnd(12),
    ` ${uicText(account.uic).padEnd(15)} `,
    (account.accountName ?? '').padEnd(9),
    privilegeClass(account).padEnd(6),
    String(quotaOf(account, 'PRIORITY')).padStart(3),
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

/** @param identifiers  the rights database, by name */
export const accountFullLines = (
  account: Account,
  identifiers: ReadonlyMap<string, RightsIdentifier>,
): readonly string[] => [
  '',
  `Username: ${account.userName.padEnd(32)} Owner:  ${account.owner}`,
  `Account:  ${(account.accountName ?? '').padEnd(32)} UIC:    ${uicText(account.uic)} ([${account.userName}])`,
  `CLI:      ${(account.cli ?? 'DCL').padEnd(32)} Tables: ${account.commandTables ?? 'DCLTABLES'}`,
  `Default:  ${account.device}${account.directory}`,
  `LGICMD:   ${account.loginCommand}`,
  `Flags:  ${accountFlagText(account.flags)}`.trimEnd(),
  ...accessLines(account),
  ...passwordLines(account),
  ...quotaLines(account),
  'Authorized Privileges: ',
  ...privilegeLines(account.privileges),
  'Default Privileges: ',
  ...privilegeLines(account.defaultPrivileges),
  ...heldLines(account, identifiers),
];

const NONE = '(none)';

function passwordLines(account: Account): readonly string[] {
  const { passwordLifetimeMs, passwordMinimum = 6, loginFailures = 0 } = account;
  const lifetime = passwordLifetimeMs === undefined ? NONE : formatDelta(passwordLifetimeMs).slice(0, 10);
  const changed = account.flags.includes('PWD_EXPIRED') ? '(pre-expired)' : minute(account.passwordChangedAt);
  return [
    `Expiration:${minute(account.expiration).padStart(18)}    Pwdminimum:${right(passwordMinimum, 3)}   Login Fails:${right(loginFailures, 6)}`,
    // Deviation: whether there is a password at all is told; without one nobody logs in.
    `Pwdlifetime:${lifetime.trim().padStart(17)}    Pwdchange:${(account.passwordHash === '' ? '(no password)' : changed).padStart(19)} `,
    `Last Login:${minute(account.lastInteractive).padStart(18)} (interactive),${minute(account.lastNonInteractive).padStart(18)} (non-interactive)`,
  ];
}

const minute = (instant: number | undefined): string =>
  instant === undefined ? NONE : formatTime(instant).slice(0, 17);
const right = (value: number, width: number): string => String(value).padStart(width);

/** Three columns; CPU is a time. */
const limits: readonly (readonly [QuotaName | 'CPU', string])[] = [
  ...([
    ['MAXJOBS', 'Maxjobs'],
    ['FILLM', 'Fillm'],
    ['BYTLM', 'Bytlm'],
  ] as const),
  ...([
    ['MAXACCTJOBS', 'Maxacctjobs'],
    ['SHRFILLM', 'Shrfillm'],
    ['PBYTLM', 'Pbytlm'],
  ] as const),
  ...([
    ['MAXDETACH', 'Maxdetach'],
    ['BIOLM', 'BIOlm'],
    ['JTQUOTA', 'JTquota'],
  ] as const),
  ...([
    ['PRCLM', 'Prclm'],
    ['DIOLM', 'DIOlm'],
    ['WSDEFAULT', 'WSdef'],
  ] as const),
  ...([
    ['PRIORITY', 'Prio'],
    ['ASTLM', 'ASTlm'],
    ['WSQUOTA', 'WSquo'],
  ] as const),
  ...([
    ['QUEPRIO', 'Queprio'],
    ['TQELM', 'TQElm'],
    ['WSEXTENT', 'WSextent'],
  ] as const),
  ...([
    ['CPU', 'CPU'],
    ['ENQLM', 'Enqlm'],
    ['PGFLQUOTA', 'Pgflquo'],
  ] as const),
];
/** Columns of label and value together. */
const widths = [18, 16, 19];

function quotaLines(account: Account): readonly string[] {
  const cells = limits.map(([name, label], index) => {
    const value =
      name === 'CPU'
        ? account.cpuLimitMs === undefined
          ? NONE
          : formatDelta(account.cpuLimitMs).trim()
        : String(quotaOf(account, name));
    return `${label}:${value.padStart(widths[index % 3]! - label.length - 1)}`;
  });
  const rows = Array.from({ length: cells.length / 3 }, (_, row) =>
    cells.slice(row * 3, row * 3 + 3).join('  '),
  );
  // Ours: where it is that of everybody nothing is said of it.
  const mail = quotaOf(account, 'MAILQUOTA');
  return mail === 0 ? rows : [...rows, `Mailquota:${right(mail, widths[0]! - 'Mailquota:'.length)}`];
}

/** Names in columns of 13, two blanks in. */
function privilegeLines(names: readonly string[]): readonly string[] {
  const sorted = [...names].sort();
  return Array.from({ length: Math.ceil(sorted.length / 6) }, (_, row) => {
    const cells = sorted.slice(row * 6, row * 6 + 6).map((name) => name.padEnd(12));
    return `  ${cells.join(' ')}`.trimEnd();
  });
}

/** Those held, without the user's own. */
function heldLines(
  { identifiers: held = [] }: Account,
  identifiers: ReadonlyMap<string, RightsIdentifier>,
): readonly string[] {
  if (held.length === 0) return [];
  return [
    'Identifier                         Value           Attributes',
    ...held.map(({ name, attributes }) => {
      const value = identifierValueText(identifiers.get(name)?.value ?? 0);
      return `  ${name.padEnd(33)}${value.padEnd(16)}${attributes.join(' ')}`.trimEnd();
    }),
  ];
}
