import { expect, test } from 'vitest';
import { startRig } from '../../test/support/symbiont-rig.ts';

const DAY_MS = 86_400_000;

test('the log tells an error for good from mail that is too old, and a bounce that reaches nobody', async () => {
  await using rig = await startRig({ dns: { mx: { 'slow.example': 'temporary' } } });
  await rig.run(rig.assignment(['nobody@pluto.acme.com']));
  await rig.run(rig.assignment(['nobody@pluto.acme.com'], undefined, { reversePath: '' }));
  const submittedAt = rig.clock.now() - 4 * DAY_MS;
  await rig.run(rig.assignment(['bob@slow.example'], undefined, { submittedAt }));
  const returning = { by: 'SYSTEM', afterAttempt: true };
  await rig.run(rig.assignment(['bob@slow.example'], undefined, { returning }));
  const outcomes = rig.logLines.filter((line) => /^ {2}(<|Und)/.test(line));
  expect(outcomes).toEqual([
    expect.stringMatching(/^ {2}<nobody@pluto\.acme\.com> Send error \(550 /),
    expect.stringMatching(/^ {2}<nobody@pluto\.acme\.com> Send error \(550 /),
    '  Undeliverable, and without a sender: nobody is told',
    expect.stringMatching(/^ {2}<bob@slow\.example> Send error, maximum interval exceeded \(4/),
    expect.stringMatching(/^ {2}<bob@slow\.example> Send error, last attempt \(4/),
  ]);
});
