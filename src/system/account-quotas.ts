/**
 * Limits of an account, with those of AUTHORIZE's DEFAULT record. Nothing here is short of memory or channels: they are
 * kept, shown and handed to procedures (F$GETJPI, SHOW PROCESS/QUOTAS); PRCLM alone limits something, the subprocesses, and MAILQUOTA,
 * which is ours: MiB of mail, where users are limited at all; 0: as much as others.
 * Source: System Management Utilities Reference, AUTHORIZE, "Limits and quotas".
 */
import type { Account } from '../ports/system-store.ts';

export const quotaDefaults = {
  MAXJOBS: 0,
  MAXACCTJOBS: 0,
  MAXDETACH: 0,
  PRCLM: 20,
  FILLM: 100,
  SHRFILLM: 0,
  BYTLM: 128_000,
  PBYTLM: 0,
  BIOLM: 150,
  DIOLM: 150,
  ASTLM: 300,
  TQELM: 100,
  ENQLM: 4_000,
  JTQUOTA: 4_096,
  WSDEFAULT: 4_096,
  WSQUOTA: 8_192,
  WSEXTENT: 16_384,
  PGFLQUOTA: 256_000,
  PRIORITY: 4,
  QUEPRIO: 4,
  MAILQUOTA: 0,
} as const;

export type QuotaName = keyof typeof quotaDefaults;
export const quotaNames = Object.keys(quotaDefaults) as readonly QuotaName[];

/** Largest value each takes; the others are longwords. */
export function quotaMaximum(name: QuotaName): number {
  if (name === 'PRIORITY' || name === 'QUEPRIO') return 31;
  // As Mail-Quota.
  if (name === 'MAILQUOTA') return 1_000_000;
  return name.startsWith('MAX') ? 0xffff : 0x7fff_ffff;
}

export const quotaOf = (account: Pick<Account, 'quotas'>, name: QuotaName): number =>
  account.quotas?.[name] ?? quotaDefaults[name];
