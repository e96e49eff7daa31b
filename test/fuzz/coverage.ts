/** Which pieces of the product's code have run: V8 counts its blocks. Costs a good third of the speed while it does. */
import { Session } from 'node:inspector/promises';

interface ScriptCoverage {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

export type Pieces = ReadonlySet<string>;

export class Coverage implements AsyncDisposable {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  static async start(): Promise<Coverage> {
    const coverage = new Coverage();
    const session = coverage.#session;
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return coverage;
  }

  /** What has run since the last call of this or of `fresh`. */
  async ran(): Promise<Pieces> {
    const { result } = (await this.#session.post('Profiler.takePreciseCoverage')) as unknown as {
      readonly result: readonly ScriptCoverage[];
    };
    const pieces = new Set<string>();
    for (const { url, scriptId, functions } of result) {
      if (!url.includes('/src/')) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) pieces.add(`${scriptId}:${startOffset}:${endOffset}`);
    }
    return pieces;
  }

  /** Of that, what has never run before. */
  async fresh(): Promise<Pieces> {
    const pieces = await this.ran();
    const fresh = new Set([...pieces].filter((each) => !this.#seen.has(each)));
    for (const each of fresh) this.#seen.add(each);
    return fresh;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}
