import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostFileSystem } from '../../../adapters/node/host-file-system.ts';
import { createLogicalNames } from '../../../system/logical-name-tables.ts';
import { SortedRuns } from './sorted-runs.ts';

it('sorts more than it holds in memory, keeps equals in their order, and leaves nothing behind', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sort-'));
  const files = hostFileSystem({ root });
  const process = { files, logicalNames: createLogicalNames(), defaultDirectory: 'DKA0:[000000]' };
  await process.logicalNames.define('SYS$SCRATCH', ['DKA0:[000000]']);
  const byFirst = (one: string, other: string): number => one.charCodeAt(0) - other.charCodeAt(0);
  const records = Array.from({ length: 1000 }, (_, n) => `${String.fromCharCode(97 + ((n * 7) % 26))} ${n}`);
  const runs = new SortedRuns(byFirst, process, 500);
  for (const record of records) await runs.add(record);
  expect(readdirSync(root).filter((name) => name.startsWith('SORTWORK')).length).toBeGreaterThan(5);
  const sorted: string[] = [];
  for await (const record of runs.merged()) sorted.push(record);
  await runs.remove();
  expect(sorted).toEqual([...records].sort(byFirst));
  expect(readdirSync(root).filter((name) => name.startsWith('SORTWORK'))).toEqual([]);
  files.close();
  rmSync(root, { recursive: true });
});
