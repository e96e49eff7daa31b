/** A row where a node takes turns with itself in other sizes: what a message costs is to be the same. */
import { join } from 'node:path';
import { type Side, takeTurns, type Work } from '../side.ts';
import { GROWTH_HEAD, growthLines, imagesLine } from '../table.ts';
import type { Row } from './row.ts';

export interface Growth {
  readonly name: string;
  readonly sizes: readonly number[];
  /** Messages a turn. */
  readonly usual: number;
  work(messages: number): Work;
  /** A node of that size. @param name  heading of its line */
  node(directory: string, size: number, name: string): Promise<Side>;
}

export const growth = (row: Growth): Row => ({
  name: row.name,
  async run(bench) {
    const sides: Side[] = [];
    const notes: string[] = [];
    try {
      for (const [index, size] of row.sizes.map(bench.size).entries()) {
        const started = performance.now();
        const name = size.toLocaleString('en');
        sides.push(await row.node(join(bench.directory, String(index)), size, name));
        notes.push(`${name}: there after ${((performance.now() - started) / 1_000).toFixed(0)} s`);
      }
      const turns = await takeTurns(sides, bench.rounds, row.work(bench.messages(row.usual)));
      const { lines, isFlat } = growthLines(row.name, turns);
      for (const { name, figures } of turns) notes.push(`${name}, seconds for 1,000: ${imagesLine(figures)}`);
      return { head: GROWTH_HEAD, lines, notes, isOver: !isFlat };
    } finally {
      for (const side of sides) await side.stop();
    }
  },
});
