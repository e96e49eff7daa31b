/** What is written when somebody gives a wrong password. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newAccount } from '../../../system/accounts.ts';
import { openSqliteSystemStore } from './index.ts';

test('a wrong password costs a commit, whether its user is there or not', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'login-failure-'));
  const store = openSqliteSystemStore(directory);
  const grown = async (userName: string): Promise<number> => {
    const size = (): number => statSync(join(directory, 'SYSUAF.DAT-wal')).size;
    const before = size();
    await store.noteLoginFailure(userName);
    return size() - before;
  };
  try {
    await store.putAccount(newAccount('SMITH', { group: 1, member: 1 }, {}));
    const known = await grown('SMITH');
    expect(known).toBeGreaterThan(0);
    expect(await grown('NOBODY')).toBe(known);
    expect((await store.account('SMITH'))?.loginFailures).toBe(1);
    expect(await store.account('NOBODY')).toBeUndefined();
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
});
