/** A short run of the crash test; `npm run torture` is the long one. */
import { expect, test } from 'vitest';
import { canAttach } from '../support/can-trace.ts';
import { crash } from './crash.ts';
import { oneOfEach } from './fault-points.ts';
import { UNTIL_COMMIT_ANYWHERE_MS } from './remote-peer.ts';

if (!canAttach) console.warn('SKIPPED: to be killed at a step needs strace, and root to attach it');

test('killed and restarted under load, a node loses nothing it accepted and delivers nothing twice', async () => {
  const report = await crash({ rounds: 6, seed: 1, untilCommitMs: UNTIL_COMMIT_ANYWHERE_MS });
  expect(report.accepted).toBeGreaterThan(50);
  expect(report.lost).toEqual([]);
  expect(report.twice).toEqual([]);
  expect(report.returned).toBeGreaterThan(0);
  expect(report.isDrained).toBe(true);
  expect(report.firmAnswers).toBeGreaterThan(0);
}, 180_000);

test.runIf(canAttach)(
  'killed at each kind of step of the path, it loses nothing and doubles nothing but what another host did not answer for',
  async () => {
    const report = await crash({
      rounds: 80,
      seed: 2,
      points: oneOfEach,
      onlyPoints: true,
      longEvery: 2,
      untilCommitMs: UNTIL_COMMIT_ANYWHERE_MS,
      say: (line) => console.log(line),
    });
    const { accepted, delivered, relayed, relayedAgain, returned } = report;
    console.log({ accepted, delivered, relayed, relayedAgain, returned });
    expect(report).toMatchObject({ lost: [], twice: [], isDrained: true });
    expect(report.points).toEqual({ reached: oneOfEach.length, unreached: [] });
    expect(report.relayed).toBeGreaterThan(50);
    expect(report.firmAnswers).toBeGreaterThan(20);
    // The other host loses an answer now and then, and has those messages once more.
    expect(report.relayedAgain).toBeGreaterThan(0);
  },
  600_000,
);
