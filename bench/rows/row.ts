/** What a row of the benchmark is given, and what it gives. */

export interface Bench {
  /** Of the row's own. */
  readonly directory: string;
  readonly rounds: number;
  /** Everything small, to see that it works. */
  readonly isShort: boolean;
  /** How many messages a turn sends, where nothing else is wanted. */
  messages(usual: number): number;
  /** How large something is. */
  size(usual: number): number;
  /** Why a server cannot take part, or undefined. */
  missing(peer: string): string | undefined;
}

export interface RowResult {
  /** None: the lines are no table. */
  readonly head?: readonly string[];
  readonly lines: readonly string[];
  /** For people who look on, not for the table. */
  readonly notes?: readonly string[];
  /** A bound does not hold. */
  readonly isOver?: boolean;
}

export interface Row {
  readonly name: string;
  /** Other hosts and their names: left out where there can be no network of its own. */
  readonly needsNetwork?: boolean;
  run(bench: Bench): Promise<RowResult>;
}
