/** A short overload; `npm run torture -- overload` is the long one. */
import { expect, test } from 'vitest';
import { overload, whatIsWrong } from './overload.ts';

test('slow clients, a mail bomb and bounces keep nobody waiting, and nothing is lost', async () => {
  const report = await overload({ slow: 300, bomb: 10, bounces: 20, honest: 10, seconds: 5 });
  // Other tests run beside it.
  expect(whatIsWrong(report, 10_000)).toEqual([]);
  expect(report.accepted).toBeGreaterThan(10);
  expect(report.flood.bounces).toBeGreaterThan(10);
  expect(report.flood.poured).toBeGreaterThan(1_000);
  expect(report.flood.bombed).toBeGreaterThan(0);
}, 180_000);
