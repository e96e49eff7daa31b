/** Ten sessions for ten seconds; `npm run torture -- imap` is two minutes of fifty. */
import { expect, test } from 'vitest';
import { concurrencyOfOurs } from './concurrency.ts';

test('many sessions in the same mailboxes are told the truth, in the right order, and lose nothing', async () => {
  const report = await concurrencyOfOurs({ clients: 10, seconds: 10, seed: 1 });
  expect(report.problems).toEqual([]);
  expect(report.commands).toBeGreaterThan(100);
}, 120_000);
