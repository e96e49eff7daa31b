/** Jobs in an order that is kept as they come and go: finding a place takes the logarithm of their number. */
import type { StoredJob } from '../../ports/queue-store.ts';
import { firstBehind } from '../../system/first-behind.ts';

/** Negative: the first comes first. 0 only for a job and itself. */
export type JobOrder = (one: StoredJob, other: StoredJob) => number;

export class SortedJobs {
  readonly #order: JobOrder;
  readonly #jobs: StoredJob[] = [];

  constructor(order: JobOrder) {
    this.#order = order;
  }

  /** As it stands now: changes with the next `add` and `remove`. */
  get jobs(): readonly StoredJob[] {
    return this.#jobs;
  }

  add(job: StoredJob): void {
    this.#jobs.splice(this.#place(job), 0, job);
  }

  /** @param job  as it was added; one that is not here changes nothing */
  remove(job: StoredJob): void {
    const place = this.#place(job);
    if (this.#jobs[place]?.entry === job.entry) this.#jobs.splice(place, 1);
  }

  /** Those that `isBefore` is not true of any more, where it is true of the first ones alone. */
  behind(isBefore: (job: StoredJob) => boolean): number {
    return firstBehind(this.#jobs.length, (place) => isBefore(this.#jobs[place]!));
  }

  #place(job: StoredJob): number {
    return this.behind((each) => this.#order(each, job) < 0);
  }
}
