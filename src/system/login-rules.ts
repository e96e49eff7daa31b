/**
 * Whether an account may be used now: by whoever logs in with a password, or at a terminal of the node.
 * Source: Guide to System Security, ch. 7 (DISUSER, expiration, access hours, password lifetime).
 */
import type { AccessMode, Account } from '../ports/system-store.ts';

/** Why somebody is not let in. Those outside never learn which. */
export type LoginRefusal = 'disabled' | 'expired' | 'hours';

const allDays = 0xff_ffff;

/** Saturday and Sunday are secondary unless /PRIMEDAYS says otherwise. */
export const usualPrimaryDays: readonly boolean[] = [true, true, true, true, true, false, false];

/** @param instant  local time counts, as on OpenVMS */
export function loginRefusal(account: Account, mode: AccessMode, instant: number): LoginRefusal | undefined {
  if (account.flags.includes('DISUSER')) return 'disabled';
  if (account.expiration !== undefined && account.expiration <= instant) return 'expired';
  return hasAccess(account, mode, new Date(instant)) ? undefined : 'hours';
}

function hasAccess(account: Account, mode: AccessMode, time: Date): boolean {
  const hours = account.access?.[mode];
  if (hours === undefined) return true;
  // Monday first.
  const day = (time.getDay() + 6) % 7;
  const isPrimary = (account.primaryDays ?? usualPrimaryDays)[day] === true;
  const mask = (isPrimary ? hours.primary : hours.secondary) & allDays;
  return ((mask >> time.getHours()) & 1) === 1;
}

/** The flag, or the lifetime is over. DISFORCE_PWD_CHANGE does not change that it has expired. */
export function isPasswordExpired(account: Account, instant: number): boolean {
  if (account.flags.includes('PWD_EXPIRED')) return true;
  const expires = passwordExpiration(account);
  return expires !== undefined && expires <= instant;
}

/** Undefined where a password may be used for ever. */
export function passwordExpiration(account: Account): number | undefined {
  const { passwordLifetimeMs, passwordChangedAt } = account;
  if (passwordLifetimeMs === undefined || passwordChangedAt === undefined) return undefined;
  return passwordChangedAt + passwordLifetimeMs;
}
