/** A glance now and then, while anybody wants to be told of what it finds. */
import type { Clock } from '../ports/clock.ts';

export class Glances {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #isWanted: () => boolean;
  readonly #glance: () => Promise<void>;
  #callOff: (() => void) | undefined;
  #isLooking = false;

  /** @param glance  one at a time; never rejects */
  constructor(clock: Clock, everyMs: number, isWanted: () => boolean, glance: () => Promise<void>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#isWanted = isWanted;
    this.#glance = glance;
  }

  /** Call whenever somebody has begun to want them, or has ceased. */
  adjust(): void {
    if (!this.#isWanted()) {
      this.#callOff?.();
      this.#callOff = undefined;
    } else if (this.#callOff === undefined && !this.#isLooking) this.#wait();
  }

  #wait(): void {
    this.#callOff = this.#clock.after(this.#everyMs, () => {
      this.#callOff = undefined;
      this.#isLooking = true;
      void this.#glance().then(() => {
        this.#isLooking = false;
        this.adjust();
      });
    });
  }
}
