/** The privileges of OpenVMS. Source: Guide to System Security, appendix A; SET PROCESS/PRIVILEGES. */
export const privilegeNames = [
  'ACNT',
  'ALLSPOOL',
  'ALTPRI',
  'AUDIT',
  'BUGCHK',
  'BYPASS',
  'CMEXEC',
  'CMKRNL',
  'DIAGNOSE',
  'DOWNGRADE',
  'EXQUOTA',
  'GROUP',
  'GRPNAM',
  'GRPPRV',
  'IMPERSONATE',
  'IMPORT',
  'LOG_IO',
  'MOUNT',
  'NETMBX',
  'OPER',
  'PFNMAP',
  'PHY_IO',
  'PRMCEB',
  'PRMGBL',
  'PRMMBX',
  'PSWAPM',
  'READALL',
  'SECURITY',
  'SETPRV',
  'SHARE',
  'SHMEM',
  'SYSGBL',
  'SYSLCK',
  'SYSNAM',
  'SYSPRV',
  'TMPMBX',
  'UPGRADE',
  'VOLPRO',
  'WORLD',
] as const;

export type PrivilegeName = (typeof privilegeNames)[number];

/** What every new account has. */
export const ordinaryPrivileges: readonly PrivilegeName[] = ['NETMBX', 'TMPMBX'];

/** SYSPRV or BYPASS: what TCPIP> and MAIL ask of those who touch what belongs to others. tcpip-smtp.md §2.7 */
export const mayManageSystem = (privileges: { has(name: string): boolean }): boolean =>
  privileges.has('SYSPRV') || privileges.has('BYPASS');
