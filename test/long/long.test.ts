/** A short piece of a long run; `npm run torture -- long` is a whole one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { long, whatIsWrong } from './long.ts';

test('operators, restarts and new configurations while mail flows leave nothing behind', async () => {
  const report = await long({ minutes: 0.15, seed: 4, stretch: 60 });
  expect(whatIsWrong(report)).toEqual([]);
  expect(report.accepted).toBeGreaterThan(20);
}, 180_000);

test('the account of a run of two sittings is that of both', async () => {
  const root = mkdtempSync(join(tmpdir(), 'vmsmail-long-'));
  try {
    const first = await long({ minutes: 0.05, seed: 5, stretch: 30, root, pauses: true });
    expect(first.account).toBeUndefined();
    const whole = await long({ minutes: 0.05, seed: 5, stretch: 30, root });
    expect(whatIsWrong(whole)).toEqual([]);
    expect(whole.commands).toBeGreaterThan(first.commands);
    expect(whole.accepted).toBeGreaterThan(first.accepted);
    const { delivered, waiting, returned, removed, bouncesUndeliverable } = whole.account!;
    expect(delivered + waiting + returned + removed + bouncesUndeliverable).toBeGreaterThanOrEqual(
      whole.accepted,
    );
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}, 180_000);
