/** A look at the whole node: what its queue manager says, and what can be seen without it. */
import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import type { OldestEntries } from '../../adapters/sqlite/queue-store/index.ts';
import type { MessageCounts } from '../../operator/message-severity.ts';
import type { QueueStatistics } from '../../queue-manager/index.ts';
import type { NodeRoot } from '../node-root.ts';
import type { NodeStatus } from '../node-status.ts';

/** What the queue manager answers. */
export interface NodeReport {
  readonly status: NodeStatus;
  readonly statistics: QueueStatistics;
  /** Of TLS, in force; undefined where there is none. */
  readonly certificateEnds?: number | undefined;
  /** By code and reason: receiver/refusal-counts.ts. */
  readonly refusals: Readonly<Record<string, number>>;
  /** What operators were told since the queue manager started. */
  readonly operatorMessages: MessageCounts;
  /** Connections of each service since the auxiliary server started. */
  readonly services: readonly {
    readonly service: string;
    /** It should listen. */
    readonly isServed: boolean;
    readonly listening: boolean;
    readonly peak: number;
    readonly total: number;
    readonly rejected: number;
  }[];
}

export interface ProcessUse {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

export interface Observation {
  readonly at: number;
  /** Undefined: it did not answer in time. */
  readonly report: NodeReport | undefined;
  /** Undefined: they could not be read. */
  readonly oldest: OldestEntries | undefined;
  readonly space: { readonly freeBytes: number; readonly sizeBytes: number };
  /** False: the file system does not let the node write. */
  readonly isWritable: boolean;
  /** By process id. */
  readonly uses: ReadonlyMap<number, ProcessUse>;
}

export interface Observer {
  /** One look serves all who ask within `FRESH_MS`. */
  look(): Promise<Observation>;
}

/** However many ask: the queue manager answers once in that time. */
const FRESH_MS = 1_000;
/** A queue manager that takes longer is not there for anybody else either. */
const ANSWER_MS = 3_000;

export function createObserver(deps: {
  readonly paths: NodeRoot;
  readonly now: () => number;
  /** Asks the queue manager. */
  report(): Promise<NodeReport>;
  oldest(): OldestEntries;
}): Observer {
  let last: { readonly at: number; readonly observation: Promise<Observation> } | undefined;
  const observe = async (): Promise<Observation> => {
    const report = await within(deps.report(), ANSWER_MS);
    const { bavail, blocks, bsize } = statfsSync(deps.paths.root);
    return {
      at: deps.now(),
      report,
      oldest: attempt(deps.oldest),
      space: { freeBytes: bavail * bsize, sizeBytes: blocks * bsize },
      isWritable: attempt(() => accessSync(deps.paths.queueDatabase, constants.W_OK) ?? true) === true,
      uses: usesOf(report?.status.processes ?? []),
    };
  };
  return {
    look() {
      const now = performance.now();
      if (last === undefined || now - last.at > FRESH_MS) last = { at: now, observation: observe() };
      return last.observation;
    },
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Undefined when it takes longer, or fails. */
function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    promise.then(resolve, () => resolve(undefined)).finally(() => clearTimeout(timer));
  });
}

/** Of the kernel's clock, as everywhere on Linux. */
const TICKS_PER_SECOND = 100;
/** Field 24 of /proc/PID/stat counts pages. */
const PAGE_BYTES = 4_096;

function usesOf(processes: readonly { readonly pid?: number }[]): ReadonlyMap<number, ProcessUse> {
  const uses = new Map<number, ProcessUse>();
  for (const { pid } of processes) {
    if (pid === undefined) continue;
    const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (text === undefined) continue;
    // Fields are counted behind the name in parentheses; the first there is the third. proc(5)
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    uses.set(pid, {
      cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
      residentBytes: field(24) * PAGE_BYTES,
    });
  }
  return uses;
}
