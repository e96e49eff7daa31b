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

  /** Pieces that `fresh` has told of. */
  get size(): number {
    return this.#seen.size;
  }

  /** What has run since the last call of this or of `fresh`. */
  async ran(): Promise<Pieces> {
    const pieces = new Set<string>();
    for (const { scriptId, functions } of await this.#taken()) {
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) pieces.add(`${scriptId}:${startOffset}:${endOffset}`);
    }
    return pieces;
  }

  async #taken(): Promise<readonly ScriptCoverage[]> {
    const { result } = (await this.#session.post('Profiler.takePreciseCoverage')) as unknown as {
      readonly result: readonly ScriptCoverage[];
    };
    return result.filter(({ url }) => url.includes('/src/'));
  }

  /** Of that, what has never run before. */
  async fresh(): Promise<Pieces> {
    const pieces = await this.ran();
    const fresh = new Set([...pieces].filter((each) => !this.#seen.has(each)));
    for (const each of fresh) this.#seen.add(each);
    return fresh;
  }

  /** What has not run since the start, or the last look, file by file: from and to where. */
  async gaps(): Promise<
    readonly { readonly url: string; readonly gaps: readonly (readonly [number, number])[] }[]
  > {
    return (await this.#taken()).map(({ url, functions }) => ({
      url,
      gaps: functions.flatMap(({ ranges }) =>
        ranges
          .filter(({ count }) => count === 0)
          .map(({ startOffset, endOffset }) => [startOffset, endOffset] as const),
      ),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}
