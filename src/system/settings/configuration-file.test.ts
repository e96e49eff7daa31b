import { expect, test } from 'vitest';
import { processorMs } from '../../../test/support/processor-time.ts';
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

test.each(['o', ' '])('a line end within a line makes a long one no slower: %j', (letter) => {
  const line = `G${letter.repeat(200_000)}:Quarantine\r\tx`;
  const took = processorMs(() =>
    expect(readConfigurationFile(smtpConfigurationFile, [line])).toEqual({
      kind: 'bad',
      mistakes: [{ line: 1, reason: 'the line is no field: Field-Name: value' }],
    }),
  );
  // With each letter tried as the last of the name it is ten seconds and more.
  expect(took).toBeLessThan(1_000);
});
