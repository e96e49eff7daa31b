/** Wakes when a client has been silent too long, or has taken too long altogether. RFC 5321 §4.5.3.2 */
import type { Clock } from '../ports/clock.ts';

export class Watchdog {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #onExpiry: () => void;
  #lastSign: number;
  #deadline = Number.POSITIVE_INFINITY;
  #armedFor = Number.POSITIVE_INFINITY;
  #isHeld = false;
  #callOff: () => void = () => {};

  constructor(clock: Clock, idleMs: number, onExpiry: () => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#onExpiry = onExpiry;
    this.#lastSign = clock.steadyMs();
    this.#arm();
  }

  /** Something came. Cheap: the timer is moved only when it fires. */
  touch(): void {
    this.#lastSign = this.#clock.steadyMs();
  }

  /** From now on the work in hand must be done within `ms`; undefined: only silence counts. */
  limit(ms: number | undefined): void {
    this.#deadline = ms === undefined ? Number.POSITIVE_INFINITY : this.#clock.steadyMs() + ms;
    // Waking too early is cheap, moving the timer with every message is not.
    if (this.#deadline >= this.#armedFor) return;
    this.#callOff();
    this.#arm();
  }

  /** The client waits for us, not we for it. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.touch();
  }

  #arm(): void {
    const due = Math.min(this.#lastSign + this.#idleMs, this.#deadline);
    this.#armedFor = due;
    const waitMs = due - this.#clock.steadyMs();
    this.#callOff = this.#clock.after(waitMs, () => {
      if (this.#isHeld) this.touch();
      if (this.#clock.steadyMs() >= Math.min(this.#lastSign + this.#idleMs, this.#deadline)) this.#onExpiry();
      else this.#arm();
    });
  }

  close(): void {
    this.#callOff();
  }
}
