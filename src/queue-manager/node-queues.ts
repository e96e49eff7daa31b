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
  readonly #nodeName: string;
  #execution: readonly string[];
  #turn = 0;
  /** Nothing is passed on: the queue manager was stopped. */
  isSuspended = false;

  /** @param stored  what the last start left; a queue that was on its way to a stop is stopped */
  constructor(nodeName: string, executionQueues: number, stored: readonly StoredQueue[]) {
    this.#nodeName = nodeName;
    this.generic = this.#nameOf(0);
    this.#execution = this.#executionNames(executionQueues);
    const known = new Map(stored.map((each) => [each.name, each]));
    for (const each of [this.generic, ...this.#execution]) {
      const kind = each === this.generic ? 'genericServer' : 'server';
      const found = known.get(each) ?? { name: each, kind, state: 'started', closed: false };
      const wasStopping = found.state === 'stopping' || found.state === 'resetting';
      this.#queues.set(each, { ...found, kind, state: wasStopping ? 'stopped' : found.state });
    }
  }

  get execution(): readonly string[] {
    return this.#execution;
  }

  /**
   * Another number of execution queues. New ones are stopped; those beyond it are gone, unless one of them has jobs: then
   * nothing changes.
   */
  resize(executionQueues: number, isInUse: (name: string) => boolean): void {
    const names = this.#executionNames(executionQueues);
    const surplus = this.#execution.filter((each) => !names.includes(each));
    if (surplus.some(isInUse)) return;
    for (const each of surplus) this.#queues.delete(each);
    for (const name of names) {
      if (!this.#queues.has(name))
        this.#queues.set(name, { name, kind: 'server', state: 'stopped', closed: false });
    }
    this.#execution = names;
  }

  #nameOf(number: number): string {
    return `TCPIP$SMTP_${this.#nodeName}_${String(number).padStart(2, '0')}`;
  }

  #executionNames(count: number): readonly string[] {
    const length = Math.min(QUEUES_AT_MOST, Math.max(1, count));
    return Array.from({ length }, (_, index) => this.#nameOf(index + 1));
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
    if (this.isSuspended || this.#queues.get(this.generic)!.state !== 'started') return undefined;
    for (let tried = 0; tried < this.#execution.length; tried++) {
      const name = this.#execution[this.#turn++ % this.#execution.length]!;
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
