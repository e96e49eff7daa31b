/** Where the turn being planned can put entries: free places and bytes of the symbionts, execution queues in turn. */
import type { Desk, Symbiont } from './desk.ts';
import type { NodeQueues } from './node-queues.ts';

export interface Place {
  readonly symbiont: Symbiont;
  readonly queueName: string;
}

interface Slot {
  readonly symbiont: Symbiont;
  free: number;
  freeForRetries: number;
  freeBytes: number;
}

export class Room {
  readonly #queues: NodeQueues;
  readonly #slots: ReadonlyMap<Symbiont, Slot>;

  constructor(desk: Desk, queues: NodeQueues) {
    this.#queues = queues;
    this.#slots = new Map(
      desk.symbionts.map((symbiont) => [
        symbiont,
        {
          symbiont,
          free: symbiont.free,
          freeForRetries: symbiont.freeForRetries,
          freeBytes: symbiont.freeBytes,
        },
      ]),
    );
  }

  /** Places that can be taken now: none while all execution queues are stopped. */
  get free(): number {
    if (this.#queues.nextTarget() === undefined) return 0;
    let sum = 0;
    for (const slot of this.#slots.values()) if (slot.freeBytes > 0) sum += slot.free;
    return sum;
  }

  /** Of these places, those that mail which comes again may have. */
  get freeForRetries(): number {
    let sum = 0;
    for (const slot of this.#slots.values()) if (slot.freeBytes > 0) sum += slot.freeForRetries;
    return sum;
  }

  /** Bytes the symbionts that have a place may still be given. */
  get freeBytes(): number {
    let sum = 0;
    for (const slot of this.#slots.values()) if (slot.free > 0) sum += Math.max(0, slot.freeBytes);
    return sum;
  }

  /** An entry leaves a symbiont's hands with this turn. */
  gain(symbiont: Symbiont, bytes: number, isRetry: boolean): void {
    const slot = this.#slots.get(symbiont);
    if (slot === undefined || !symbiont.present) return;
    slot.free++;
    if (isRetry) slot.freeForRetries++;
    slot.freeBytes += bytes;
  }

  /** A free place at the symbiont with most room, and the execution queue whose turn it is. */
  take(bytes: number): Place | undefined {
    let best: Slot | undefined;
    for (const slot of this.#slots.values())
      if (slot.freeBytes > 0 && slot.free > (best?.free ?? 0)) best = slot;
    if (best === undefined) return undefined;
    const queueName = this.#queues.nextTarget();
    if (queueName === undefined) return undefined;
    best.free--;
    best.freeBytes -= bytes;
    return { symbiont: best.symbiont, queueName };
  }

  /** For an entry that is claimed already. */
  takeAny(bytes: number): Place {
    const place = this.take(bytes);
    if (place !== undefined) return place;
    const [slot] = [...this.#slots.values()].sort((a, b) => b.free - a.free);
    slot!.free--;
    return {
      symbiont: slot!.symbiont,
      queueName: this.#queues.nextTarget() ?? this.#queues.execution[0]!,
    };
  }
}
