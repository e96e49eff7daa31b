/** The batch queues of a node: their states and what INITIALIZE/QUEUE and SET QUEUE gave them. Source: queues.md §2.1, §4. */
import type { QueueInfo, QueueProperties } from '../../ports/queue-manager.ts';
import type { StoredQueue } from '../../ports/queue-store.ts';
import { nextQueueState, type QueueEvent, shownQueueState } from '../queue-state.ts';

export interface BatchQueue extends StoredQueue {
  readonly kind: 'batch';
  readonly properties: QueueProperties;
}

/** Where SUBMIT goes without /QUEUE. */
export const SYSTEM_BATCH_QUEUE = 'SYS$BATCH';

/** What INITIALIZE/QUEUE/BATCH gives a queue without further words. queues.md §4.1 */
const usualProperties: QueueProperties = {
  jobLimit: 1,
  basePriority: 4,
  retain: 'none',
  description: '',
  owner: 'SYSTEM',
  protection: '(S:M,O:D,G:R,W:S)',
};

export const newBatchQueue = (name: string, properties: Partial<QueueProperties> = {}): BatchQueue => ({
  name,
  kind: 'batch',
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

  /** @param stored  what the last start left; a queue that was on its way to a stop is stopped */
  constructor(stored: readonly StoredQueue[]) {
    for (const { kind, properties, ...queue } of stored) {
      if (kind !== 'batch') continue;
      const state = queue.state === 'stopping' || queue.state === 'resetting' ? 'stopped' : queue.state;
      this.set({ ...newBatchQueue(queue.name, properties), ...queue, state });
    }
  }

  /** By name. */
  all(): readonly BatchQueue[] {
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** By name, in any case. */
  find(name: string): BatchQueue | undefined {
    return this.#queues.get(name.toUpperCase());
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

export function batchQueueInfo(queue: BatchQueue, counts: QueueInfo['counts'], nodeName: string): QueueInfo {
  const { jobLimit, basePriority, owner, protection, retain, description } = queue.properties;
  const { cpuDefaultMs, cpuMaximumMs } = queue.properties;
  return {
    name: queue.name,
    kind: 'batch',
    state: shownQueueState(queue.state, counts.executing, jobLimit),
    closed: queue.closed,
    nodeName,
    jobLimit,
    basePriority,
    owner,
    protection,
    retainOnError: retain === 'error',
    ...(retain === 'all' ? { retainAll: true } : {}),
    ...(description === '' ? {} : { description }),
    ...(cpuDefaultMs === undefined ? {} : { cpuDefaultMs }),
    ...(cpuMaximumMs === undefined ? {} : { cpuMaximumMs }),
    counts,
  };
}
