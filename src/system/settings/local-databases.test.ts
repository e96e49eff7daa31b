import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import { changeLocalDatabase, readLocalDatabases } from './local-databases.ts';

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-local-databases-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('managers in several processes who change a database at the same time lose nothing of each other’s', async () => {
  const stores = [1, 2, 3].map(() => openSqliteSystemStore(directory));
  const names = Array.from({ length: 30 }, (_, index) => `host${index}.example`);
  await Promise.all(
    names.map((name, index) =>
      changeLocalDatabase(stores[index % 3]!, 'hosts', (hosts) => [
        ...hosts,
        { address: '192.0.2.1', names: [name] },
      ]),
    ),
  );
  const { hosts } = await readLocalDatabases(stores[0]!);
  expect(hosts.map((each) => each.names[0])).toEqual(expect.arrayContaining(names));
  for (const store of stores) await store.close();
});
