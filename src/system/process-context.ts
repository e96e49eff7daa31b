/**
 * Makes a process: who runs, with which privileges, and the logical names every process begins with.
 * One for each session, batch job and network connection. Source: dcl.md §11.2, §22.
 */
import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { NodeInformation } from '../ports/node-information.ts';
import type { Terminal } from '../ports/session-io.ts';
import type { Account, SystemStore } from '../ports/system-store.ts';
import { quotaOf } from './account-quotas.ts';
import { physicalName } from './device-name.ts';
import { protectFiles } from './file-protection/protected-file-system.ts';
import { ordinaryProtection } from './file-protection/protection-code.ts';
import { isHostDevice } from './host-devices.ts';
import { createLogicalNames, type LogicalNamesOptions } from './logical-name-tables.ts';
import type { LogicalNames } from './logical-names.ts';
import { readLoginParameters } from './login-parameters.ts';
import { unknownNode } from './node-information.ts';
import { type ProcessContext, type ProcessMode, rightsOf } from './process.ts';

export interface ProcessContextOptions {
  readonly account: Account;
  readonly mode: ProcessMode;
  /** Without `::`. */
  readonly nodeName: string;
  readonly clock: Clock;
  /** Unprotected; the process gets what its user may touch. */
  readonly files: FileSystem;
  /** Holds the SYSTEM table of logical names; without one the process has a table of its own. */
  readonly systemStore?: SystemStore;
  readonly terminal?: Terminal;
  /** Default: the terminal's name, or the user name. At most 15 characters. */
  readonly processName?: string;
  /** 8 hex digits; default: one at random. */
  readonly pid?: string;
  /** What it can learn of its node; default nothing. */
  readonly node?: NodeInformation;
  /** Of a batch job: its entry number. */
  readonly entry?: number;
  /** SET PROCESS/NAME. */
  readonly onRenamed?: (process: ProcessContext) => void;
  /** JOB and GROUP tables that are shared, names of a parent process. */
  readonly names?: LogicalNamesOptions;
}

export async function createProcessContext(options: ProcessContextOptions): Promise<ProcessContext> {
  const { account, terminal, systemStore } = options;
  const logicalNames = createLogicalNames(systemStore, options.names);
  await logicalNames.refresh();
  if (logicalNames.lookup('SYS$SYSDEVICE', 'SYSTEM') === undefined) await defineSystemNames(logicalNames);
  const login = account.device + account.directory;
  await defineProcessNames(logicalNames, options, login);
  const privileges = new Set(account.defaultPrivileges);
  const ofLogin = terminal === undefined ? account.userName : physicalName(terminal.deviceName);
  let processName = (options.processName ?? ofLogin).slice(0, 15);
  const process = withFiles(options.files, {
    pid: options.pid ?? newPid(),
    get processName() {
      return processName;
    },
    set processName(name) {
      processName = name;
      options.onRenamed?.(process);
    },
    mode: options.mode,
    nodeName: options.nodeName,
    account,
    privileges,
    rights: rightsOf(account, options.mode),
    basePriority: quotaOf(account, 'PRIORITY'),
    logicalNames,
    defaultDirectory: login,
    fileProtection: ordinaryProtection,
    terminal,
    clock: options.clock,
    startedAt: options.clock.now(),
    node: options.node ?? unknownNode,
    ...(systemStore === undefined ? {} : { loginParameters: () => readLoginParameters(systemStore) }),
    ...(options.entry === undefined ? {} : { entry: options.entry }),
  });
  return process;
}

/** A process with the files its user may touch, by what it is at that moment. */
function withFiles(files: FileSystem, process: Omit<ProcessContext, 'files'>): ProcessContext {
  const protectedFiles = protectFiles(files, {
    uic: process.account.uic,
    privileges: process.privileges,
    defaultProtection: () => process.fileProtection,
  });
  return Object.assign(process, { files: protectedFiles });
}

/** A number among others, no secret. */
export const newPid = (): string =>
  (0x2020_0000 + Math.floor(Math.random() * 0x10_0000)).toString(16).toUpperCase();

/** A process that SPAWN or PIPE creates: it begins as a copy of its parent, and changes nothing there. dcl.md §15 */
export function createSubprocessContext(
  parent: ProcessContext,
  options: { readonly processName: string; readonly inheritsLogicalNames: boolean },
): ProcessContext {
  return withFiles(parent.files, {
    ...parent,
    pid: newPid(),
    processName: options.processName.slice(0, 15),
    privileges: new Set(parent.privileges),
    rights: new Map(parent.rights),
    logicalNames: parent.logicalNames.forSubprocess(options.inheritsLogicalNames),
    startedAt: parent.clock.now(),
    parent,
  });
}

/** Device of the system disk: the root of the node. */
const SYSTEM_DISK = 'DKA0:';

/** LNM$SYSTEM_TABLE of a node, as far as the sites' procedures count on it. */
const systemLogicalNameDefaults = (): Readonly<Record<string, string>> => ({
  SYS$SYSDEVICE: SYSTEM_DISK,
  SYS$SYSROOT: `${SYSTEM_DISK}[000000]`,
  SYS$COMMON: `${SYSTEM_DISK}[000000]`,
  SYS$SPECIFIC: `${SYSTEM_DISK}[000000]`,
  SYS$SYSTEM: `${SYSTEM_DISK}[SYSEXE]`,
  SYS$MANAGER: `${SYSTEM_DISK}[SYSMGR]`,
  SYS$LIBRARY: `${SYSTEM_DISK}[SYSLIB]`,
  SYS$SHARE: `${SYSTEM_DISK}[SYSLIB]`,
  SYS$HELP: `${SYSTEM_DISK}[SYSHLP]`,
  SYS$EXAMPLES: `${SYSTEM_DISK}[SYSHLP.EXAMPLES]`,
  SYS$STARTUP: `${SYSTEM_DISK}[SYS$STARTUP]`,
  SYS$SYLOGIN: 'SYS$MANAGER:SYLOGIN.COM',
  TCPIP$SYSTEM: `${SYSTEM_DISK}[SYSEXE]`,
  TCPIP$IMAP_HOME: `${SYSTEM_DISK}[TCPIP$IMAP]`,
  TCPIP$SMTP_COMMON: `${SYSTEM_DISK}[TCPIP$SMTP]`,
});

/**
 * The SYSTEM table as a node boots with it: what was defined before the boot is gone, the defaults are there. Devices of
 * the host stay, as disks stay connected.
 */
export async function resetSystemLogicalNames(systemStore: SystemStore): Promise<void> {
  for (const { name, values } of await systemStore.systemLogicalNames()) {
    if (!isHostDevice({ table: 'SYSTEM', values })) await systemStore.removeSystemLogicalName(name);
  }
  const logicalNames = createLogicalNames(systemStore);
  await logicalNames.refresh();
  await defineSystemNames(logicalNames);
  await defineInternetNames(logicalNames, (await systemStore.setting('HOST_NAME')) ?? '');
}

/** Host and domain, as procedures ask for them; UCX$… is what they were called before V5.0. tcpip-smtp.md §4 */
async function defineInternetNames(logicalNames: LogicalNames, hostName: string): Promise<void> {
  const [host = '', ...domain] = hostName.split('.');
  const names = { HOST: host, DOMAIN: domain.join('.') };
  for (const [name, value] of Object.entries(names)) {
    if (value === '') continue;
    for (const product of ['TCPIP', 'UCX'])
      await logicalNames.define(`${product}$INET_${name}`, [value], { table: 'SYSTEM', mode: 'EXECUTIVE' });
  }
}

async function defineSystemNames(logicalNames: LogicalNames): Promise<void> {
  for (const [name, value] of Object.entries(systemLogicalNameDefaults())) {
    if (logicalNames.lookup(name, 'SYSTEM') !== undefined) continue;
    await logicalNames.define(name, [value], { table: 'SYSTEM', mode: 'EXECUTIVE' });
  }
}

/** In EXECUTIVE mode, so that a user's own DEFINE stands in front of them and DEASSIGN brings them back. */
async function defineProcessNames(
  logicalNames: LogicalNames,
  { account, nodeName, terminal }: ProcessContextOptions,
  login: string,
): Promise<void> {
  const device = terminal === undefined ? '_NLA0:' : physicalName(terminal.deviceName);
  const inProcess = { table: 'PROCESS', mode: 'EXECUTIVE' } as const;
  for (const name of ['SYS$INPUT', 'SYS$OUTPUT', 'SYS$ERROR', 'SYS$COMMAND', 'TT']) {
    await logicalNames.define(name, [device], inProcess);
  }
  await logicalNames.define('SYS$DISK', [account.device], inProcess);
  await logicalNames.define('SYS$NODE', [`${nodeName}::`], inProcess);
  const inJob = { table: 'JOB', mode: 'EXECUTIVE' } as const;
  for (const name of ['SYS$LOGIN', 'SYS$SCRATCH']) await logicalNames.define(name, [login], inJob);
  await logicalNames.define('SYS$LOGIN_DEVICE', [account.device], inJob);
}
