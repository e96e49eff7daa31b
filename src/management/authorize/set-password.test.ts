/** SET PASSWORD beside a manager who works on the same account. */
import { beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemorySystemStore } from '../../adapters/memory/system-store.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { newAccount } from '../../system/accounts.ts';
import type { ImageContext } from '../../system/image.ts';
import { hashPassword, isPasswordOf } from '../../system/passwords.ts';
import { setPassword } from './set-password.ts';

const smith = {
  ...newAccount('SMITH', { group: 1, member: 1 }, {}),
  passwordHash: await hashPassword('SECRET'),
};
const otherHash = await hashPassword('FROMABOVE');

let store: SystemStore;
beforeEach(async () => {
  store = createMemorySystemStore();
  await store.putAccount(smith);
});

/** @param meanwhile  what is done while the user is asked for the verification */
async function change(meanwhile: () => Promise<unknown>): Promise<void> {
  const answers = ['SECRET', 'FARAWAY', 'FARAWAY'];
  const image = {
    process: {
      account: smith,
      clock: manualClock(Date.UTC(2026, 2, 3)),
      nodeName: 'HEARTS',
      pid: '0000012F',
      processName: 'SMITH',
    },
    input: {
      read: async ({ prompt }: { readonly prompt: string }) => {
        if (prompt.startsWith('Verification')) await meanwhile();
        return { kind: 'record', text: answers.shift()! };
      },
    },
  } as unknown as ImageContext;
  const parts = { systemStore: store, opcom: { operatorMessage: () => {} } };
  await setPassword(image, parts, { isGenerated: false, length: undefined });
}

describe('SET PASSWORD, while the manager', () => {
  it('takes privileges and disables the user, changes the password alone', async () => {
    await change(async () =>
      store.putAccount({ ...(await store.account('SMITH'))!, flags: ['DISUSER'], privileges: [] }),
    );
    const account = (await store.account('SMITH'))!;
    expect(account).toMatchObject({ flags: ['DISUSER'], privileges: [] });
    expect(await isPasswordOf(account, 'FARAWAY')).toBe(true);
  });
  it('removes the user, leaves him removed', async () => {
    await expect(change(() => store.removeAccount('SMITH'))).rejects.toThrow(/privilege/);
    expect(await store.account('SMITH')).toBeUndefined();
  });
  it('gives him another password, leaves him that', async () => {
    const account = { ...smith, passwordHash: otherHash };
    await expect(change(() => store.putAccount(account))).rejects.toThrow(/old password/);
    expect(await isPasswordOf((await store.account('SMITH'))!, 'FROMABOVE')).toBe(true);
  });
});
