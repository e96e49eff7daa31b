import { describe, expect, it } from 'vitest';
import { accountName, accountNameOfLogin } from './account-names.ts';
import { newAccount, nextUic, uicText } from './accounts.ts';
import { hashPassword, isPasswordOf, randomPassword } from './passwords.ts';

describe('user names', () => {
  it.each(['', 'A B', 'jones@host', 'ÄRGER', 'A.B', 'A'.repeat(32), '../X', 'A\u0000'])(
    'refuses %j',
    (text) => {
      expect(accountName(text)).toBeUndefined();
    },
  );
  it.each([
    ['jones', 'JONES'],
    ['TCPIP$SMTP', 'TCPIP$SMTP'],
    ['9to5', '9TO5'],
  ])('takes %s', (text, name) => {
    expect(accountName(text)).toBe(name);
  });
  it('makes a name of a Linux login', () => {
    expect(accountNameOfLogin('anne.smith-2')).toBe('ANNE_SMITH_2');
    expect(accountNameOfLogin('')).toBe('USER');
  });
});

describe('UICs', () => {
  it('gives the lowest free member of the group', () => {
    const taken = [1, 2, 4].map((member) => newAccount(`U${member}`, { group: 0o200, member }));
    expect(nextUic(taken)).toEqual({ group: 0o200, member: 3 });
    expect(nextUic([])).toEqual({ group: 0o200, member: 1 });
  });
  it('prints octal', () => expect(uicText({ group: 0o200, member: 9 })).toBe('[200,11]'));
});

describe('passwords', () => {
  const account = (passwordHash: string, flags: readonly string[] = []) =>
    newAccount('JONES', { group: 128, member: 1 }, { passwordHash, flags });

  it('refuses a wrong one, no one, and nobody', async () => {
    const hash = await hashPassword('secret');
    expect(await isPasswordOf(account(hash), 'wrong')).toBe(false);
    expect(await isPasswordOf(account(''), '')).toBe(false);
    expect(await isPasswordOf(undefined, 'secret')).toBe(false);
    expect(await isPasswordOf(account('$scrypt$broken'), 'secret')).toBe(false);
  });
  it('is case-blind, unless PWDMIX is set', async () => {
    expect(await isPasswordOf(account(await hashPassword('secret')), 'Secret')).toBe(true);
    const mixed = await hashPassword('Secret', ['PWDMIX']);
    expect(await isPasswordOf(account(mixed, ['PWDMIX']), 'Secret')).toBe(true);
    expect(await isPasswordOf(account(mixed, ['PWDMIX']), 'secret')).toBe(false);
  });
  it('salts, and names its parameters', async () => {
    const [one, two] = await Promise.all([hashPassword('X'), hashPassword('X')]);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$/);
  });
  it('makes random ones to type', () => expect(randomPassword()).toMatch(/^[A-HJ-NP-Z2-9]{16}$/));
});
