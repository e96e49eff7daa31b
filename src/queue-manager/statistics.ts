/**
 * What the queue manager counts of its work, since it started, for whoever watches the node. Plain numbers: an entry costs
 * a few additions here. Counted after the commit: what was not durable did not happen.
 */
import type { RecipientOutcome } from '../ports/queue-manager.ts';

/** Upper bounds of a histogram, in seconds, and how many values were at most so large; the last count is of all. */
export interface Histogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

export interface QueueStatistics {
  /** Entries taken, bounces of our own left out. */
  readonly submissions: number;
  readonly bounces: number;
  /** Entries that are gone because nothing was left to do. */
  readonly completed: number;
  /** Recipients, by how an attempt ended. */
  readonly recipients: Readonly<Record<RecipientOutcome['kind'], number>>;
  /** From submission to the end of an entry. */
  readonly entrySeconds: Histogram;
  /** Commits of the queue database. */
  readonly commitSeconds: Histogram;
  readonly isStoreFailing: boolean;
}

const ENTRY_BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1_800, 3_600, 21_600, 86_400, 259_200];
const COMMIT_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

export class Statistics {
  submissions = 0;
  bounces = 0;
  completed = 0;
  isStoreFailing = false;
  readonly #recipients = { delivered: 0, relayed: 0, expanded: 0, retry: 0, wait: 0, returned: 0 };
  readonly #entry = new Buckets(ENTRY_BOUNDS);
  readonly #commit = new Buckets(COMMIT_BOUNDS);

  recipient(kind: RecipientOutcome['kind']): void {
    this.#recipients[kind]++;
  }

  /** An entry is complete, so long after its submission. */
  complete(ms: number): void {
    this.completed++;
    this.#entry.add(ms / 1_000);
  }

  committed(ms: number): void {
    this.#commit.add(ms / 1_000);
  }

  now(): QueueStatistics {
    const { submissions, bounces, completed, isStoreFailing } = this;
    return {
      submissions,
      bounces,
      completed,
      isStoreFailing,
      recipients: { ...this.#recipients },
      entrySeconds: this.#entry.histogram(),
      commitSeconds: this.#commit.histogram(),
    };
  }
}

class Buckets {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    this.#sum += value;
    let at = 0;
    while (at < this.#bounds.length && value > this.#bounds[at]!) at++;
    this.#counts[at]!++;
  }

  histogram(): Histogram {
    let below = 0;
    const counts = this.#counts.map((count) => (below += count));
    return { bounds: this.#bounds, counts, sum: this.#sum };
  }
}
