/** Who waits for the end of a job: SYNCHRONIZE. */
import { condition } from '../../condition/index.ts';
import { JBC } from '../messages.ts';

interface Waiter {
  readonly resolve: (status: number) => void;
  readonly reject: (reason: Error) => void;
}

export class JobWaiters {
  readonly #waiters = new Map<number, Waiter[]>();

  /** Resolves to the condition value the job ends with. */
  add(entry: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(entry) ?? [];
      waiters.push({ resolve, reject });
      this.#waiters.set(entry, waiters);
    });
  }

  resolve(entry: number, status: number): void {
    const waiters = this.#waiters.get(entry) ?? [];
    this.#waiters.delete(entry);
    for (const { resolve } of waiters) resolve(status);
  }

  /** Nobody will know any more: rejects with JBC JOBQUEDIS. */
  giveUp(): void {
    for (const waiters of this.#waiters.values())
      for (const { reject } of waiters) reject(condition(JBC.JOBQUEDIS));
    this.#waiters.clear();
  }
}
