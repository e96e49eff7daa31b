import { expect, test } from 'vitest';
import { readConfigurationFile } from './configuration-file.ts';
import { smtpConfigurationFile } from './smtp-configuration-file.ts';

test('behind a hundred mistakes nothing is read, and that is the last one', () => {
  const lines = Array.from({ length: 5_000 }, () => 'Good-Cleints: 192.0.2.1');
  const read = readConfigurationFile(smtpConfigurationFile, ['Good-Clients: 192.0.2.1', ...lines]);
  if (read.kind === 'good') throw new Error('it is good');
  expect(read.mistakes).toHaveLength(101);
  expect(read.mistakes[0]).toEqual({
    line: 2,
    reason: 'Good-Cleints is not the name of a field; Good-Clients is one',
  });
  expect(read.mistakes.at(-1)).toEqual({
    line: 102,
    reason: 'so many mistakes: no line was read from here on',
  });
});
