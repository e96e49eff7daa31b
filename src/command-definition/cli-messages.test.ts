import { expect, it } from 'vitest';
import { Condition, conditionLines } from '../condition/index.ts';
import { asCli } from './cli-condition.ts';
import { CLI, DCL } from './cli-messages.ts';

it('has the values of the manual, with the severity in the low bits', () => {
  expect([DCL.ABVERB, DCL.IVVERB, DCL.IVQUAL, DCL.NORMAL].map(({ value }) => value)).toEqual([
    0x38008, 0x38090, 0x38240, 0x30001,
  ]);
  expect(DCL.INVIFNEST.value).toBe(0x3894a);
  expect(DCL.SUPERSEDE.value).toBe(0x3ddeb);
  expect(DCL.COMMA.value).toBe(0x3fd39);
  const values = Object.values(DCL).map(({ value }) => value);
  expect(new Set(values).size).toBe(values.length);
});

it('prints as CLI what utilities refuse', () => {
  const condition = new Condition(DCL.IVVERB, [], { token: 'FOO' });
  expect(conditionLines(asCli(condition))).toEqual([
    '%CLI-W-IVVERB, unrecognized command verb - check validity and spelling',
    ' \\FOO\\',
  ]);
  expect(asCli(condition).value).toBe(DCL.IVVERB.value);
  expect(CLI.IVVERB.facility).toBe('CLI');
});
