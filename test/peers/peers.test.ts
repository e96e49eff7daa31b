/** A moment of it; `npm run torture -- peers` is the long one. */
import { expect, test } from 'vitest';
import { peers } from './peers.ts';

test('healthy destinations get their mail, however many others never answer', async () => {
  const { alone, among, outcomes, wrong } = await peers({ seconds: 30, seed: 1 });
  expect(wrong).toEqual([]);
  // Other tests run beside it. Without places for slow ones it was a thirtieth.
  expect(among.perSecond).toBeGreaterThan(0.4 * alone.perSecond);
  expect(among.perProcessorSecond).toBeGreaterThan(0.6 * alone.perProcessorSecond);
  expect(outcomes.retry).toBeGreaterThan(10);
}, 120_000);
