/** A short walk; `npm run torture -- operator` is the long one. */
import { expect, test } from 'vitest';
import { walk } from './walk.ts';

test('whatever operators type while mail flows, nothing is lost, doubled, damaged or strange', async () => {
  const { problems, logged, analysis, damaged, account, accepted, verbs } = await walk({
    commands: 300,
    seed: 1,
  });
  expect(problems).toEqual([]);
  expect(logged).toEqual([]);
  expect(analysis).toEqual([]);
  expect(damaged).toEqual([]);
  expect(account.lost).toEqual([]);
  expect(account.twice).toEqual([]);
  expect(accepted).toBeGreaterThan(20);
  expect(verbs.size).toBeGreaterThan(30);
}, 120_000);
