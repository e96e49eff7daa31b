/**
 * What a process can learn of its node: who runs on it, who has an account, what machine it is. Every display and lexical
 * function asks here (F$GETJPI, F$PID, F$GETSYI, F$GETDVI, F$IDENTIFIER); nobody else keeps a list of processes.
 */
import type { Account, RightsIdentifier } from './system-store.ts';

/** One process of the node, as the others see it. */
export interface NodeProcess {
  /** 8 hex digits. */
  readonly pid: string;
  readonly processName: string;
  readonly userName: string;
  readonly uic: Account['uic'];
  readonly mode: 'INTERACTIVE' | 'BATCH' | 'NETWORK' | 'OTHER';
  /** File name of the image it runs, `TCPIP$SMTP_RECEIVER`; '' for a command interpreter at its prompt. */
  readonly imageName: string;
  /** `FTA12:`, '' without a terminal. */
  readonly terminal: string;
  readonly startedAt: number;
  /** The process that created it; undefined for the main process of a job. */
  readonly ownerPid?: string;
  /** The main process of its job. */
  readonly masterPid: string;
  /** Those it has now. */
  readonly privileges: readonly string[];
  /** Names of its rights identifiers. */
  readonly rights: readonly string[];
  readonly basePriority: number;
  readonly usage?: ProcessUsage;
}

/** What a process has used so far, as the host counts it. */
export interface ProcessUsage {
  readonly cpuMs: number;
  readonly bufferedIo: number;
  readonly directIo: number;
  readonly pageFaults: number;
  readonly workingSetBytes: number;
  readonly peakWorkingSetBytes: number;
  readonly virtualBytes: number;
}

export interface Machine {
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly pageBytes: number;
  readonly swapBytes: number;
  readonly freeSwapBytes: number;
  /** `x86_64`, `arm64`. */
  readonly architecture: string;
  /** Name of the hardware. */
  readonly model: string;
}

/** A disk: the root, or a device the system manager defined. */
export interface Disk {
  /** `DKA0:` */
  readonly device: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface NodeInformation {
  /** Every process the node knows, by pid. Where no node runs: none; the asking process is added by whoever asks. */
  processes(): Promise<readonly NodeProcess[]>;
  /** This process is there, or has changed. Forgotten when it is withdrawn or its connection to the node ends. */
  announce(process: NodeProcess): void;
  withdraw(pid: string): void;
  account(userName: string): Promise<Account | undefined>;
  accountOfUic(uic: Account['uic']): Promise<Account | undefined>;
  /** Of the rights database; users' own identifiers are their accounts. */
  identifier(name: string): Promise<RightsIdentifier | undefined>;
  identifierOfValue(value: number): Promise<RightsIdentifier | undefined>;
  /** When the node was started; where none runs, the machine. */
  bootedAt(): Promise<number>;
  machine(): Promise<Machine>;
  disks(): Promise<readonly Disk[]>;
  /** What the Node process of the caller has used. */
  usage(): ProcessUsage;
}
