import { describe, expect, it } from 'vitest';
import { createMemorySystemStore } from '../adapters/memory/system-store.ts';
import { createLogicalNames } from './logical-name-tables.ts';

describe('refused', () => {
  it('a circle of names', async () => {
    const names = createLogicalNames();
    await names.define('A', ['B']);
    await names.define('B', ['A']);
    expect(() => names.translate('A')).toThrow('%SYSTEM-F-TOOMANYLNAM');
  });
  it('an empty name, and one that is not there', async () => {
    const names = createLogicalNames();
    await expect(names.define('', ['X'])).rejects.toThrow('%SYSTEM-F-IVLOGNAM');
    expect(await names.deassign('NONE')).toBe(false);
    expect(names.lookup('NONE')).toBeUndefined();
    expect(names.translate('NONE')).toBe('NONE');
  });
});

it('searches PROCESS, JOB, GROUP, SYSTEM, without case', async () => {
  const names = createLogicalNames();
  await names.define('disk', ['SYS'], { table: 'SYSTEM' });
  await names.define('DISK', ['JOB'], { table: 'JOB' });
  expect(names.lookup('Disk:')?.values).toEqual(['JOB']);
  expect(await names.define('DISK', ['OWN'])).toBe(false);
  expect(await names.define('DISK', ['OWN2'])).toBe(true);
  expect(names.lookup('DISK')).toMatchObject({ values: ['OWN2'], table: 'PROCESS', mode: 'SUPERVISOR' });
  expect(names.lookup('DISK', 'SYSTEM')).toMatchObject({ values: ['SYS'], mode: 'EXECUTIVE' });
  expect(await names.deassign('DISK')).toBe(true);
  expect(names.lookup('DISK')?.table).toBe('JOB');
});

it('translates lists and stops at TERMINAL', async () => {
  const names = createLogicalNames();
  await names.define('LIST', ['A', 'B']);
  await names.define('A', ['C', 'D']);
  await names.define('D', ['B'], { attributes: ['TERMINAL'] });
  expect(names.translateAll('LIST')).toEqual(['C', 'B', 'B']);
  expect(names.translate('LIST')).toBe('C');
});

it('forgets names of USER mode when an image ends', async () => {
  const names = createLogicalNames();
  await names.define('SYS$INPUT', ['TT:']);
  await names.define('SYS$INPUT', ['X.DAT'], { mode: 'USER' });
  expect(names.translate('SYS$INPUT')).toBe('X.DAT');
  names.imageRundown();
  expect(names.translate('SYS$INPUT')).toBe('TT:');
});

it('shares the SYSTEM table through the store, the JOB table through a map', async () => {
  const store = createMemorySystemStore();
  const job = new Map();
  const [one, other] = [createLogicalNames(store, { job }), createLogicalNames(store, { job })];
  await one.define('SITE', ['HERE'], { table: 'SYSTEM' });
  await one.define('SCRATCH', ['DKA0:[X]'], { table: 'JOB' });
  expect([other.translate('SITE'), other.translate('SCRATCH')]).toEqual(['HERE', 'DKA0:[X]']);
  await store.putSystemLogicalName({ name: 'SITE', values: ['THERE'], attributes: [] });
  await other.refresh();
  expect(one.translate('SITE')).toBe('THERE');
  expect(await other.deassign('SITE', { table: 'SYSTEM' })).toBe(true);
  expect(one.list('SYSTEM')).toEqual([]);
});

it('a subprocess starts with its parent’s names', async () => {
  const parent = createLogicalNames();
  await parent.define('MINE', ['X']);
  const child = createLogicalNames(undefined, { inherit: parent });
  await child.define('MINE', ['Y']);
  expect([parent.translate('MINE'), child.translate('MINE')]).toEqual(['X', 'Y']);
});
