/** AUTHORIZE beside another manager, while /GENERATE_PASSWORD waits for a choice. */
import { beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemorySystemStore } from '../../adapters/memory/system-store.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { defaultRecord, newAccount } from '../../system/accounts.ts';
import type { ImageContext } from '../../system/image.ts';
import { isPasswordOf } from '../../system/passwords.ts';
import { createAuthorizeImage } from './index.ts';

let store: SystemStore;
beforeEach(async () => {
  store = createMemorySystemStore();
  await store.putAccount(newAccount('SMITH', { group: 0o200, member: 1 }));
});

/** What is told. */
async function authorize(commandLine: string, meanwhile: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const screen = { writeLine: async (line: string) => void lines.push(line) };
  const image = {
    commandLine,
    process: {
      clock: manualClock(Date.UTC(2026, 2, 3)),
      privileges: new Set(['SYSPRV']),
      files: { directoryExists: async () => true },
    },
    input: {
      async read() {
        await meanwhile();
        return { kind: 'record', text: 'FARAWAY' };
      },
    },
    output: screen,
    error: screen,
  } as unknown as ImageContext;
  const onBug = (error: unknown): void => void lines.push(String(error));
  await createAuthorizeImage({ systemStore: async () => store, renameMail: async () => true, onBug })(image);
  return lines.join('\n');
}

const change = async (changes: object): Promise<void> =>
  store.putAccount({ ...(await store.account('SMITH'))!, ...changes });

describe('while a password is chosen, another manager', () => {
  it.each([
    ['MODIFY SMITH', 'SMITH'],
    ['COPY SMITH JONES', 'JONES'],
    ['RENAME SMITH JONES', 'JONES'],
  ])('takes privileges and disables the user: %s keeps that', async (command, userName) => {
    const told = await authorize(`${command}/OWNER="A. Smith"/GENERATE_PASSWORD`, () =>
      change({ flags: ['DISUSER'], privileges: [] }),
    );
    expect(told).toContain('user record');
    const account = (await store.account(userName))!;
    expect(account).toMatchObject({ flags: ['DISUSER'], privileges: [], owner: 'A. Smith' });
    expect(await isPasswordOf(account, 'FARAWAY')).toBe(true);
  });

  it('removes the user: he stays removed', async () => {
    const told = await authorize('MODIFY SMITH/GENERATE_PASSWORD', () => store.removeAccount('SMITH'));
    expect(told).toContain('user name does not exist');
    expect(await store.account('SMITH')).toBeUndefined();
  });

  it('adds a user: ADD gives each a UIC of his own, and what DEFAULT says by then', async () => {
    await authorize('ADD JONES/GENERATE_PASSWORD', async () => {
      await store.putAccount(newAccount('BROWN', { group: 0o200, member: 2 }));
      await store.putAccount({ ...defaultRecord(), privileges: [] });
    });
    expect(await store.account('JONES')).toMatchObject({
      uic: { group: 0o200, member: 3 },
      privileges: [],
    });
  });
});
