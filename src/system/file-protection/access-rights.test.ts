import { describe, expect, it } from 'vitest';
import { type Access, mayAccess, mayControl, mayOwn } from './access-rights.ts';

const file = {
  owner: { group: 0o200, member: 2 },
  protection: { system: 'RWE', owner: 'RWED', group: 'RE', world: '' },
};
const subject = (group: number, member: number, ...privileges: string[]) => ({
  uic: { group, member },
  privileges: new Set(privileges),
});
const granted = (who: ReturnType<typeof subject>): string =>
  (['R', 'W', 'E', 'D'] as Access[]).filter((access) => mayAccess(who, file, access)).join('');

describe('(S:RWE,O:RWED,G:RE,W) of [200,2]', () => {
  it.each([
    ['another group', subject(0o201, 2), ''],
    ['the group', subject(0o200, 1), 'RE'],
    ['the owner', subject(0o200, 2), 'RWED'],
    ['a system group', subject(0o10, 1), 'RWE'],
    ['the first group that is none', subject(0o11, 1), ''],
    ['SYSPRV', subject(0o300, 1, 'SYSPRV'), 'RWE'],
    ['GRPPRV in the group', subject(0o200, 1, 'GRPPRV'), 'RWE'],
    ['GRPPRV in another', subject(0o201, 1, 'GRPPRV'), ''],
    ['READALL', subject(0o300, 1, 'READALL'), 'RE'],
    ['BYPASS', subject(0o300, 1, 'BYPASS'), 'RWED'],
    ['OPER, WORLD and the like', subject(0o300, 1, 'OPER', 'WORLD', 'GROUP', 'SETPRV'), ''],
  ])('%s', (_who, who, want) => {
    expect(granted(who)).toBe(want);
  });

  it('what the world may everybody may, and reading is enough to execute', () => {
    const open = { ...file, protection: { system: '', owner: '', group: '', world: 'R' } };
    for (const who of [subject(1, 4), subject(0o200, 2), subject(0o300, 1)]) {
      expect(['R', 'E', 'W', 'D'].filter((each) => mayAccess(who, open, each as Access))).toEqual(['R', 'E']);
    }
  });
});

it('the owner, the system and BYPASS change a header', () => {
  const control = (who: ReturnType<typeof subject>): boolean => mayControl(who, file);
  expect(
    [subject(0o200, 2), subject(1, 4), subject(0o300, 1, 'BYPASS'), subject(0o200, 1, 'GRPPRV')].map(control),
  ).toEqual([true, true, true, true]);
  expect([subject(0o200, 1), subject(0o300, 1, 'READALL')].map(control)).toEqual([false, false]);
});

it('files are given away by those who could take them back', () => {
  const other = { group: 0o200, member: 7 };
  expect(
    [subject(0o200, 7), subject(1, 4), subject(0o200, 1, 'GRPPRV')].map((who) => mayOwn(who, other)),
  ).toEqual([true, true, true]);
  expect([subject(0o200, 1), subject(0o201, 1, 'GRPPRV')].map((who) => mayOwn(who, other))).toEqual([
    false,
    false,
  ]);
});
