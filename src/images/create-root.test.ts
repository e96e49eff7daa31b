import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteSystemStore } from '../adapters/sqlite/system-store/index.ts';
import type { Service } from '../ports/system-store.ts';
import { createRoot } from './create-root.ts';
import { nodeRoot } from './node-root.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vmsmail-root-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const create = (): Promise<void> =>
  createRoot(nodeRoot(root), { root, nodeName: 'HEARTS', hostName: 'hearts.example', ports: {} });

/** @param changes  of the record, as a version before or a manager has left it */
async function service(name: string, changes: Partial<Service> = {}): Promise<Service> {
  const store = openSqliteSystemStore(nodeRoot(root).systemDirectory);
  const found = (await store.service(name))!;
  const changed = { ...found, ...changes };
  if (Object.keys(changes).length > 0) await store.putService(changed);
  await store.close();
  return changed;
}

it('makes nothing that others could read, whatever the umask is', async () => {
  const before = process.umask(0);
  try {
    await create();
  } finally {
    process.umask(before);
  }
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' });
  expect(found.length).toBeGreaterThan(30);
  expect(found.filter((name) => (statSync(join(root, name)).mode & 0o077) !== 0)).toEqual([]);
});

it('leaves idle sessions of POP and IMAP to their servers', async () => {
  await create();
  for (const name of ['IMAP', 'IMAPS', 'POP', 'POPS']) expect((await service(name)).inactivity).toBe(0);
  expect((await service('SMTP')).inactivity).toBe(5);
});

it('takes the limit of a version before from services that nobody uses, and nothing else', async () => {
  await create();
  await service('IMAP', { inactivity: 5, limit: 77 });
  await service('POP', { inactivity: 5, enabled: true });
  await service('POPS', { inactivity: 12 });
  await create();
  expect(await service('IMAP')).toMatchObject({ inactivity: 0, limit: 77 });
  expect((await service('POP')).inactivity).toBe(5);
  expect((await service('POPS')).inactivity).toBe(12);
});

it('lets listen what the configuration enables, whatever was enabled for the time being', async () => {
  await create();
  await service('POP', { enabled: true });
  await service('SMTP', { enabled: false });
  await service('IMAP', { enabledAtStart: true });
  await create();
  expect((await service('POP')).enabled).toBe(false);
  expect((await service('SMTP')).enabled).toBe(true);
  expect((await service('IMAP')).enabled).toBe(true);
});

it('takes what listens in a root of before for its configuration', async () => {
  await create();
  const store = openSqliteSystemStore(nodeRoot(root).systemDirectory);
  await store.putSetting('SERVICES_AS_CONFIGURED', undefined);
  await store.close();
  await service('POP', { enabled: true });
  await service('SMTP', { enabled: false });
  await create();
  expect(await service('POP')).toMatchObject({ enabled: true, enabledAtStart: true });
  expect(await service('SMTP')).toMatchObject({ enabled: false, enabledAtStart: false });
});
