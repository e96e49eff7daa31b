/** The items of F$GETJPI. Source: dcl.md §16.4; DCL Dictionary, F$GETJPI. */
import type { Account } from '../../ports/system-store.ts';
import { type QuotaName, quotaOf } from '../../system/account-quotas.ts';
import { formatTime } from '../../vms-time/index.ts';
import { truth } from './arguments.ts';
import type { LexicalContext } from './lexical-function.ts';
import { SYSTEM_VERSION } from './system-version.ts';
import { type SeenProcess, stateOf } from './visible-processes.ts';

/** Whom an item is asked of. */
export interface ProcessSubject extends SeenProcess {
  readonly nodeName: string;
  /** `LEF` */
  readonly state: string;
  /** Of the process's user; undefined where he has no account. */
  readonly account: Account | undefined;
  /** Processes that were created by it, directly. */
  readonly children: number;
  /** Processes of its job, without the main one. */
  readonly jobChildren: number;
}

export function processSubject(
  seen: SeenProcess,
  account: Account | undefined,
  context: LexicalContext,
): ProcessSubject {
  const { process, job } = context;
  const members = seen.own === undefined ? [] : job.processes;
  return {
    ...seen,
    nodeName: process.nodeName,
    state: stateOf(seen.process, context),
    account,
    children: members.filter(({ parent }) => parent?.pid === seen.process.pid).length,
    jobChildren: Math.max(0, members.length - 1),
  };
}

type Item = (subject: ProcessSubject) => string | number;

const PAGELET = 512;
const pagelets = (bytes: number | undefined): number => Math.ceil((bytes ?? 0) / PAGELET) | 0;

const list = (privileges: readonly string[]): string => [...privileges].sort().join(',');

/** Limits, and what is left of them: nothing here is short of memory or channels, so that is all of it. */
const quotas: Readonly<Record<string, QuotaName>> = {
  ...({
    ASTLM: 'ASTLM',
    BIOLM: 'BIOLM',
    BYTLM: 'BYTLM',
    DIOLM: 'DIOLM',
    ENQLM: 'ENQLM',
    FILLM: 'FILLM',
  } as const),
  ...({
    PGFLQUOTA: 'PGFLQUOTA',
    PRCLM: 'PRCLM',
    TQLM: 'TQELM',
    SHRFILLM: 'SHRFILLM',
    MAXJOBS: 'MAXJOBS',
  } as const),
  ...({ MAXDETACH: 'MAXDETACH', WSAUTH: 'WSQUOTA', WSAUTHEXT: 'WSEXTENT', WSEXTENT: 'WSEXTENT' } as const),
  ...({
    WSQUOTA: 'WSQUOTA',
    DFWSCNT: 'WSDEFAULT',
    AUTHPRI: 'PRIORITY',
  } as const),
  ...({
    ASTCNT: 'ASTLM',
    BIOCNT: 'BIOLM',
    BYTCNT: 'BYTLM',
    DIOCNT: 'DIOLM',
    ENQCNT: 'ENQLM',
    FILCNT: 'FILLM',
  } as const),
  ...({ PAGFILCNT: 'PGFLQUOTA', TQCNT: 'TQELM' } as const),
};

const jobTypes = { OTHER: 0, NETWORK: 1, BATCH: 2, INTERACTIVE: 3 } as const;
/** Bits of STS. */
const STS_BATCH = 0x4000;
const STS_NETWORK = 0x20_0000;
const STS_INTERACTIVE = 0x8_0000;
const stsOf = { OTHER: 0, NETWORK: STS_NETWORK, BATCH: STS_BATCH, INTERACTIVE: STS_INTERACTIVE } as const;

const identity: Readonly<Record<string, Item>> = {
  ACCOUNT: ({ account }) => (account?.accountName ?? '').padEnd(8),
  GRP: ({ process }) => process.uic.group,
  MEM: ({ process }) => process.uic.member,
  UIC: ({ process }) => `[${process.userName}]`,
  // Padded: procedures wrap it in F$EDIT(…,"TRIM"). dcl.md §16.4
  USERNAME: ({ process }) => process.userName.padEnd(12),
  PID: ({ process }) => process.pid,
  PRCNAM: ({ process }) => process.processName,
  PROC_INDEX: ({ process }) => Number.parseInt(process.pid, 16) & 0xffff,
  SOURCE_EPID: ({ process }) => process.ownerPid ?? '',
  MASTER_PID: ({ process }) => process.masterPid,
  OWNER: ({ process }) => process.ownerPid ?? '',
  NODENAME: ({ nodeName }) => nodeName,
  NODE_CSID: () => '00000000',
  NODE_VERSION: () => SYSTEM_VERSION.padEnd(8),
  SITESPEC: () => 0,
};

const activity: Readonly<Record<string, Item>> = {
  CLINAME: ({ process, account }) => (process.imageName === '' ? (account?.cli ?? 'DCL') : ''),
  TABLENAME: ({ process, account }) =>
    process.imageName === '' ? (account?.commandTables ?? 'DCLTABLES') : '',
  IMAGNAME: ({ process }) => process.imageName,
  JOBTYPE: ({ process }) => jobTypes[process.mode],
  MODE: ({ process }) => process.mode,
  LOGINTIM: ({ process }) => formatTime(process.startedAt),
  TERMINAL: ({ process }) => process.terminal,
  TT_PHYDEVNAM: ({ process }) => process.terminal,
  TT_ACCPORNAM: () => '',
  PRCCNT: ({ children }) => children,
  JOBPRCCNT: ({ jobChildren }) => jobChildren,
  STATE: ({ state }) => state,
  PRI: ({ process }) => process.basePriority,
  PRIB: ({ process }) => process.basePriority,
  STS: ({ process }) => stsOf[process.mode],
  STS2: () => 0,
  LAST_LOGIN_I: ({ account }) => instant(account?.lastInteractive),
  LAST_LOGIN_N: ({ account }) => instant(account?.lastNonInteractive),
  LOGIN_FAILURES: ({ account }) => account?.loginFailures ?? 0,
  LOGIN_FLAGS: () => 0,
  PARSE_STYLE_PERM: () => 'TRADITIONAL',
  PARSE_STYLE_IMAGE: () => 'TRADITIONAL',
  CASE_LOOKUP_PERM: () => 'BLIND',
  CASE_LOOKUP_TEMP: () => 'BLIND',
  MULTITHREAD: () => 0,
  KT_COUNT: () => 1,
  SCHED_CLASS_NAME: () => '',
  FAST_VP_SWITCH: () => 0,
  SLOW_VP_SWITCH: () => 0,
  VP_CONSUMER: () => truth(false),
  CPU_ID: () => 0,
};

const rights: Readonly<Record<string, Item>> = {
  AUTHPRIV: ({ account }) => list(account?.privileges ?? []),
  CURPRIV: ({ process }) => list(process.privileges),
  PROCPRIV: ({ process }) => list(process.privileges),
  IMAGPRIV: () => '',
  IMAGE_AUTHPRIV: () => '',
  IMAGE_PERMPRIV: () => '',
  IMAGE_WORKPRIV: () => '',
  UAF_FLAGS: ({ account }) => (account?.flags ?? []).join(','),
  CREPRC_FLAGS: () => 0,
  RIGHTSLIST: (subject) => [...subject.process.rights, systemRights(subject)].join(','),
  PROCESS_RIGHTS: ({ process }) => process.rights.join(','),
  SYSTEM_RIGHTS: (subject) => systemRights(subject),
  IMAGE_RIGHTS: () => '',
  SUBSYSTEM_RIGHTS: () => '',
  RIGHTS_SIZE: ({ process }) => (process.rights.length + 1) * 8,
};

const usage: Readonly<Record<string, Item>> = {
  CPUTIM: ({ process }) => Math.floor((process.usage?.cpuMs ?? 0) / 10) | 0,
  VP_CPUTIM: () => 0,
  CPULIM: ({ account }) => Math.floor((account?.cpuLimitMs ?? 0) / 10),
  BUFIO: ({ process }) => (process.usage?.bufferedIo ?? 0) | 0,
  DIRIO: ({ process }) => (process.usage?.directIo ?? 0) | 0,
  PAGEFLTS: ({ process }) => (process.usage?.pageFaults ?? 0) | 0,
  WSSIZE: ({ process }) => pagelets(process.usage?.workingSetBytes),
  PPGCNT: ({ process }) => pagelets(process.usage?.workingSetBytes),
  GPGCNT: () => 0,
  WSPEAK: ({ process }) => pagelets(process.usage?.peakWorkingSetBytes),
  VIRTPEAK: ({ process }) => pagelets(process.usage?.virtualBytes),
  DFPFC: () => 64,
  APTCNT: () => 0,
  ASTACT: () => 0,
  ASTEN: () => 0,
  EFCS: () => 0,
  EFCU: () => 0,
  EFWM: () => 0,
  EXCVEC: () => 0,
  FINALEXC: () => 0,
  FREP0VA: () => '',
  FREP1VA: () => '',
  FREPTECNT: () => 0,
  MSGMASK: () => 15,
  PAGFILLOC: () => '',
  SWPFILLOC: () => '',
  PHDFLAGS: () => 0,
  TMBU: () => 0,
  VOLUMES: () => 0,
};

const systemRights = ({ nodeName }: ProcessSubject): string => `SYS$NODE_${nodeName}`;

const instant = (at: number | undefined): string => (at === undefined ? '' : formatTime(at));

export const processItems: Readonly<Record<string, Item>> = {
  ...Object.fromEntries(
    Object.entries(quotas).map(([name, quota]): [string, Item] => [
      name,
      ({ account }) => quotaOf(account ?? {}, quota),
    ]),
  ),
  ...identity,
  ...activity,
  ...rights,
  ...usage,
};
