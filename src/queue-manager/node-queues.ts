/**
 * The queues of a node: the generic queue TCPIP$SMTP_node_00 and its execution queues. Source: tcpip-smtp.md §2.1.
 */
import type { QueueChange, StoredQueue } from '../ports/queue-store.ts';
import { nextQueueState, type QueueEvent } from './queue-state.ts';

/** /QUEUES: 1 to 10. tcpip-smtp.md §2.1 */
const QUEUES_AT_MOST = 10;

export class NodeQueues {
  readonly #queues = new Map<string, StoredQueue>();
  readonly generic: string;
  readonly execution: readonly string[];
  #turn = 0;

  /** @param stored  what the last start left; a queue that was on its way to a stop is stopped */
  constructor(nodeName: string, executionQueues: number, stored: readonly StoredQueue[]) {
    const count = Math.min(QUEUES_AT_MOST, Math.max(1, executionQueues));
    const name = (number: number): string => `TCPIP$SMTP_${nodeName}_${String(number).padStart(2, '0')}`;
    this.generic = name(0);
    this.execution = Array.from({ length: count }, (_, index) => name(index + 1));
    const known = new Map(stored.map((each) => [each.name, each]));
    for (const each of [this.generic, ...this.execution]) {
      const kind = each === this.generic ? 'genericServer' : 'server';
      const found = known.get(each) ?? { name: each, kind, state: 'started', closed: false };
      const wasStopping = found.state === 'stopping' || found.state === 'resetting';
      this.#queues.set(each, { ...found, kind, state: wasStopping ? 'stopped' : found.state });
    }
  }

  all(): readonly StoredQueue[] {
    return [...this.#queues.values()];
  }

  /** By name, in any case. */
  find(name: string): StoredQueue | undefined {
    return this.#queues.get(name.toUpperCase());
  }

  isOpen(): boolean {
    return !this.#queues.get(this.generic)!.closed;
  }

  /** The execution queue the next entry goes to, in turn; undefined while none may take one. */
  nextTarget(): string | undefined {
    if (this.#queues.get(this.generic)!.state !== 'started') return undefined;
    for (let tried = 0; tried < this.execution.length; tried++) {
      const name = this.execution[this.#turn++ % this.execution.length]!;
      const { state, closed } = this.#queues.get(name)!;
      if (state === 'started' && !closed) return name;
    }
    return undefined;
  }

  /** What `event` makes of the queue; undefined when it changes nothing. Takes effect with `set`. */
  after(name: string, event: QueueEvent): StoredQueue | undefined {
    const queue = this.#queues.get(name)!;
    const state = nextQueueState(queue.state, event);
    return state === undefined ? undefined : { ...queue, state };
  }

  set(queue: StoredQueue): void {
    this.#queues.set(queue.name, queue);
  }

  changes(): readonly QueueChange[] {
    return this.all().map((queue) => ({ kind: 'queue', queue }));
  }
}
