/** Tells idle sessions that the store may have changed. One for each server process: a glance at the store tells for all. */
import type { Clock } from '../ports/clock.ts';
import type { Mailboxes } from '../ports/mailboxes.ts';

/** Between two glances. */
const GLANCE_MS = 200;

export class ChangeWatcher {
  readonly #mailboxes: Pick<Mailboxes, 'stamp'>;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #stamp = 0;
  #callOff: (() => void) | undefined;

  constructor(mailboxes: Pick<Mailboxes, 'stamp'>, clock: Clock) {
    this.#mailboxes = mailboxes;
    this.#clock = clock;
  }

  /** @param changed  called whenever anybody's mail may have changed, until the function returned is called */
  watch(changed: () => void): () => void {
    if (this.#listeners.size === 0) {
      this.#stamp = this.#mailboxes.stamp();
      this.#wait();
    }
    this.#listeners.add(changed);
    return () => {
      this.#listeners.delete(changed);
      if (this.#listeners.size > 0) return;
      this.#callOff?.();
      this.#callOff = undefined;
    };
  }

  #wait(): void {
    this.#callOff = this.#clock.at(this.#clock.now() + GLANCE_MS, () => {
      const stamp = this.#mailboxes.stamp();
      if (stamp !== this.#stamp) {
        this.#stamp = stamp;
        for (const changed of [...this.#listeners]) changed();
      }
      if (this.#listeners.size > 0) this.#wait();
    });
  }
}
