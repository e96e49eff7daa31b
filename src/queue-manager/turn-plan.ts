/**
 * What one turn is going to do: the changes of its commit, and what follows once they are durable. Nothing in memory
 * moves before: a commit that fails leaves everything as it was.
 */
import type { JobState } from '../ports/queue-manager.ts';
import type { QueueChange } from '../ports/queue-store.ts';

export type Counts = Record<JobState, number>;

export class TurnPlan {
  readonly changes: QueueChange[] = [];
  /** Entries that will be pending and were not. */
  pendingAdded = 0;
  readonly #effects: (() => void)[] = [];
  readonly #moves: (readonly [JobState | undefined, JobState | undefined])[] = [];

  change(change: QueueChange): void {
    this.changes.push(change);
  }

  /** An entry goes from one state to another; `undefined`: it was not there, or is there no more. */
  moves(from: JobState | undefined, to: JobState | undefined): void {
    if (to === 'pending') this.pendingAdded++;
    this.#moves.push([from, to]);
  }

  /** Done once the commit is durable, in the order given. */
  afterwards(effect: () => void): void {
    this.#effects.push(effect);
  }

  committed(counts: Counts): void {
    for (const [from, to] of this.#moves) {
      if (from !== undefined) counts[from]--;
      if (to !== undefined) counts[to]++;
    }
    for (const effect of this.#effects) effect();
  }
}
