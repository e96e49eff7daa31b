/** A few moments of it; `npm run torture -- power-cut` is the long one. */
import { describe, expect, test } from 'vitest';
import { UNTIL_COMMIT_ANYWHERE_MS } from '../crash/remote-peer.ts';
import { canTrace } from '../support/can-trace.ts';
import { powerCut } from './power-cut.ts';

if (!canTrace) console.warn('SKIPPED: strace is not installed on this machine, or may not trace');

describe.runIf(canTrace)('the power goes', () => {
  test('and nothing that was acknowledged is missing, here or at another host', async () => {
    const report = await powerCut({
      points: 8,
      starts: 2,
      seconds: 5,
      seed: 5,
      untilCommitMs: UNTIL_COMMIT_ANYWHERE_MS,
    });
    expect(report).toMatchObject({ lost: [], twice: [], broken: [] });
    expect(report.accepted).toBeGreaterThan(20);
    expect(report.relayed).toBeGreaterThan(5);
    expect(report.firmAnswers).toBeGreaterThan(5);
  }, 180_000);

  test('on a disk that lies, and that is noticed', async () => {
    const report = await powerCut({ points: 3, starts: 0, seconds: 2, seed: 6, lies: true });
    expect(report.lost.length + report.broken.length).toBeGreaterThan(0);
  }, 120_000);
});
