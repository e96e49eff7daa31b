/**
 * Who has what in hand: the symbionts, their capacity, the entries each of them works on. In memory only; the leases
 * in the store say the same to the next start.
 */
import type { RecipientInfo, SymbiontPort } from '../ports/queue-manager.ts';
import type { StoredEntry } from '../ports/queue-store.ts';

export interface InHand {
  /** As it stands in the store, but without its text, which the symbiont has. Replaced after each commit that changed it. */
  entry: StoredEntry;
  recipients: readonly RecipientInfo[];
  /** Execution queue it stands in. */
  readonly queueName: string;
  readonly assignedAt: number;
  /** See entry-weight.ts. */
  readonly weight: number;
  /** Its symbiont was told to return it to its sender. */
  readonly isReturning: boolean;
}

export class Symbiont {
  readonly port: SymbiontPort;
  readonly capacity: number;
  readonly #inHand = new Map<number, InHand>();
  #weight = 0;
  #retries = 0;
  /** False once it is gone: nothing more is assigned, what it holds is on its way back. */
  present = true;
  /** When it reported something last. */
  heardAt = 0;

  constructor(port: SymbiontPort, capacity: number) {
    this.port = port;
    this.capacity = Math.max(1, Math.floor(capacity));
  }

  get inHand(): ReadonlyMap<number, InHand> {
    return this.#inHand;
  }

  take(held: InHand): void {
    this.#inHand.set(held.entry.entry, held);
    this.#weight += held.weight;
    if (comesAgain(held.entry)) this.#retries++;
  }

  letGo(entry: number): void {
    const held = this.#inHand.get(entry);
    if (held === undefined) return;
    this.#inHand.delete(entry);
    this.#weight -= held.weight;
    if (comesAgain(held.entry)) this.#retries--;
  }

  get free(): number {
    return this.present ? this.capacity - this.#inHand.size : 0;
  }

  /**
   * How many more entries that come again it may be given. Half of the places are for mail that nobody had in hand yet: hosts
   * that are down, and however much mail waits for them, delay nothing else.
   */
  get freeForRetries(): number {
    return this.present ? Math.max(0, Math.ceil(this.capacity / 2) - this.#retries) : 0;
  }

  /** Bytes it may still be given: what it holds is in the memory of its process. */
  get freeBytes(): number {
    return WEIGHT_IN_HAND_AT_MOST - this.#weight;
  }
}

/** Claimed for the second time or more. */
export const comesAgain = ({ attempt }: StoredEntry): boolean => attempt > 1;

const WEIGHT_IN_HAND_AT_MOST = 32 * 1024 * 1024;

export class Desk {
  readonly #symbionts = new Set<Symbiont>();

  add(symbiont: Symbiont): void {
    this.#symbionts.add(symbiont);
  }

  remove(symbiont: Symbiont): void {
    this.#symbionts.delete(symbiont);
  }

  get symbionts(): readonly Symbiont[] {
    return [...this.#symbionts];
  }

  find(entry: number): { readonly symbiont: Symbiont; readonly held: InHand } | undefined {
    for (const symbiont of this.#symbionts) {
      const held = symbiont.inHand.get(entry);
      if (held !== undefined) return { symbiont, held };
    }
    return undefined;
  }

  *inHand(queueName?: string): Iterable<InHand> {
    for (const symbiont of this.#symbionts) {
      for (const held of symbiont.inHand.values()) {
        if (queueName === undefined || held.queueName === queueName) yield held;
      }
    }
  }

  count(queueName: string): number {
    let count = 0;
    for (const _ of this.inHand(queueName)) count++;
    return count;
  }

  /** Asks every symbiont for those of its entries that `chosen` picks. */
  recall(chosen: (held: InHand) => boolean, how: 'afterRecipient' | 'abort'): void {
    for (const symbiont of this.#symbionts) {
      if (!symbiont.present) continue;
      const entries = [...symbiont.inHand.values()].filter(chosen).map((held) => held.entry.entry);
      if (entries.length > 0) symbiont.port.recall(entries, how);
    }
  }
}
