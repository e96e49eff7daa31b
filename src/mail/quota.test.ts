import { expect, it } from 'vitest';
import { newAccount } from '../system/accounts.ts';
import { createMailQuota } from './quota.ts';

const MIB = 1_048_576;

it.each([
  ['where nobody is limited', 0, { quotas: { MAILQUOTA: 5 } }, undefined],
  ['of everybody', 500, {}, 500],
  ['of his own', 500, { quotas: { MAILQUOTA: 2_000 } }, 2_000],
  ['of his own, and EXQUOTA', 500, { quotas: { MAILQUOTA: 5 }, privileges: ['EXQUOTA'] }, undefined],
])('a limit %s', async (_, mib, given, wanted) => {
  const account = newAccount('SMITH', { group: 1, member: 1 }, given);
  const quota = createMailQuota({
    store: { usedBytes: async () => 7 },
    accounts: { account: async (userName) => (userName === 'SMITH' ? account : undefined) },
    limitBytes: async () => mib * MIB,
  });
  expect(await quota.limitOf('smith')).toBe(wanted === undefined ? undefined : wanted * MIB);
  expect(await quota.limitOf('NOBODY')).toBe(mib === 0 ? undefined : mib * MIB);
});
