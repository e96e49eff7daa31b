/**
 * Limits of what users keep: one for all but those who have their own, and accounts with EXQUOTA, who may exceed what disks are limited to. What comes
 * is measured, by SMTP, SEND and APPEND; what somebody has may be moved, read and deleted whatever it takes. Source: vms-mail.md §6.4; RFC 9208 §5.1.
 */
import type { MailStore } from '../ports/mail-store.ts';
import type { Account } from '../ports/system-store.ts';
import { quotaOf } from '../system/account-quotas.ts';

const MIB = 1_048_576;

export interface QuotaUse {
  readonly limitBytes: number;
  readonly usedBytes: number;
}

export interface MailQuota {
  /** Whether anybody has one. */
  isThere(): Promise<boolean>;
  /** Undefined: no limit. */
  limitOf(userName: string): Promise<number | undefined>;
  /** The same, with what he has. */
  of(userName: string): Promise<QuotaUse | undefined>;
}

/** @param deps.limitBytes  of who has none of his own; 0: nobody is limited */
export function createMailQuota(deps: {
  readonly store: Pick<MailStore, 'usedBytes'>;
  readonly accounts: { account(userName: string): Promise<Account | undefined> };
  readonly limitBytes: () => Promise<number>;
}): MailQuota {
  const limitOf = async (userName: string): Promise<number | undefined> => {
    const limitBytes = await deps.limitBytes();
    if (limitBytes === 0) return undefined;
    const account = await deps.accounts.account(userName.toUpperCase());
    if (account === undefined) return limitBytes;
    if (account.privileges.includes('EXQUOTA')) return undefined;
    return quotaOf(account, 'MAILQUOTA') * MIB || limitBytes;
  };
  return {
    isThere: async () => (await deps.limitBytes()) > 0,
    limitOf,
    async of(userName) {
      const limitBytes = await limitOf(userName);
      return limitBytes === undefined
        ? undefined
        : { limitBytes, usedBytes: await deps.store.usedBytes(userName.toUpperCase()) };
    },
  };
}
