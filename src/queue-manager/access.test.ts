/** Who may do what with a queue: protection and access list. queues.md §14 */
import { expect, test } from 'vitest';
import type { Caller, QueueAce } from '../ports/queue-manager.ts';
import { accessTo } from './access.ts';

const caller = (more: Partial<Caller> = {}): Caller => ({
  userName: 'SMITH',
  privileges: [],
  uic: { group: 0o200, member: 1 },
  rights: ['SMITH', 'STAFF', 'INTERACTIVE'],
  ...more,
});
const access = (protection: string, acl: readonly QueueAce[] = [], who = caller()) =>
  [...accessTo({ protection, ownerUic: { group: 0o200, member: 2 }, acl }, who)].sort().join('');

test('without a list, system, owner, group and world add up', () => {
  expect(access('(S:M,O:D,G:R,W:S)')).toBe('RS');
  expect(access('(S:M,O:D,G,W:S)')).toBe('S');
  expect(access('(S:M,O:D,G,W)')).toBe('');
  expect(access('(S:M,O:D,G,W)', [], caller({ uic: { group: 0o200, member: 2 } }))).toBe('D');
  expect(access('(S:M,O:D,G,W)', [], caller({ uic: { group: 1, member: 4 } }))).toBe('DMRS');
  expect(access('(S:M,O:D,G,W)', [], caller({ privileges: ['OPER'] }))).toBe('DMRS');
});

test('the first entry about somebody counts, instead of group and world', () => {
  const smith = { identifiers: ['SMITH'], access: 'S' };
  const nobody = { identifiers: ['*'], access: '' };
  expect(access('(S,O,G,W)', [smith, nobody])).toBe('S');
  expect(access('(S,O,G:R,W:R)', [nobody, smith])).toBe('');
  expect(access('(S,O,G,W:R)', [{ identifiers: ['JONES'], access: 'M' }])).toBe('R');
});

test('of several identifiers all have to be held', () => {
  expect(access('(S,O,G,W)', [{ identifiers: ['STAFF', 'INTERACTIVE'], access: 'RD' }])).toBe('DR');
  expect(access('(S,O,G,W)', [{ identifiers: ['STAFF', 'BATCH'], access: 'RD' }])).toBe('');
  expect(access('(S,O,G,W)', [{ identifiers: ['SMITH'], access: 'M' }], caller({ rights: undefined }))).toBe(
    '',
  );
});

test('system, owner and OPER are not shut out by a list', () => {
  const nobody = [{ identifiers: ['*'], access: '' }];
  expect(access('(S:M,O:D,G:R,W:S)', nobody, caller({ uic: { group: 1, member: 4 } }))).toBe('DMRS');
  expect(access('(S:M,O:D,G:R,W:S)', nobody, caller({ uic: { group: 0o200, member: 2 } }))).toBe('D');
  expect(access('(S:M,O:D,G:R,W:S)', nobody, caller({ privileges: ['OPER'] }))).toBe('DMRS');
});
