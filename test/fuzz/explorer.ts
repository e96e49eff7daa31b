/** Finds among inputs those that reach code which none has reached before, and makes them small. */
import { Coverage, type Pieces } from './coverage.ts';
import { processorMs } from './processor-time.ts';

/** Looking costs as much as many inputs: it is done for all of so much processor time together. */
const LOOK_EVERY_MS = 1_000;
/** More of one look are left for another day. */
const FOUND_AT_MOST = 3;

export class Explorer implements AsyncDisposable {
  readonly #coverage: Coverage;
  /** Runs an input again, whatever it does. */
  readonly #again: (input: string) => Promise<void>;
  #inputs: string[] = [];
  /** Processor time. */
  #lookedAt = processorMs();
  /** By the clock: to ask for processor time costs as much as a small input. */
  #notBefore = 0;

  private constructor(coverage: Coverage, again: (input: string) => Promise<void>) {
    this.#coverage = coverage;
    this.#again = again;
  }

  /** Blocks of code that have run. */
  get edges(): number {
    return this.#coverage.size;
  }

  /** @param known  what they reach is nothing new */
  static async start(again: (input: string) => Promise<void>, known: readonly string[]): Promise<Explorer> {
    const explorer = new Explorer(await Coverage.start(), again);
    for (const each of known) await again(each);
    await explorer.#coverage.fresh();
    explorer.#looked();
    return explorer;
  }

  /** This one has run. Resolves to those of the last ones that reached something new. */
  async note(input: string): Promise<readonly string[]> {
    this.#inputs.push(input);
    if (!this.#isTime()) return [];
    const inputs = this.#inputs;
    this.#inputs = [];
    let fresh = await this.#coverage.fresh();
    const found: string[] = [];
    while (fresh.size > 0 && found.length < FOUND_AT_MOST) {
      const input = await this.#whoReaches(fresh, inputs);
      // What came of itself, as by a timer, comes not again.
      if (input === undefined) break;
      const reached = await this.#reached(fresh, [input]);
      if (reached.size === 0) break;
      found.push(await this.#smaller(input, reached));
      fresh = new Set([...fresh].filter((each) => !reached.has(each)));
    }
    await this.#coverage.fresh();
    this.#looked();
    return found;
  }

  #isTime(): boolean {
    if (performance.now() < this.#notBefore) return false;
    const left = LOOK_EVERY_MS - (processorMs() - this.#lookedAt);
    this.#notBefore = performance.now() + left;
    return left <= 0;
  }

  #looked(): void {
    this.#lookedAt = processorMs();
    this.#notBefore = performance.now() + LOOK_EVERY_MS;
  }

  async #whoReaches(pieces: Pieces, inputs: readonly string[]): Promise<string | undefined> {
    if (inputs.length <= 1) return inputs[0];
    const half = inputs.slice(0, inputs.length >> 1);
    const isThere = (await this.#reached(pieces, half)).size > 0;
    return this.#whoReaches(pieces, isThere ? half : inputs.slice(inputs.length >> 1));
  }

  async #reached(pieces: Pieces, inputs: readonly string[]): Promise<Pieces> {
    await this.#coverage.ran();
    for (const each of inputs) await this.#again(each);
    const ran = await this.#coverage.ran();
    return new Set([...pieces].filter((each) => ran.has(each)));
  }

  /** Without whatever can be left out of it: halves, then quarters, then eighths. */
  async #smaller(input: string, pieces: Pieces): Promise<string> {
    let least = input;
    for (const parts of [2, 4, 8]) {
      const size = Math.ceil(least.length / parts);
      for (let at = 0; at < least.length && size > 0; ) {
        const without = least.slice(0, at) + least.slice(at + size);
        if (without !== '' && (await this.#reached(pieces, [without])).size === pieces.size) least = without;
        else at += size;
      }
    }
    return least;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#coverage[Symbol.asyncDispose]();
  }
}
