import { describe, expect, it } from 'vitest';
import type { Account } from '../ports/system-store.ts';
import { newAccount } from './accounts.ts';
import { isPasswordExpired, loginRefusal, passwordExpiration } from './login-rules.ts';

/** A Friday, local time. */
const friday = (hour: number): number => new Date(1997, 1, 7, hour, 30).getTime();
const saturday = (hour: number): number => new Date(1997, 1, 8, hour, 30).getTime();
const account = (changes: Partial<Account>): Account => ({
  ...newAccount('JONES', { group: 128, member: 1 }),
  ...changes,
});
/** From 9 to 17:59. */
const office = 0b111111111 << 9;

describe('who may log in', () => {
  it.each([
    ['disabled', { flags: ['DISUSER'] }, 'LOCAL', friday(10)],
    ['disabled', { flags: ['DISUSER'], expiration: friday(9) }, 'NETWORK', friday(10)],
    ['expired', { expiration: friday(9) }, 'LOCAL', friday(10)],
    [undefined, { expiration: friday(11) }, 'LOCAL', friday(10)],
    [undefined, {}, 'LOCAL', friday(3)],
    ['hours', { access: { LOCAL: { primary: office, secondary: 0 } } }, 'LOCAL', friday(8)],
    [undefined, { access: { LOCAL: { primary: office, secondary: 0 } } }, 'LOCAL', friday(9)],
    [undefined, { access: { LOCAL: { primary: office, secondary: 0 } } }, 'LOCAL', friday(17)],
    ['hours', { access: { LOCAL: { primary: office, secondary: 0 } } }, 'LOCAL', saturday(9)],
    [undefined, { access: { LOCAL: { primary: office, secondary: 0 } } }, 'NETWORK', friday(8)],
    [
      undefined,
      {
        access: { LOCAL: { primary: office, secondary: 0 } },
        primaryDays: [false, false, false, false, false, true, false],
      },
      'LOCAL',
      saturday(9),
    ],
  ] as const)('%s: %j by %s', (want, changes, mode, instant) => {
    expect(loginRefusal(account(changes as Partial<Account>), mode, instant)).toBe(want);
  });
});

describe('a password', () => {
  const day = 86_400_000;
  it.each([
    ['without a lifetime stays', {}, false],
    ['with the flag has expired', { flags: ['PWD_EXPIRED'] }, true],
    ['that nobody has set yet stays', { passwordLifetimeMs: day }, false],
    ['that is young stays', { passwordLifetimeMs: day, passwordChangedAt: friday(1) }, false],
    ['that is old has expired', { passwordLifetimeMs: day, passwordChangedAt: friday(10) - day }, true],
  ] as const)('%s', (_name, changes, want) => {
    expect(isPasswordExpired(account(changes as Partial<Account>), friday(10))).toBe(want);
  });
  it('expires when its lifetime is over', () => {
    expect(passwordExpiration(account({ passwordLifetimeMs: day, passwordChangedAt: 17 }))).toBe(day + 17);
  });
});
