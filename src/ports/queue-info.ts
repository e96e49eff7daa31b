/** A queue: what kinds there are, what operators give it, and how it is shown. Source: queues.md §1, §2.1, §4.1, §8.1. */
import type { SeparationPages } from './batch.ts';
import type { Uic } from './file-header.ts';

/** What system/queue-kinds.ts says of each. */
export type QueueKind =
  | 'genericServer'
  | 'server'
  | 'batch'
  | 'genericBatch'
  | 'printer'
  | 'genericPrinter'
  | 'terminal'
  | 'genericTerminal';

/** /DEFAULT of an output queue. */
export interface OutputDefaults {
  readonly form?: string | undefined;
  readonly feed?: boolean | undefined;
  readonly passAll?: boolean | undefined;
  readonly burst?: SeparationPages | undefined;
  readonly flag?: SeparationPages | undefined;
  readonly trailer?: SeparationPages | undefined;
}

/** An entry of an access list: who holds all of the identifiers has this access, and no other by the list. */
export interface QueueAce {
  /** Upper case; `*`: everybody. A user is meant by his name. */
  readonly identifiers: readonly string[];
  /** Letters of R, S, M, D; '': ACCESS=NONE. */
  readonly access: string;
}

/** What INITIALIZE/QUEUE and SET QUEUE give a queue of jobs: batch or output. */
export interface QueueProperties {
  readonly jobLimit: number;
  readonly basePriority: number;
  readonly retain: 'all' | 'error' | 'none';
  /** /CPUDEFAULT, of jobs without /CPUTIME, and /CPUMAXIMUM, of all: milliseconds; undefined: no limit. */
  readonly cpuDefaultMs?: number | undefined;
  readonly cpuMaximumMs?: number | undefined;
  readonly description: string;
  /** Without brackets. */
  readonly owner: string;
  /** `(S:M,O:D,G:R,W:S)` */
  readonly protection: string;
  /** SET SECURITY/ACL; the first entry that is about the caller counts. */
  readonly acl?: readonly QueueAce[] | undefined;
  /** Of `owner`; undefined: SYSTEM's. */
  readonly ownerUic?: Uic | undefined;
  /** /GENERIC=(…); undefined of a generic queue: all that are enabled for it. */
  readonly targets?: readonly string[] | undefined;
  /** ASSIGN/QUEUE: it is a logical queue. */
  readonly assignedTo?: string | undefined;
  /** /ON=node::device, `LPA0`; undefined: called as the queue. */
  readonly device?: string | undefined;
  readonly processor?: string | undefined;
  readonly formMounted?: string | undefined;
  readonly characteristics?: readonly number[] | undefined;
  /** /BLOCK_LIMIT. */
  readonly blocksAtLeast?: number | undefined;
  readonly blocksAtMost?: number | undefined;
  readonly defaults?: OutputDefaults | undefined;
  /** /SEPARATE. */
  readonly separate?:
    | {
        readonly burst?: boolean;
        readonly flag?: boolean;
        readonly trailer?: boolean;
        readonly reset?: readonly string[];
      }
    | undefined;
  readonly library?: string | undefined;
  /** /NOENABLE_GENERIC: false. */
  readonly enableGeneric?: boolean | undefined;
  /** /SCHEDULE=SIZE; undefined: output queues do, batch queues do not. */
  readonly bySize?: boolean | undefined;
  /** /AUTOSTART_ON: nodes and devices as given. */
  readonly autostartOn?: readonly string[] | undefined;
  /** Of an autostart queue: START/QUEUE makes it so, and STOP/QUEUE/NEXT or /RESET ends it. */
  readonly isAutostartActive?: boolean | undefined;
  /** Kept and shown: the host has its own ways. */
  readonly disableSwapping?: boolean | undefined;
  readonly recordBlocking?: boolean | undefined;
  readonly workingSet?: Readonly<Partial<Record<'default' | 'extent' | 'quota', number>>> | undefined;
}

/** What is changed. */
export type QueueSettings = Partial<QueueProperties> & {
  readonly closed?: boolean;
  readonly kind?: QueueKind;
};
/** The words of queues.md §2.1 that a queue can be in. */
export type QueueState =
  | 'idle'
  | 'available'
  | 'busy'
  /** The printer takes nothing of the job. */
  | 'stalled'
  /** The device could not be opened: it is looked for again every minute. */
  | 'unavailable'
  | 'stopped'
  | 'stopping'
  /** The job comes to the end of its page first. */
  | 'pausing'
  | 'paused'
  | 'aligning'
  | 'resetting';

export interface QueueInfo {
  readonly name: string;
  readonly kind: QueueKind;
  readonly state: QueueState;
  readonly closed: boolean;
  readonly nodeName: string;
  readonly processor?: string;
  /** Targets of a generic queue. */
  readonly targets?: readonly string[];
  readonly jobLimit: number;
  readonly basePriority: number;
  readonly description?: string;
  readonly owner: string;
  readonly protection: string;
  readonly retainOnError: boolean;
  readonly retainAll?: boolean;
  readonly cpuDefaultMs?: number;
  readonly cpuMaximumMs?: number;
  /** Of a queue of batch or print jobs. */
  readonly properties?: QueueProperties;
  /** The form mounted on an output queue. */
  readonly form?: { readonly name: string; readonly stock: string };
  /** Blocks of the jobs that are pending. */
  readonly pendingBlocks?: number;
  readonly counts: {
    readonly pending: number;
    readonly executing: number;
    readonly holding: number;
    readonly timedRelease: number;
    readonly retained: number;
  };
}
