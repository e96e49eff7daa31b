/** A short run of the crash test; `npm run torture` is the long one. */
import { expect, test } from 'vitest';
import { crash } from './crash.ts';

test('killed and restarted under load, a node loses nothing it accepted and delivers nothing twice', async () => {
  const report = await crash({ rounds: 6, seed: 1, say: (line) => console.log(line) });
  expect(report.accepted).toBeGreaterThan(50);
  expect(report.lost).toEqual([]);
  expect(report.twice).toEqual([]);
  expect(report.returned).toBeGreaterThan(0);
  expect(report.isDrained).toBe(true);
}, 180_000);
