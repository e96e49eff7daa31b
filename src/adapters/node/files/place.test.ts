import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { processorMsOf } from '../../../../test/support/processor-time.ts';
import { readHostName } from './host-names.ts';
import { hostNames } from './place.ts';

function directoryWith(names: Iterable<string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'names-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const name of names) writeFileSync(join(directory, name), '');
  return directory;
}

test('property: versions of a file are found among all names as among those near it', async () => {
  const base = fc
    .array(fc.constantFrom('a', 'A', 'ß', 'SS', 'é', 'É', '.', '-', '^', ' ', '$'), {
      minLength: 1,
      maxLength: 4,
    })
    .map((pieces) => pieces.join(''))
    .filter((name) => !/^\.+$/.test(name));
  const hostName = fc
    .tuple(fc.constantFrom('', '.HIGHEST;'), base, fc.constantFrom('', ';1', ';32'))
    .map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(hostName, { maxLength: 12 }), base, async (names, wanted) => {
      const directory = mkdtempSync(join(tmpdir(), 'names-'));
      try {
        for (const name of names) writeFileSync(join(directory, name), '');
        const { fileName } = readHostName(wanted)!;
        const among = async (near?: string) =>
          (await hostNames(directory, near)).filter((each) => each.fileName === fileName);
        expect(await among(wanted)).toEqual(await among());
      } finally {
        rmSync(directory, { recursive: true });
      }
    }),
    { numRuns: 200 },
  );
});

test('a file among thousands costs little more than to read their names', async () => {
  const directory = directoryWith(
    Array.from({ length: 3_000 }, (_, index) => `2611261${index}_JONES.TCPIP_HEARTS`),
  );
  const cost = async (near?: string): Promise<number> => {
    const costs: number[] = [];
    for (let turn = 0; turn < 5; turn++) costs.push(await processorMsOf(() => hostNames(directory, near)));
    return Math.min(...costs);
  };
  expect(await cost('LOGIN.COM')).toBeLessThan((await cost()) / 2);
});
