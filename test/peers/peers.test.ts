/** A moment of it; `npm run torture -- peers` is the long one. */
import { expect, test } from 'vitest';
import { peers } from './peers.ts';

test('healthy destinations get their mail, however many others never answer', async () => {
  const { alone, among, outcomes, wrong } = await peers({ seconds: 30, seed: 1 });
  expect(wrong).toEqual([]);
  // Other tests run beside it. Without places for slow ones it was a thirtieth.
  expect(among).toBeGreaterThan(0.3 * alone);
  expect(outcomes.retry).toBeGreaterThan(10);
}, 120_000);
