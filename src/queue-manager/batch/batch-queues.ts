/** The queues of batch and print jobs of a node: their states and what INITIALIZE/QUEUE and SET QUEUE gave them. Source: queues.md §2.1, §4. */
import type { QueueInfo, QueueKind, QueueProperties } from '../../ports/queue-manager.ts';
import type { StoredQueue } from '../../ports/queue-store.ts';
import { passesOn, queueKinds } from '../../system/queue-kinds.ts';
import { USUAL_PROTECTION } from '../access.ts';
import { nextQueueState, type OutputSituation, type QueueEvent, shownQueueState } from '../queue-state.ts';
import type { Definitions } from './definitions.ts';

export interface BatchQueue extends StoredQueue {
  readonly properties: QueueProperties;
}

/** Where SUBMIT goes without /QUEUE. */
export const SYSTEM_BATCH_QUEUE = 'SYS$BATCH';
/** The symbiont of an output queue without /PROCESSOR. */
export const PRINT_SYMBIONT = 'PRTSMB';

/** What INITIALIZE/QUEUE gives a queue without further words. queues.md §4.1 */
const usualProperties: QueueProperties = {
  jobLimit: 1,
  basePriority: 4,
  retain: 'none',
  description: '',
  owner: 'SYSTEM',
  protection: USUAL_PROTECTION,
};

export const newBatchQueue = (
  name: string,
  properties: Partial<QueueProperties> = {},
  kind: QueueKind = 'batch',
): BatchQueue => ({
  name,
  kind,
  state: 'stopped',
  closed: false,
  properties: { ...usualProperties, ...properties },
});

/** Processor time a job may use: its own, else what the queue gives, but not more than its most. queues.md §4.1, §6 */
export function cpuLimit(
  { cpuDefaultMs, cpuMaximumMs }: QueueProperties,
  ofJob: number | undefined,
): number | undefined {
  const limits = [ofJob ?? cpuDefaultMs, cpuMaximumMs].filter((each) => each !== undefined && each > 0);
  return limits.length === 0 ? undefined : Math.min(...(limits as number[]));
}

export class BatchQueues {
  readonly #queues = new Map<string, BatchQueue>();

  /** @param stored  what the last start left, queues of mail too; one that was on its way to a stop is stopped */
  constructor(stored: readonly StoredQueue[]) {
    for (const { kind, properties, ...queue } of stored) {
      if (properties === undefined && kind !== 'batch') continue;
      const state = queue.state === 'stopping' || queue.state === 'resetting' ? 'stopped' : queue.state;
      this.set({ ...newBatchQueue(queue.name, properties, kind), ...queue, state });
    }
  }

  /** By type, then by name. queues.md §8.1 */
  all(): readonly BatchQueue[] {
    const rank = ({ kind }: BatchQueue): string => (queueKinds[kind].isBatch ? '0' : '1');
    const key = (queue: BatchQueue): string => rank(queue) + queue.name;
    return [...this.#queues.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** By name, in any case. */
  find(name: string): BatchQueue | undefined {
    return this.#queues.get(name.toUpperCase());
  }

  /** Where the jobs of a queue may run: itself, or what a generic or logical queue leads to. */
  targetsOf(queue: BatchQueue): readonly BatchQueue[] {
    const { assignedTo, targets } = queue.properties;
    if (assignedTo !== undefined) return this.#named([assignedTo]);
    if (!queueKinds[queue.kind].isGeneric) return [queue];
    if (targets !== undefined) return this.#named(targets);
    return this.all().filter((each) => isEnabledFor(each, queue.kind));
  }

  #named(names: readonly string[]): readonly BatchQueue[] {
    return names.flatMap((name) => {
      const found = this.find(name);
      return found === undefined || passesOn(found) ? [] : [found];
    });
  }

  /** Is the queue named as a target by another? */
  isReferenced(name: string): boolean {
    return this.all().some(
      ({ properties }) => properties.assignedTo === name || properties.targets?.includes(name),
    );
  }

  /** Is a logical queue assigned to it? It has to stay one that runs jobs. */
  isAssignedTo(name: string): boolean {
    return this.all().some(({ properties }) => properties.assignedTo === name);
  }

  /** What `event` makes of the queue; undefined when it changes nothing. Takes effect with `set`. */
  after(name: string, event: QueueEvent): BatchQueue | undefined {
    const queue = this.#queues.get(name)!;
    const state = nextQueueState(queue.state, event);
    return state === undefined ? undefined : { ...queue, state };
  }

  set(queue: BatchQueue): void {
    this.#queues.set(queue.name, queue);
  }

  remove(name: string): void {
    this.#queues.delete(name);
  }
}

/** A generic queue without targets passes its jobs on to every queue of its kind that is enabled for it. */
function isEnabledFor(queue: BatchQueue, generic: QueueKind): boolean {
  const mine = queueKinds[queue.kind];
  const its = queueKinds[generic];
  return (
    !passesOn(queue) &&
    mine.isBatch === its.isBatch &&
    mine.device === its.device &&
    queue.properties.enableGeneric !== false
  );
}

export function batchQueueInfo(
  queue: BatchQueue,
  counts: QueueInfo['counts'],
  pendingBlocks: number,
  nodeName: string,
  definitions: Definitions,
  output: OutputSituation,
): QueueInfo {
  const { kind, properties } = queue;
  const { jobLimit, basePriority, owner, protection, retain, description } = properties;
  const { cpuDefaultMs, cpuMaximumMs, targets } = properties;
  const { isGeneric, isBatch } = queueKinds[kind];
  const form = definitions.form(properties.formMounted ?? properties.defaults?.form);
  return {
    name: queue.name,
    kind,
    state: shownQueueState(queue.state, counts.executing, jobLimit, isBatch ? undefined : output),
    closed: queue.closed,
    nodeName,
    jobLimit,
    basePriority,
    owner,
    protection,
    properties,
    pendingBlocks,
    retainOnError: retain === 'error',
    ...(retain === 'all' ? { retainAll: true } : {}),
    ...(description === '' ? {} : { description }),
    ...(cpuDefaultMs === undefined ? {} : { cpuDefaultMs }),
    ...(cpuMaximumMs === undefined ? {} : { cpuMaximumMs }),
    ...(targets === undefined ? {} : { targets }),
    ...(isBatch || isGeneric ? {} : { form: { name: form.name, stock: form.stock } }),
    ...(isBatch || properties.processor === undefined ? {} : { processor: properties.processor }),
    counts,
  };
}
