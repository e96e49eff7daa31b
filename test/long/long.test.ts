/** A short piece of a long run; `npm run torture -- long` is a whole one. */
import { expect, test } from 'vitest';
import { long, whatIsWrong } from './long.ts';

test('operators, restarts and new configurations while mail flows leave nothing behind', async () => {
  const report = await long({ minutes: 0.15, seed: 4, stretch: 60 });
  expect(whatIsWrong(report)).toEqual([]);
  expect(report.accepted).toBeGreaterThan(20);
}, 180_000);
