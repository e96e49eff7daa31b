/** Entry numbers of jobs that are still being made, as MAIL makes its print job. In memory: nothing of such a job is stored. */
import { signal } from '../../condition/index.ts';
import type { Caller } from '../../ports/queue-manager.ts';
import { JBC } from '../messages.ts';

/** Who never comes back for his is forgotten. */
const RESERVED_AT_MOST = 1_000;

export class Reservations {
  readonly #owners = new Map<number, string>();

  add(entry: number, { userName }: Caller): void {
    this.#owners.set(entry, userName);
    const oldest = this.#owners.keys().next();
    if (this.#owners.size > RESERVED_AT_MOST && !oldest.done) this.#owners.delete(oldest.value);
  }

  /** Once. Throws JBC NOSUCHENT for one that is not reserved, or for somebody else. */
  take(entry: number, { userName }: Caller): number {
    if (this.#owners.get(entry) !== userName) signal(JBC.NOSUCHENT);
    this.#owners.delete(entry);
    return entry;
  }
}
