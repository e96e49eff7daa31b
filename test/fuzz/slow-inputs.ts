/** Inputs that take more processor time than their size explains: what grows faster than its input is found here. */
import { processorMs } from './processor-time.ts';

/** Milliseconds of processor time. */
export interface MayTake {
  /** However short an input is: a look at a mailbox, a collection of garbage, a password. */
  readonly anyMs: number;
  /** For each line of it beside: where it is a command. */
  readonly lineMs: number;
}

export interface SlowInput {
  readonly input: string;
  /** Of processor time: the least of some tries. */
  readonly ms: number;
}

const ANY: MayTake = { anyMs: 60, lineMs: 0 };
const OCTETS_OF_A_MS = 150;
const TRIES = 3;
/** What one flaw makes slow is found again and again. */
const KEPT = 3;

export class SlowInputs {
  readonly #again: (input: string) => Promise<void>;
  readonly #may: MayTake;
  readonly #anew: () => Promise<void>;
  #found: SlowInput[] = [];

  /**
   * @param again  runs an input again, whatever it does
   * @param anew  forgets whatever inputs have left behind: a mailbox that thousands have filled is not what one has to answer for
   */
  constructor(
    again: (input: string) => Promise<void>,
    may: MayTake = ANY,
    anew: () => Promise<void> = async () => {},
  ) {
    this.#again = again;
    this.#may = may;
    this.#anew = anew;
  }

  /** The worst first. */
  get found(): readonly SlowInput[] {
    return this.#found;
  }

  /** @param ms  what these took by the clock, all together: only when it is much, processor time is measured */
  async note(inputs: readonly string[], ms: number): Promise<void> {
    if (ms < Math.min(...inputs.map((each) => this.#mayTake(each)))) return;
    for (const input of inputs) {
      // To begin anew is dear: that is for the few that are slow as it is.
      if ((await this.#least(input)) < this.#mayTake(input)) continue;
      await this.#anew();
      const least = await this.#least(input);
      if (least < this.#mayTake(input)) continue;
      this.#found = [...this.#found, { input, ms: Math.round(least) }]
        .sort((one, other) => other.ms / this.#mayTake(other.input) - one.ms / this.#mayTake(one.input))
        .slice(0, KEPT);
    }
  }

  async #least(input: string): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < TRIES && least >= this.#mayTake(input); tries += 1) {
      const before = processorMs();
      await this.#again(input);
      least = Math.min(least, processorMs() - before);
    }
    return least;
  }

  #mayTake(input: string): number {
    const lines = this.#may.lineMs === 0 ? 0 : input.split('\n').length;
    return this.#may.anyMs + lines * this.#may.lineMs + input.length / OCTETS_OF_A_MS;
  }
}
