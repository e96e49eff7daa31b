/** What F$GETQUI reads: queues and jobs of the queue manager, as this caller may see them. Source: dcl.md §18; queues.md §14. */

import type { NodeInformation } from '../../../ports/node-information.ts';
import type { QueueDefinitions } from '../../../ports/queue-definitions.ts';
import type {
  Caller,
  EntryFilter,
  EntryInfo,
  JobState,
  QueueInfo,
  QueueManager,
} from '../../../ports/queue-manager.ts';
import { batchProcessName } from '../../../system/batch-process-name.ts';
import { hasWildcard } from '../../../system/name-pattern.ts';
import { queueKinds } from '../../../system/queue-kinds.ts';
import { entriesOf } from '../../../system/queue-requests.ts';

const statesByFlag: Readonly<Record<string, readonly JobState[]>> = {
  EXECUTING_JOBS: ['executing', 'aborting'],
  HOLDING_JOBS: ['holding'],
  PENDING_JOBS: ['pending'],
  RETAINED_JOBS: ['retainedOnError', 'retainedOnCompletion'],
  TIMED_RELEASE_JOBS: ['holdingUntil'],
};

/** Flags that select a queue. */
function flagsOf({ kind }: QueueInfo): readonly string[] {
  const { isBatch, isGeneric, device } = queueKinds[kind];
  return [
    ...(isBatch ? ['BATCH'] : ['SYMBIONT']),
    ...(device === undefined ? [] : [device]),
    ...(isGeneric ? ['GENERIC'] : []),
  ];
}
const kindFlags = ['BATCH', 'PRINTER', 'TERMINAL', 'SERVER', 'SYMBIONT', 'GENERIC'];

export class QuiSource {
  readonly #manager: QueueManager;
  readonly #caller: Caller;
  readonly #node: NodeInformation;

  constructor(manager: QueueManager, caller: Caller, node: NodeInformation) {
    this.#manager = manager;
    this.#caller = caller;
    this.#node = node;
  }

  async queue(name: string): Promise<QueueInfo | undefined> {
    return hasWildcard(name) ? undefined : (await this.#manager.queues(name))[0];
  }

  /** Each as it is when its turn comes. */
  async *queues(pattern: string, flags: ReadonlySet<string>): AsyncGenerator<QueueInfo> {
    for (const { name } of await this.#manager.queues(pattern)) {
      const queue = await this.queue(name);
      if (queue !== undefined && isOfKind(queue, flags)) yield queue;
    }
  }

  /** Jobs of a queue behind an entry number; the caller's own, or with ALL_JOBS everybody's. */
  jobs(queue: string, flags: ReadonlySet<string>, afterEntry: number): AsyncGenerator<EntryInfo> {
    const whose = flags.has('ALL_JOBS') ? { withInaccessible: true } : { userName: this.#caller.userName };
    return this.#entries({ queue, ...whose, ...statesOf(flags) }, afterEntry);
  }

  /** Entries of all queues: the caller's, or with privilege everybody's. @param jobName pattern */
  async *entries(jobName: string, flags: ReadonlySet<string>): AsyncGenerator<EntryInfo> {
    const queues = new Map((await this.#manager.queues()).map((queue) => [queue.name, queue]));
    for await (const entry of this.#entries({ jobName, ...statesOf(flags) }, 0)) {
      const queue = queues.get(entry.queueName);
      if (queue === undefined ? !isChoosing(flags) : isOfKind(queue, flags)) yield entry;
    }
  }

  async entry(number: number): Promise<EntryInfo | undefined> {
    return (await this.#manager.entries({ entries: [number] }, this.#caller))[0];
  }

  async definitions(): Promise<QueueDefinitions> {
    return this.#manager.definitions();
  }

  async accountName(userName: string): Promise<string> {
    return (await this.#node.account(userName))?.accountName ?? '';
  }

  /** Of the process that runs a batch job; '' where there is none. */
  async jobPid({ entry, state, batch }: EntryInfo): Promise<string> {
    if (batch === undefined || state !== 'executing') return '';
    const name = batchProcessName(entry);
    return (await this.#node.processes()).find(({ processName }) => processName === name)?.pid ?? '';
  }

  /** Jobs and blocks between two entries of a queue, both excluded: those that a listing of one's own passes over. */
  async passedOver(queue: string, after: number, before: number): Promise<{ jobs: number; blocks: number }> {
    let jobs = 0;
    let blocks = 0;
    for await (const { entry, sizeBlocks } of this.#entries({ queue, withInaccessible: true }, after)) {
      if (entry >= before) break;
      jobs += 1;
      blocks += sizeBlocks;
    }
    return { jobs, blocks };
  }

  async pendingBlocks(queue: string): Promise<number> {
    let blocks = 0;
    const filter: EntryFilter = { queue, states: ['pending'], withInaccessible: true };
    for await (const { sizeBlocks } of this.#entries(filter, 0)) blocks += sizeBlocks;
    return blocks;
  }

  #entries(filter: EntryFilter, afterEntry: number): AsyncGenerator<EntryInfo> {
    return entriesOf(this.#manager, { ...filter, afterEntry }, this.#caller);
  }
}

/** Several kinds add up; none means all. */
function isOfKind(queue: QueueInfo, flags: ReadonlySet<string>): boolean {
  return !isChoosing(flags) || flagsOf(queue).some((each) => flags.has(each));
}

const isChoosing = (flags: ReadonlySet<string>): boolean => kindFlags.some((each) => flags.has(each));

function statesOf(flags: ReadonlySet<string>): Pick<EntryFilter, 'states'> {
  const states = Object.entries(statesByFlag).flatMap(([flag, each]) => (flags.has(flag) ? each : []));
  return states.length === 0 ? {} : { states };
}
