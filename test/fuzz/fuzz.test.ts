/** The kept inputs and a moment of new ones for each target; `npm run torture -- fuzz` goes on. */
import { expect, test } from 'vitest';
import { fuzz, targets } from './fuzz.ts';

test.each(Object.keys(targets))(
  '%s: no bug, no hang, no dialogue without an answer',
  async (name) => {
    const { findings, inputs } = await fuzz(name, { seconds: 1.5, seed: 1 });
    expect(findings).toEqual([]);
    expect(inputs).toBeGreaterThan(5);
  },
  180_000,
);
