/** A moment of it; `npm run torture -- peers` is the long one. */
import { expect, test } from 'vitest';
import { peers } from './peers.ts';

test('healthy destinations get their mail, however many others are mute, broken, dead or slow', async () => {
  const { alone, among, outcomes, wrong } = await peers({ seconds: 30, seed: 1 });
  expect(wrong).toEqual([]);
  // Other tests run beside it. Without places for slow ones it was a thirtieth.
  expect(among.perSecond).toBeGreaterThan(0.4 * alone.perSecond);
  expect(among.perProcessorSecond).toBeGreaterThan(0.6 * alone.perProcessorSecond);
  for (const what of ['broken retry', 'dead retry', 'slow relayed'])
    expect(outcomes[what], what).toBeGreaterThan(0);
}, 120_000);
