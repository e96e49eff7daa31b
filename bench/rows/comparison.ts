/** A row where ours and other servers take turns with the same work. */
import { join } from 'node:path';
import { type Side, takeTurns, type Work } from '../side.ts';
import { COMPARISON_HEAD, comparisonLine, imagesLine, PEERS } from '../table.ts';
import type { Bench, Row } from './row.ts';

export interface Comparison {
  readonly name: string;
  /** Messages a turn. */
  readonly usual: number;
  work(messages: number): Work;
  ours(directory: string, bench: Bench): Promise<Side>;
  readonly peers: Readonly<
    Partial<Record<(typeof PEERS)[number], (directory: string, bench: Bench) => Promise<Side>>>
  >;
  /** Its figures have the time to the 250. */
  readonly has250?: boolean;
}

export const comparison = (row: Comparison): Row => ({
  name: row.name,
  async run(bench) {
    const sides: Side[] = [];
    try {
      sides.push(await row.ours(join(bench.directory, 'ours'), bench));
      for (const peer of PEERS) {
        const start = row.peers[peer];
        if (start !== undefined && bench.missing(peer) === undefined)
          sides.push(await start(join(bench.directory, peer), bench));
      }
      const messages = bench.messages(row.usual);
      const turns = await takeTurns(sides, bench.rounds, row.work(messages));
      return {
        head: COMPARISON_HEAD,
        lines: [comparisonLine(row.name, turns, row.has250)],
        notes: [`${messages} a turn; seconds for 1,000: ${imagesLine(turns[0]!.figures)}`],
      };
    } finally {
      for (const side of sides) await side.stop();
    }
  },
});
