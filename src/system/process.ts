/**
 * A process as images and the interpreter see it: who runs, with which privileges, names and files. One process per
 * session, batch job or network connection; many live side by side in one Node process, so nothing here is global.
 */
import type { Clock } from '../ports/clock.ts';
import type { FileProtection } from '../ports/file-header.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { NodeInformation, NodeProcess } from '../ports/node-information.ts';
import type { Terminal } from '../ports/session-io.ts';
import type { Account } from '../ports/system-store.ts';
import type { LogicalNames } from './logical-names.ts';
import type { LoginParameters } from './login-parameters.ts';

export type ProcessMode = 'INTERACTIVE' | 'BATCH' | 'NETWORK' | 'OTHER';

export interface ProcessContext {
  /** 8 hex digits, as F$GETJPI PID prints it. */
  readonly pid: string;
  processName: string;
  readonly mode: ProcessMode;
  readonly nodeName: string;
  readonly account: Account;
  /** Upper-case names, SYSPRV OPER …; SET PROCESS/PRIVILEGES changes it. */
  readonly privileges: Set<string>;
  /** Rights identifiers with their attributes: his own, those he holds, how he came in. SET RIGHTS_LIST changes it. */
  readonly rights: Map<string, readonly string[]>;
  /** SET PROCESS/PRIORITY; kept and shown, the host schedules. */
  basePriority: number;
  readonly logicalNames: LogicalNames;
  readonly files: FileSystem;
  /** Default device and directory, `DKA0:[JONES]`: SET DEFAULT. */
  defaultDirectory: string;
  /** SET DEFAULT to a search list: what was said, and its places; the first is `defaultDirectory`. */
  defaultList?: { readonly name: string; readonly places: readonly string[] } | undefined;
  /** What new files get: SET PROTECTION/DEFAULT. */
  fileProtection: FileProtection;
  readonly terminal: Terminal | undefined;
  readonly clock: Clock;
  /** When the process was created. */
  readonly startedAt: number;
  /** Who else runs on the node, its accounts, the machine. */
  readonly node: NodeInformation;
  /** SYSGEN parameters of logins that are active; without it those of a default installation. */
  readonly loginParameters?: () => Promise<LoginParameters>;
  /** Entry number of the batch job it is. */
  readonly entry?: number;
  /** Of a batch job with a log. */
  outputLog?: OutputLog;
  /** Who created it by SPAWN or PIPE; undefined for the main process of a job. */
  readonly parent?: ProcessContext;
}

/** The log of a batch job: what has been said is written out at a rate, so that others can read along. queues.md §11 */
export interface OutputLog {
  readonly rateMs: number;
  /** SET OUTPUT_RATE=time. */
  setRate(rateMs: number): void;
  /** SET OUTPUT_RATE: now. */
  flush(): Promise<void>;
}

/** Identifiers a process begins with. */
export function rightsOf(
  { userName, identifiers = [] }: Pick<Account, 'userName' | 'identifiers'>,
  mode: ProcessMode,
): Map<string, readonly string[]> {
  const ways = mode === 'INTERACTIVE' ? ['INTERACTIVE', 'LOCAL'] : mode === 'OTHER' ? [] : [mode];
  return new Map([
    [userName, ['RESOURCE']],
    ...identifiers.map(({ name, attributes }) => [name, attributes] as const),
    ...ways.map((name) => [name, []] as const),
  ]);
}

/** The process as others see it. */
export const describeProcess = (process: ProcessContext): NodeProcess => ({
  pid: process.pid,
  processName: process.processName,
  userName: process.account.userName,
  uic: process.account.uic,
  mode: process.mode,
  imageName: '',
  terminal: process.terminal?.deviceName ?? '',
  startedAt: process.startedAt,
  ...(process.parent === undefined ? {} : { ownerPid: process.parent.pid }),
  masterPid: masterOf(process).pid,
  privileges: [...process.privileges],
  rights: [...process.rights.keys()],
  basePriority: process.basePriority,
  // Counting is asking the host: only for whoever wants to know.
  get usage() {
    return process.node.usage();
  },
});

/** The main process of its job. */
export const masterOf = (process: ProcessContext): ProcessContext =>
  process.parent === undefined ? process : masterOf(process.parent);

/** Full specification of `text`: defaults filled in, logical names translated (first element of a search list that exists). */
export type ResolveFile = (text: string, defaults?: string) => Promise<string>;
