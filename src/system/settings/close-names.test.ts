import { expect, test } from 'vitest';
import { processorMs } from '../../../test/support/processor-time.ts';
import { matchName } from './close-names.ts';

const NAMES = Array.from({ length: 100 }, (_, number) => `Some-Field-${number}`);

test('one that differs in two characters is meant; of several equally close ones none is', () => {
  expect(matchName('good-cleints', ['Good-Clients', 'Bad-Clients'])).toBe('Good-Clients');
  expect(matchName('GoodClients', ['Good-Clients', 'Bad-Clients'])).toBe('Good-Clients');
  expect(matchName('Good-Client', ['Good-Clients', 'Good-Cliente'])).toBeUndefined();
  expect(matchName('Good', ['Good-Clients'])).toBeUndefined();
});

test('what is far too long to be meant costs nothing', () => {
  const took = processorMs(() => expect(matchName('Q'.repeat(2_000_000), NAMES)).toBeUndefined());
  // Letter by letter it is ten seconds and more.
  expect(took).toBeLessThan(1_000);
});
