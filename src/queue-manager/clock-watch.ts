/**
 * Notices that the clock of the machine was set, by comparing it with one that nobody sets; tells operators, once, by how much. Mail
 * that waits for its next attempt by a clock that was ahead would wait as much longer: it is brought forward.
 */
import { condition } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import { formatDelta } from '../vms-time/index.ts';
import { QMAN } from './messages.ts';

const LOOK_MS = 10_000;
/** Less is a clock that is disciplined, or a process that was kept waiting between two looks. */
const NOTICED_MS = 60_000;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly opcom: OperatorCommunication;
  /** It was set back by so much. */
  readonly onSetBack: (byMs: number) => Promise<void>;
}

export class ClockWatch {
  readonly #deps: Deps;
  /** The clock less the steady one. */
  #offset: number;
  readonly #offsetAtStart: number;
  #callOff: () => void = () => {};

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#offset = this.#measured();
    this.#offsetAtStart = this.#offset;
    this.#sleep();
  }

  /**
   * The clock, or where it would stand had nobody set it since the start, whichever is earlier: by it nothing is taken for older
   * than it is.
   */
  earliestNow(): number {
    const { clock } = this.#deps;
    return Math.min(clock.now(), clock.steadyMs() + this.#offsetAtStart);
  }

  stop(): void {
    this.#callOff();
  }

  #measured(): number {
    return this.#deps.clock.now() - this.#deps.clock.steadyMs();
  }

  #sleep(): void {
    const { clock } = this.#deps;
    this.#callOff = clock.after(LOOK_MS, () => {
      this.#look();
      this.#sleep();
    });
  }

  #look(): void {
    const { log, opcom, onSetBack } = this.#deps;
    const moved = this.#measured() - this.#offset;
    // Small steps add up to nothing: the clock is right.
    this.#offset += moved;
    if (Math.abs(moved) < NOTICED_MS) return;
    const isBack = moved < 0;
    const by = formatDelta(Math.round(Math.abs(moved) / 1_000) * 1_000).trim();
    opcom.operatorMessage(
      'CENTRAL',
      'QUEUE_MANAGER',
      condition(QMAN.CLOCKSET, isBack ? 'back' : 'forward', by).message,
    );
    log.warn({ seconds: Math.round(moved / 1_000) }, 'the clock of this machine was set');
    if (!isBack) return;
    onSetBack(-moved).catch((error: unknown) =>
      log.error({ err: error }, 'mail that waits was not brought forward'),
    );
  }
}
