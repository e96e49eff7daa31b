/**
 * Output queues whose device could not be opened. Their jobs wait: until somebody starts the queue again, or it is time to look
 * for the device again. In memory only: the next start of the node looks, too. Source: queues.md §2.1.
 */

/** How long a device is left alone. */
const LOOK_AGAIN_MS = 60_000;

export class UnavailableDevices {
  readonly #until = new Map<string, number>();

  /** @returns is it news? */
  add(queueName: string, now: number): boolean {
    const isNew = !this.#until.has(queueName);
    this.#until.set(queueName, now + LOOK_AGAIN_MS);
    return isNew;
  }

  /** Started again, or a job has reached it. */
  remove(queueName: string): void {
    this.#until.delete(queueName);
  }

  has(queueName: string): boolean {
    return this.#until.has(queueName);
  }

  /** Is nothing to be printed there now? */
  isLeftAlone(queueName: string, now: number): boolean {
    const left = (this.#until.get(queueName) ?? 0) - now;
    // By a clock that was set back it would be left alone for as much longer.
    return left > 0 && left <= LOOK_AGAIN_MS;
  }

  /** When one of them is looked for again. */
  next(now: number): number | undefined {
    const instants = [...this.#until.values()].filter((each) => each > now);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }
}
